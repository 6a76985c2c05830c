import { alpha } from "../base/colour";
import type { Series } from "../types";
import type { Fill, Look, Pen, Place } from "./pen";
import type { Frame } from "./plot";
import type { Pieces } from "./stack";
import { reduced, trace } from "./trace";

/** The size of a series' only point, in pixels. It must be found in an empty plot. */
const alonePoint = 8;

/**
 * runsOf returns the parts of a line that have no gaps, each as the indexes of its values. The line continues over instants
 * that only other series have. A missing value is a gap, unless the series joins gaps and this one is short enough.
 */
export function runsOf(times: readonly number[], series: Series, places: Pieces): number[][] {
  const absent = new Set(series.absent);
  const runs: number[][] = [];
  let run: number[] | null = null;
  for (let at = 0; at < times.length; at++) {
    if (!places.has(at)) {
      if (!series.connectGaps && !absent.has(at)) run = null;
      continue;
    }
    const before = run?.at(-1);
    if (before != null && series.connectGaps && series.connectGapsMaxMs && times[at] - times[before] >= series.connectGapsMaxMs) run = null;
    if (run) run.push(at);
    else runs.push((run = [at]));
  }
  return runs;
}

/** LinePlace is where a line is drawn: the plot, and where instants and values are in it, in pixels. */
export interface LinePlace {
  frame: Frame;
  x(time: number): number;
  y(value: number): number;
}

/** Line is a series that is drawn as a line or as points. */
export interface Line {
  series: Series;
  times: readonly number[];
  places: Pieces;
  runs: readonly (readonly number[])[];
  at: LinePlace;
  opacity: number;
}

/** drawLine draws a line and its area, which may be cut off at the edges of the plot. */
export function drawLine(pen: Pen, { series, times, places, runs, at: { frame, x, y }, opacity }: Line): void {
  if (series.style !== "line" || series.colors?.length) return;
  const outline = (run: readonly number[], height: (at: number) => number) =>
    reduced(run.length, (i) => x(times[run[i]]), (i) => height(run[i]), pen.sharpness);
  const tops = runs.map((run) => outline(run, (at) => y(places.high(at))));
  if (series.fillOpacity > 0) {
    // The area of a line that is not stacked ends at zero or at the edge of the plot.
    const ground = (v: number) => (series.stack ? y(v) : Math.min(frame.top + frame.height, Math.max(frame.top, y(v))));
    const grounds = runs.map((run) => outline(run, (at) => ground(places.low(at))).reverse());
    const fill = fillOf(pen, series, [...tops, ...grounds], frame);
    pen.path((on) => tops.forEach((top, i) => {
      trace(on, top, series.interpolation, false);
      trace(on, grounds[i], backwards[series.interpolation] ?? series.interpolation, true);
      on.closePath();
    }), { fill, opacity });
  }
  pen.path((on) => tops.forEach((top) => trace(on, top, series.interpolation, false)), { ...strokeOf(series), stroke: series.color, opacity });
}

function strokeOf(series: Series): Look {
  return { width: series.lineWidth, dash: series.lineDash?.length ? series.lineDash : null };
}

/** How the steps of a line are drawn if the line is drawn from right to left. */
const backwards: Record<string, string> = { stepBefore: "stepAfter", stepAfter: "stepBefore" };

function fillOf(pen: Pen, series: Series, outlines: readonly (readonly Place[])[], { top, height }: Frame): Fill {
  const opacity = series.fillOpacity / 100;
  if (series.gradientMode !== "opacity" && series.gradientMode !== "hue") return alpha(series.color, opacity);
  let [highest, lowest] = [top + height, top];
  for (const outline of outlines) for (const [, y] of outline) [highest, lowest] = [Math.min(highest, y), Math.max(lowest, y)];
  const end = series.gradientMode === "opacity" ? 0 : opacity * 0.35;
  return pen.gradient(Math.max(top, highest), Math.min(top + height, lowest), alpha(series.color, opacity), alpha(series.color, end));
}

/** drawPoints draws the points of a line, none of which is cut off. No line leads to a point without neighbours, so it is always drawn. */
export function drawPoints(pen: Pen, { series, times, places, runs, at: { frame, x, y }, opacity }: Line): void {
  const count = runs.reduce((sum, run) => sum + run.length, 0);
  const crowded = count > 0 && frame.width / count < Math.max(4, series.pointSize) * 2;
  const all = series.style === "points" || series.showPoints === "always" || (series.showPoints === "auto" && !crowded);
  const radius = (count === 1 ? Math.max(alonePoint, series.pointSize) : Math.max(3, series.pointSize)) / 2;
  for (const run of runs) if (all || run.length === 1) for (const at of run) {
    const [px, py] = [x(times[at]), y(places.high(at))];
    const inside = px >= frame.left - 0.5 && px <= frame.left + frame.width + 0.5 && py >= frame.top - 0.5 && py <= frame.top + frame.height + 0.5;
    if (inside) pen.disc(px, py, radius, { fill: series.colors?.[at] || series.color, opacity });
  }
}

/** drawColouredLine draws a line piece by piece if each of its values has a colour of its own. */
export function drawColouredLine(pen: Pen, { series, times, places, at: { x, y }, opacity }: Line): void {
  if (!series.colors?.length || series.style !== "line") return;
  const ground = y(0);
  for (let at = 1; at < times.length; at++) {
    if (!places.has(at - 1) || !places.has(at)) continue;
    const [x1, y1, x2, y2] = [x(times[at - 1]), y(places.high(at - 1)), x(times[at]), y(places.high(at))];
    const corner: Place[] = series.interpolation === "stepAfter" ? [[x2, y1]] : series.interpolation === "stepBefore" ? [[x1, y2]] : [];
    const points: Place[] = [[x1, y1], ...corner, [x2, y2]];
    const colour = series.colors[at] || series.color;
    if (series.fillOpacity > 0) pen.polygon([...points, [x2, ground], [x1, ground]], { fill: alpha(colour, (series.fillOpacity / 100) * opacity) });
    pen.line(points, { ...strokeOf(series), stroke: colour, opacity });
  }
}
