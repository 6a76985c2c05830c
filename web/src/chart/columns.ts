// Where the bars of a bar chart are, in values and in shares of their categories instead of pixels.
import type { Axis, BarChart, Series } from "../types";
import { shareOn } from "./axes";
import { stackKey, pieces } from "./stack";

/** Column is one bar. It goes from the value lo to hi, and takes its category's band from the share from to to. */
export interface Column {
  series: number;
  index: number;
  lo: number;
  hi: number;
  from: number;
  to: number;
  /** Whether the bar is part of a stack. */
  stacked: boolean;
}

/** columns places the bars of the series that are shown. Bars side by side share their category's band. */
export function columns(view: BarChart, shown: (s: Series) => boolean): Column[] {
  const piled = view.stacking !== "none";
  const drawn = view.series.map((s) => {
    const stack = piled ? s.stack || "all" : "";
    return shown(s) ? { ...s, stack } : { ...s, stack, values: [], plot: [] };
  });
  const places = pieces(drawn, view.categories.length);
  const used = view.series.map((s, i) => (shown(s) ? i : -1)).filter((i) => i >= 0);
  const slots = piled ? 1 : Math.max(1, used.length);
  const group = view.groupWidth > 0 ? Math.min(1, view.groupWidth) : 0.7;
  const bar = view.barWidth > 0 ? Math.min(1, view.barWidth) : 1;
  const part = group / slots;
  return used.flatMap((i, nth) => view.categories.flatMap((_, index) => {
    const place = places[i].at(index);
    if (!place || place.lo === place.hi && piled) return [];
    const from = (1 - group) / 2 + (piled ? 0 : nth) * part + (part * (1 - bar)) / 2;
    return [{ series: i, index, lo: place.lo, hi: place.hi, from, to: from + part * bar, stacked: piled && stackKey(drawn[i]) !== "" }];
  }));
}

/** placeOn returns where a value lies on an axis: 0 at or below its minimum, 1 at or above its maximum. */
export function placeOn(axis: Axis, value: number): number {
  return Math.min(1, Math.max(0, shareOn(axis)(value)));
}

/** EndText is a text at a bar's end: where that end is (0 to 1), whether the bar points back, and the text's length in pixels. */
export interface EndText {
  at: number;
  back: boolean;
  length: number;
}

/** endRoom returns the room to leave before and after the axis so that all texts at the bars' ends fit. */
export function endRoom(texts: readonly EndText[], length: number): { before: number; after: number } {
  let [before, after] = [0, 0];
  const most = length * 0.4;
  // Room at one end moves the texts at the other end. After a few rounds neither changes.
  for (let round = 0; round < 4; round++) {
    after = Math.min(most, Math.max(0, ...texts.filter((t) => !t.back && t.at > 0).map((t) => length - before - (length - before - t.length) / t.at)));
    before = Math.min(most, Math.max(0, ...texts.filter((t) => t.back && t.at < 1).map((t) => length - after - (length - after - t.length) / (1 - t.at))));
  }
  return { before, after };
}

export type Side = "left" | "right" | "top" | "bottom";

/** barPath returns the path of a bar that is rounded at one side. */
export function barPath(x: number, y: number, width: number, height: number, radius: number, side: Side): string {
  const n = (v: number) => String(Math.round(v * 100) / 100);
  const horizontal = side === "left" || side === "right";
  const r = Math.max(0, Math.min(radius, (horizontal ? height : width) / 2, horizontal ? width : height));
  const [l, t, rt, b] = [x, y, x + width, y + height];
  const corner = (on: boolean, to: string, round: string) => (on && r > 0 ? round : to);
  const arc = (px: number, py: number) => `A${n(r)} ${n(r)} 0 0 1 ${n(px)} ${n(py)}`;
  const [tl, tr, br, bl] = [side === "left" || side === "top", side === "right" || side === "top", side === "right" || side === "bottom", side === "left" || side === "bottom"];
  return `M${n(l)} ${n(tl ? t + r : t)}${corner(tl, "", arc(l + r, t))}` +
    `H${n(tr ? rt - r : rt)}${corner(tr, "", arc(rt, t + r))}` +
    `V${n(br ? b - r : b)}${corner(br, "", arc(rt - r, b))}` +
    `H${n(bl ? l + r : l)}${corner(bl, "", arc(l, b - r))}Z`;
}
