import type { Axis, Tick } from "../types";

interface Span {
  from: number;
  to: number;
}

/**
 * columnTicks moves the labels of a heatmap's axis under the middle of their columns, where each
 * names one: a year that stands where its column begins would be read as the line between two.
 * Ticks that don't go with the columns, or have no room under them, stay where they are.
 */
export function columnTicks(axis: Axis, columns: readonly Span[], density: number, width: (text: string) => number): Tick[] {
  const taken = new Set<Span>();
  const moved: Tick[] = [];
  for (const tick of axis.ticks) {
    const column = columns.find((c) => Math.abs(tick.value - c.from) <= (c.to - c.from) * 0.15);
    if (!column) {
      if (columns.some((c) => tick.value > c.from && tick.value < c.to)) return axis.ticks;
      continue; // beside the columns there is nothing to name
    }
    const [from, to] = [Math.max(axis.min, column.from), Math.min(axis.max, column.to)];
    if (taken.has(column) || (to - from) * density < width(tick.text) + 6) return axis.ticks;
    taken.add(column);
    moved.push({ ...tick, value: (from + to) / 2 });
  }
  return moved.length > 0 ? moved : axis.ticks;
}
