import type { Series } from "../types";
import { heapOf, type Piece } from "./stack";

/** A bar on the canvas, in pixels. */
export interface Bar {
  series: number;
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BarScale {
  x: (time: number) => number;
  /** Pixels per millisecond. */
  density: number;
  y: (axis: number, value: number) => number;
}

/** A single run has to be seen in a range of a day; with close neighbours it may be thinner. */
const narrowest = 3;
const thinnest = 2;
const widest = 200;
/** What a bar is wide if nothing says how far apart bars are. */
const lonely = 14;

/**
 * bars places the bars of the series that are drawn as bars. A bar takes its share of the distance
 * between points, but at least three pixels, unless its neighbours are closer than that: bars then
 * shrink, to two pixels at the least, rather than cover each other. Bars of one instant that are
 * not stacked stand side by side.
 */
export function bars(times: readonly number[], series: readonly Series[], places: (Piece | null)[][], scale: BarScale): Bar[] {
  const drawn = series.map((_, i) => i).filter((i) => series[i].style === "bars");
  const slots = [...new Set(drawn.map((i) => slot(series, i)))];
  const used = times.map((_, at) => drawn.some((i) => places[i][at] != null));
  const centres = times.map((t) => scale.x(t));
  const room = gaps(centres, used);
  const out: Bar[] = [];
  for (const i of drawn) {
    const s = series[i];
    const most = s.barMaxWidth || widest;
    const wanted = s.stepMs ? s.stepMs * scale.density * (s.barWidthFactor || 0.6) : lonely;
    const nominal = Math.max(narrowest, Math.min(wanted, most));
    for (let at = 0; at < times.length; at++) {
      const place = places[i][at];
      if (!place) continue;
      const whole = Math.max(thinnest, Math.min(nominal, room[at] > narrowest + 1 ? room[at] - 1 : room[at]));
      const width = Math.max(1, whole / slots.length);
      const left = centres[at] - whole / 2 + slots.indexOf(slot(series, i)) * (whole / slots.length);
      const [a, b] = [scale.y(s.axis, place.lo), scale.y(s.axis, place.hi)];
      const height = Math.abs(b - a);
      // What is there is seen, be it ever so short.
      const seen = place.hi !== place.lo && height < 1 ? 1 : height;
      const thin = width < 8; // on whole pixels, or it would be a blur
      out.push({
        series: i, index: at, x: thin ? Math.round(left) : left, width: thin ? Math.floor(width) : width,
        y: Math.min(a, b) - (seen - height), height: seen,
      });
    }
  }
  return out;
}

function slot(series: readonly Series[], i: number): string {
  return series[i].stack ? heapOf(series[i]) : `alone ${i}`;
}

// gaps gives, for each used place, the distance to the nearer of its used neighbours.
function gaps(centres: readonly number[], used: readonly boolean[]): number[] {
  const out = new Array<number>(centres.length).fill(Infinity);
  let before = -1;
  for (let at = 0; at < centres.length; at++) {
    if (!used[at]) continue;
    if (before >= 0) {
      // Rows of one instant stand in one place; there is nothing between them to share.
      const gap = centres[at] - centres[before] || Infinity;
      out[before] = Math.min(out[before], gap);
      out[at] = gap;
    }
    before = at;
  }
  return out;
}
