import { el } from "../base/dom";
import { alpha } from "../base/colour";
import type { Annotation } from "../types";
import { layer, type Option, type Shape } from "./echarts";
import type { TimePlot } from "./plot";
import { swatch } from "./tip";

/**
 * annotationLayers draws each annotation as a dashed line behind the data, so that it hides none of
 * it, with a mark at the top, where there are no labels to cover.
 */
export function annotationLayers(annotations: readonly Annotation[], plot: TimePlot): Option[] {
  const { left, top, width, height } = plot.frame;
  const bottom = top + height;
  const lines: Shape[] = [];
  const marks: Shape[] = [];
  for (const a of annotations) {
    const x = Math.round(plot.x(a.time)) + 0.5;
    const from = Math.max(left, x);
    const to = Math.min(left + width, a.timeEnd && a.timeEnd > a.time ? plot.x(a.timeEnd) : x);
    if (to > from) lines.push({ type: "rect", shape: { x: from, y: top, width: to - from, height }, style: { fill: alpha(a.color, 0.1) } });
    if (x < left - 0.5 || x > left + width + 0.5) continue;
    lines.push({ type: "line", shape: { x1: x, y1: top, x2: x, y2: bottom }, style: { stroke: a.color, lineWidth: 1, lineDash: [3, 3], opacity: 0.8 } });
    marks.push({ type: "polygon", shape: { points: [[x, top + 6], [x - 4, top], [x + 4, top]] }, style: { fill: a.color } });
  }
  return [layer("annotation lines", lines, 1), layer("annotation marks", marks, 5, false)];
}

/** annotationsAt finds those under the pointer: on their line, or within their span at its mark. */
export function annotationsAt(annotations: readonly Annotation[], plot: TimePlot, x: number): Annotation[] {
  const near = annotations.filter((a) => Math.abs(plot.x(a.time) - x) <= 5);
  return near.sort((a, b) => Math.abs(plot.x(a.time) - x) - Math.abs(plot.x(b.time) - x)).slice(0, 4);
}

/** annotationNote is an annotation in a tooltip. */
export function annotationNote(a: Annotation): HTMLElement {
  return el("div", { class: "tip-annotation" },
    el("div", { class: "tip-row" }, swatch(a.color), el("span", { class: "tip-name" }, a.name), el("span", { class: "tip-value" }, a.timeText)),
    a.text ? el("div", { class: "tip-text" }, a.text) : null,
    a.tags?.length ? el("div", { class: "tip-note" }, a.tags.join(" · ")) : null);
}
