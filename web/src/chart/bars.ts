import type { Series } from "../types";
import { stackKey, type Pieces } from "./stack";

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

/**
 * The least width of a bar, so that a single run can be seen in a range of a day. Between close neighbours
 * the least width is smaller.
 */
const narrowest = 3;
const thinnest = 2;
const widest = 200;
/** The width of a bar if nothing says how far apart bars are. */
const lonely = 14;

/**
 * bars places the bars of the series that are drawn as bars. A bar takes its share of the distance
 * between points, and at least three pixels. Between close neighbours it shrinks to two pixels, so that
 * bars do not cover each other. Bars of one instant that are not stacked stand side by side.
 */
export function bars(times: readonly number[], series: readonly Series[], places: readonly Pieces[], scale: BarScale): Bar[] {
  const drawn = series.map((_, i) => i).filter((i) => series[i].style === "bars");
  const slots = [...new Set(drawn.map((i) => slot(series, i)))];
  const used = times.map((_, at) => drawn.some((i) => places[i].has(at)));
  const centres = times.map((t) => scale.x(t));
  const room = gaps(centres, used);
  const out: Bar[] = [];
  for (const i of drawn) {
    const s = series[i];
    const most = s.barMaxWidth || widest;
    const wanted = s.stepMs ? s.stepMs * scale.density * (s.barWidthFactor || 0.6) : lonely;
    const nominal = Math.max(narrowest, Math.min(wanted, most));
    for (let at = 0; at < times.length; at++) {
      const place = places[i].at(at);
      if (!place) continue;
      const whole = Math.max(thinnest, Math.min(nominal, room[at] > narrowest + 1 ? room[at] - 1 : room[at]));
      const width = Math.max(1, whole / slots.length);
      const left = centres[at] - whole / 2 + slots.indexOf(slot(series, i)) * (whole / slots.length);
      const [a, b] = [scale.y(s.axis, place.lo), scale.y(s.axis, place.hi)];
      const height = Math.abs(b - a);
      // A value that is not zero is always seen, at least as one pixel.
      const seen = place.hi !== place.lo && height < 1 ? 1 : height;
      const thin = width < 8; // a thin bar that is not on whole pixels is blurred
      out.push({
        series: i, index: at, x: thin ? Math.round(left) : left, width: thin ? Math.floor(width) : width,
        y: Math.min(a, b) - (seen - height), height: seen,
      });
    }
  }
  return out;
}

function slot(series: readonly Series[], i: number): string {
  return series[i].stack ? stackKey(series[i]) : `alone ${i}`;
}

// gaps returns, for each used place, the distance to its nearest used neighbour.
function gaps(centres: readonly number[], used: readonly boolean[]): number[] {
  const out = new Array<number>(centres.length).fill(Infinity);
  let before = -1;
  for (let at = 0; at < centres.length; at++) {
    if (!used[at]) continue;
    if (before >= 0) {
      // Two rows of the same instant are at the same place and leave each other's room alone.
      const gap = centres[at] - centres[before] || Infinity;
      out[before] = Math.min(out[before], gap);
      out[at] = gap;
    }
    before = at;
  }
  return out;
}
