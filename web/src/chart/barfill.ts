import { svg } from "../base/svg";
import type { Series } from "../types";
import type { Side } from "./columns";

let drawings = 0;

/** BarFills are the gradients that one drawing of bars needs, each once. */
export class BarFills {
  readonly defs = svg("defs");
  private readonly made = new Map<string, string>();
  // References are found in the whole page, so each drawing's have names of their own.
  private readonly name = `fill-${++drawings}`;

  /** of is what a bar is filled with: a colour and how dense it is, or a gradient from its foot to its end. */
  of(series: Series, colour: string, side: Side, thick: number): { fill: string; "fill-opacity": number | null } {
    // A thin bar would be lost if one could see through it.
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

// From the foot to the end, in shares of the bar.
const ends: Record<Side, { x1: number; y1: number; x2: number; y2: number }> = {
  right: { x1: 0, y1: 0, x2: 1, y2: 0 },
  left: { x1: 1, y1: 0, x2: 0, y2: 0 },
  top: { x1: 0, y1: 1, x2: 0, y2: 0 },
  bottom: { x1: 0, y1: 0, x2: 0, y2: 1 },
};
