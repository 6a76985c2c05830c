import { svg } from "../base/svg";
import type { Series } from "../types";
import type { Side } from "./columns";
import { type Hue, markingOf, svgPattern } from "./marking";

let drawings = 0;

/** BarFills holds the gradients and the patterns of one drawing of bars, each of them once. */
export class BarFills {
  readonly defs = svg("defs");
  private readonly made = new Map<string, string>();
  // The browser looks up a gradient's id in the whole page, so each drawing needs ids of its own.
  private readonly name = `fill-${++drawings}`;

  /** ground is the colour in the gaps of patterns. */
  constructor(private readonly ground: string) {}

  /** of returns what fills a bar: a colour with an opacity, the marking of a status, or a gradient from the bar's foot to its end. */
  of(series: Series, { colour, status }: Hue, side: Side, thick: number): { fill: string; "fill-opacity": number | null } {
    // A thin bar that is transparent could not be seen.
    const density = thick < 4 ? Math.max(0.85, series.fillOpacity / 100) : series.fillOpacity / 100;
    const marking = markingOf(colour, status);
    if (marking !== "plain")
      return this.defined(`${colour} ${marking} ${density}`, colour, (id) => svgPattern(id, colour, marking, density, this.ground));
    const foot = { opacity: 0, hue: density * 0.35 }[series.gradientMode];
    if (foot == null) return { fill: colour, "fill-opacity": density };
    const stop = (offset: number, opacity: number) => svg("stop", { offset, "stop-color": colour, "stop-opacity": opacity });
    return this.defined(`${colour} ${side} ${density} ${foot}`, colour, (id) => svg("linearGradient", { id, ...ends[side] }, stop(0, foot), stop(1, density)));
  }

  private defined(key: string, colour: string, make: (id: string) => SVGElement): { fill: string; "fill-opacity": null } {
    const id = this.made.get(key) ?? `${this.name}-${this.made.size}`;
    if (!this.made.has(key)) this.defs.append(make(id));
    this.made.set(key, id);
    return { fill: `url(#${id}) ${colour}`, "fill-opacity": null };
  }
}

// The direction from a bar's foot to its end, as shares of the bar.
const ends: Record<Side, { x1: number; y1: number; x2: number; y2: number }> = {
  right: { x1: 0, y1: 0, x2: 1, y2: 0 },
  left: { x1: 1, y1: 0, x2: 0, y2: 0 },
  top: { x1: 0, y1: 1, x2: 0, y2: 0 },
  bottom: { x1: 0, y1: 0, x2: 0, y2: 1 },
};
