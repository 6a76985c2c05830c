// The outline of a line: which points it goes through, and how it goes from one to the next.
import type { Place } from "./pen";

/** What an outline is traced on: the path of a canvas. */
export type Path = Pick<CanvasRenderingContext2D, "moveTo" | "lineTo" | "bezierCurveTo">;

/**
 * trace goes through points: straight, in steps or in a curve that has no heights and depths between the points. If it goes on
 * from where the path is, it begins with a straight line to its first point.
 */
export function trace(on: Path, points: readonly Place[], interpolation: string, goesOn: boolean): void {
  if (points.length === 0) return;
  if (goesOn) on.lineTo(...points[0]);
  else on.moveTo(...points[0]);
  if (interpolation === "smooth") return curve(on, points);
  for (let i = 1; i < points.length; i++) {
    const [x, y] = points[i];
    if (interpolation === "stepAfter") on.lineTo(x, points[i - 1][1]);
    if (interpolation === "stepBefore") on.lineTo(points[i - 1][0], y);
    on.lineTo(x, y);
  }
}

/** curve goes through points in cubic curves. Their slopes are those of Steffen (1990), with which each curve stays between its ends. */
function curve(on: Path, points: readonly Place[]): void {
  const slopes = slopesAt(points);
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const third = (x1 - x0) / 3;
    on.bezierCurveTo(x0 + third, y0 + third * slopes[i - 1], x1 - third, y1 - third * slopes[i], x1, y1);
  }
}

function slopesAt(points: readonly Place[]): number[] {
  const secant = (i: number) => (points[i + 1][1] - points[i][1]) / (points[i + 1][0] - points[i][0] || 1e-9);
  const last = points.length - 1;
  return points.map(([x], i) => {
    if (last < 1) return 0;
    if (i === 0) return secant(0);
    if (i === last) return secant(last - 1);
    const [before, after] = [secant(i - 1), secant(i)];
    if (before * after <= 0) return 0;
    const [wide, next] = [x - points[i - 1][0], points[i + 1][0] - x];
    const through = (before * next + after * wide) / (wide + next || 1e-9);
    return Math.sign(before) * Math.min(2 * Math.abs(before), 2 * Math.abs(after), Math.abs(through));
  });
}

/**
 * reduced returns the points of a line without those that can't be seen: of the points in one column of pixels it keeps the
 * first, the highest, the lowest and the last. A pixel of the layout has `sharpness` columns. The points are in the order of x.
 */
export function reduced(count: number, x: (i: number) => number, y: (i: number) => number, sharpness: number): Place[] {
  const out: Place[] = [];
  for (let i = 0; i < count; ) {
    const column = Math.floor(x(i) * sharpness);
    const first = y(i);
    let [high, low, end, top, bottom] = [i, i, i, first, first];
    while (end + 1 < count && Math.floor(x(end + 1) * sharpness) === column) {
      const height = y(++end);
      if (height < top) [high, top] = [end, height];
      if (height > bottom) [low, bottom] = [end, height];
    }
    out.push([x(i), first]);
    const [sooner, later] = high < low ? [high, low] : [low, high];
    if (sooner > i && sooner < end) out.push([x(sooner), y(sooner)]);
    if (later > i && later < end && later !== sooner) out.push([x(later), y(later)]);
    if (end > i) out.push([x(end), y(end)]);
    i = end + 1;
  }
  return out;
}
