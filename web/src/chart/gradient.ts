import type { ColorStop } from "../types";

/** cells returns how many cells a bar of a length in pixels has, and how many of them are lit. */
export function cells(length: number, fill: number): { count: number; lit: number } {
  const count = Math.max(4, Math.round(length / 11));
  // A value that is not zero lights at least one cell.
  return { count, lit: fill > 0 ? Math.max(1, Math.round(fill * count)) : 0 };
}

const percent = (share: number) => `${Math.round(share * 10000) / 100}%`;

/** smooth returns a CSS gradient between stops, in a direction such as "to right". */
export function smooth(stops: readonly ColorStop[], direction: string): string {
  return `linear-gradient(${direction}, ${stops.map((s) => `${s.color} ${percent(s.at)}`).join(", ")})`;
}

/**
 * stepped returns a CSS gradient in which each cell has one colour: the colour of the last stop at or before the cell.
 */
export function stepped(stops: readonly ColorStop[], count: number, direction: string): string {
  const parts: string[] = [];
  for (let i = 0; i < count; ) {
    const colour = colourAt(stops, (i + 1e-9) / count);
    let end = i + 1;
    while (end < count && colourAt(stops, (end + 1e-9) / count) === colour) end++;
    parts.push(`${colour} ${percent(i / count)} ${percent(end / count)}`);
    i = end;
  }
  return `linear-gradient(${direction}, ${parts.join(", ")})`;
}

function colourAt(stops: readonly ColorStop[], place: number): string {
  let colour = stops[0]?.color ?? "transparent";
  for (const s of stops) if (s.at <= place) colour = s.color;
  return colour;
}
