import { alpha } from "../base/colour";
import type { Series } from "../types";
import type { Option, Shape } from "./echarts";
import type { Piece } from "./stack";

/** The size of a series' only point, in pixels. It must be found in an empty plot. */
const alonePoint = 8;

/** Point is a point of a line: an instant and where its value begins and ends, null for a gap. */
type Point = [number, Piece | null];

/**
 * linePoints returns the points of a line. The line continues over instants that only other series have.
 * A missing value is a gap, unless the series joins gaps and this one is short enough.
 */
export function linePoints(times: readonly number[], series: Series, places: readonly (Piece | null)[]): Point[] {
  const absent = new Set(series.absent);
  const out: Point[] = [];
  let before: number | null = null;
  times.forEach((t, i) => {
    if (absent.has(i)) return;
    const place = places[i];
    if (!place) {
      if (!series.connectGaps) out.push([t, null]);
      return;
    }
    if (before != null && series.connectGaps && series.connectGapsMaxMs && t - before >= series.connectGapsMaxMs) out.push([before, null]);
    out.push([t, place]);
    before = t;
  });
  return out;
}

/** lonely finds the points without a neighbour. No line leads to them, so they are drawn as points. */
export function lonely(points: readonly Point[]): Set<number> {
  const out = new Set<number>();
  points.forEach(([, v], i) => {
    if (v != null && points[i - 1]?.[1] == null && points[i + 1]?.[1] == null) out.add(i);
  });
  return out;
}

function fillOf(series: Series, colour: string): unknown {
  const opacity = series.fillOpacity / 100;
  if (series.gradientMode !== "opacity" && series.gradientMode !== "hue") return alpha(colour, opacity);
  const end = series.gradientMode === "opacity" ? 0 : opacity * 0.35;
  return {
    type: "linear", x: 0, y: 0, x2: 0, y2: 1,
    colorStops: [{ offset: 0, color: alpha(colour, opacity) }, { offset: 1, color: alpha(colour, end) }],
  };
}

/**
 * lineSeries draws a line, its area and its points. A stacked line stands on an invisible line of its
 * own and not on its neighbours, because ECharts would end it wherever a neighbour has a gap. key is
 * unique in the chart.
 */
export function lineSeries(times: readonly number[], series: Series, places: readonly (Piece | null)[], width: number, opacity: number, key: string): Option[] {
  const points = linePoints(times, series, places);
  const count = points.filter(([, v]) => v != null).length;
  const crowded = count > 0 && width / count < Math.max(4, series.pointSize) * 2;
  const all = series.style === "points" || series.showPoints === "always" || (series.showPoints === "auto" && !crowded);
  const alone = lonely(points);
  const byValue = series.colors?.length ? series.colors : null;
  const indexOf = new Map(times.map((t, i) => [t, i]));
  const steps: Record<string, string> = { stepBefore: "start", stepAfter: "end" };
  const hidden = series.style === "points" || byValue != null;
  const dash = series.lineDash?.length ? series.lineDash : null;
  const common = {
    type: "line", silent: true, animation: false, z: 3, clip: true, yAxisIndex: series.axis, connectNulls: false,
    step: steps[series.interpolation] ?? false, smooth: series.interpolation === "smooth" ? 0.35 : false, smoothMonotone: "x",
    ...(series.stack ? { stack: key, stackStrategy: "all" } : {}),
  };
  const ground = { ...common, showSymbol: false, lineStyle: { width: 0 }, data: points.map(([t, v]) => [t, v && v.lo]) };
  const line = {
    ...common, name: series.name, showSymbol: true, showAllSymbol: true, symbol: "circle",
    data: points.map(([t, v]) => ({
      value: [t, v && v.hi - v.lo], ...(byValue ? { itemStyle: { color: byValue[indexOf.get(t)!] || series.color } } : {}),
    })),
    symbolSize: (_: unknown, p: { dataIndex: number }) => (count === 1 ? Math.max(alonePoint, series.pointSize) : all || alone.has(p.dataIndex) ? Math.max(3, series.pointSize) : 0),
    itemStyle: { color: series.color, opacity, borderWidth: 0 },
    lineStyle: { color: series.color, opacity, width: hidden ? 0 : series.lineWidth, type: dash ?? "solid", cap: dash?.[0] === 0 ? "round" : "butt" },
    ...(series.fillOpacity > 0 && !hidden ? { areaStyle: { color: fillOf(series, series.color), opacity, origin: "auto" } } : {}),
  };
  return series.stack ? [ground, line] : [line];
}

/** colouredLine draws a line piece by piece if each of its values has a colour of its own. */
export function colouredLine(
  times: readonly number[], series: Series, places: readonly (Piece | null)[],
  x: (t: number) => number, y: (v: number) => number, opacity: number,
): Shape[] {
  if (!series.colors?.length || series.style !== "line") return [];
  const shapes: Shape[] = [];
  const ground = y(0);
  for (let i = 1; i < times.length; i++) {
    const [a, b] = [places[i - 1], places[i]];
    if (!a || !b) continue;
    const [x1, y1, x2, y2] = [x(times[i - 1]), y(a.hi), x(times[i]), y(b.hi)];
    const corner = series.interpolation === "stepAfter" ? [[x2, y1]] : series.interpolation === "stepBefore" ? [[x1, y2]] : [];
    const points = [[x1, y1], ...corner, [x2, y2]];
    const colour = series.colors[i] || series.color;
    if (series.fillOpacity > 0)
      shapes.push({ type: "polygon", shape: { points: [...points, [x2, ground], [x1, ground]] }, style: { fill: alpha(colour, (series.fillOpacity / 100) * opacity) } });
    shapes.push({ type: "polyline", shape: { points }, style: { stroke: colour, lineWidth: series.lineWidth, opacity, lineDash: series.lineDash?.length ? series.lineDash : null } });
  }
  return shapes;
}
