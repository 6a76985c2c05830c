import { svg } from "../base/svg";
import type { Series } from "../types";
import type { Side } from "./columns";

let drawings = 0;

/** BarFills holds the gradients of one drawing of bars, each of them once. */
export class BarFills {
  readonly defs = svg("defs");
  private readonly made = new Map<string, string>();
  // The browser looks up a gradient's id in the whole page, so each drawing needs ids of its own.
  private readonly name = `fill-${++drawings}`;

  /** of returns what fills a bar: a colour with an opacity, or a gradient from the bar's foot to its end. */
  of(series: Series, colour: string, side: Side, thick: number): { fill: string; "fill-opacity": number | null } {
    // A thin bar that is transparent could not be seen.
    const density = thick < 4 ? Math.max(0.85, series.fillOpacity / 100) : series.fillOpacity / 100;
    const foot = { opacity: 0, hue: density * 0.35 }[series.gradientMode];
    if (foot == null) return { fill: colour, "fill-opacity": density };
    const key = `${colour} ${side} ${density} ${foot}`;
    const id = this.made.get(key) ?? `${this.name}-${this.made.size}`;
    if (!this.made.has(key)) {
      this.made.set(key, id);
      const stop = (offset: number, opacity: number) => svg("stop", { offset, "stop-color": colour, "stop-opacity": opacity });
      this.defs.append(svg("linearGradient", { id, ...ends[side] }, stop(0, foot), stop(1, density)));
    }
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
