import { el } from "../base/dom";
import { alpha } from "../base/colour";
import { markup } from "../base/markup";
import type { Annotation, Axis } from "../types";
import { layer, type Option, type Shape } from "./echarts";
import type { TimePlot } from "./plot";
import { swatch } from "./tip";

/** The height of the strip that shows many annotations as a density, and the least width of one of them, in pixels. */
const strip = { height: 6, narrowest: 3 };

/**
 * annotationLayers draws each annotation as a dashed line behind the data, with a mark at the top of the
 * plot, where no label is. If an annotation has a count of many events, all annotations are drawn as a
 * density instead: a strip at the top whose colour is stronger where there are more events.
 */
export function annotationLayers(annotations: readonly Annotation[], plot: TimePlot): Option[] {
  const { left, top, width, height } = plot.frame;
  const bottom = top + height;
  const lines: Shape[] = [];
  const marks: Shape[] = [];
  const densest = Math.max(1, ...annotations.map((a) => a.count ?? 1));
  for (const a of annotations) {
    if (densest > 1) {
      const [from, to] = stripOf(a, plot);
      if (to > left && from < left + width)
        marks.push({ type: "rect", shape: { x: Math.max(left, from), y: top, width: Math.min(left + width, to) - Math.max(left, from), height: strip.height },
          style: { fill: a.color, opacity: 0.25 + 0.75 * ((a.count ?? 1) / densest) } });
      continue;
    }
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

/** stripOf returns where an annotation begins and ends in the strip, in pixels. */
function stripOf(a: Annotation, plot: TimePlot): [number, number] {
  const [from, to] = [plot.x(a.time), plot.x(a.timeEnd ?? a.time)];
  const more = Math.max(0, strip.narrowest - (to - from)) / 2;
  return [from - more, to + more];
}

/** annotationsAt finds the annotations whose line or strip is under the pointer, the nearest first. */
function annotationsAt(annotations: readonly Annotation[], plot: TimePlot, x: number): Annotation[] {
  const away = (a: Annotation) => {
    const [from, to] = a.count ? stripOf(a, plot) : [plot.x(a.time), plot.x(a.time)];
    return Math.max(from - x, x - to, 0);
  };
  return annotations.filter((a) => away(a) <= 5).sort((a, b) => away(a) - away(b));
}

/** annotationNotes describes the annotations under the pointer for a tooltip: the nearest ones, and how many more there are. */
export function annotationNotes(annotations: readonly Annotation[], plot: TimePlot, x: number): HTMLElement[] {
  const near = annotationsAt(annotations, plot, x);
  // Neighbouring strips touch, so the nearest one is enough.
  const most = near.some((a) => a.count) ? 1 : 4;
  const rest = near.length - most;
  return [...near.slice(0, most).map(annotationNote), ...(rest > 0 && most > 1 ? [el("div", { class: "tip-note" }, `and ${rest} more`)] : [])];
}

/** withAnnotations adds to instants those at which annotations begin, in ascending order and each once. */
export function withAnnotations(instants: readonly number[], annotations: readonly Annotation[] | null | undefined, { min, max }: Axis): number[] {
  const marks = (annotations ?? []).map((a) => a.time).filter((t) => t >= min && t <= max);
  return [...new Set([...instants, ...marks])].sort((a, b) => a - b);
}

/**
 * marksOf returns the annotations that are not about hidden names alone. An annotation is about a name that begins with one of
 * its tags, as "fred FAILED" does with the tag fred. An annotation that names nothing in the chart stays.
 */
export function marksOf(annotations: readonly Annotation[] | null | undefined, shown: readonly string[], hidden: readonly string[]): readonly Annotation[] {
  const all = annotations ?? [];
  if (hidden.length === 0) return all;
  const about = (a: Annotation, names: readonly string[]) => a.tags?.some((tag) => names.some((name) => name === tag || name.startsWith(`${tag} `))) ?? false;
  return all.filter((a) => about(a, shown) || !about(a, hidden));
}

/** annotationNote describes one annotation for a tooltip. */
function annotationNote(a: Annotation): HTMLElement {
  return el("div", { class: "tip-annotation" },
    el("div", { class: "tip-row" }, swatch(a.color), el("span", { class: "tip-name" }, a.name), el("span", { class: "tip-value" }, a.timeText)),
    a.html ? el("div", { class: "tip-text" }, ...markup(a.html)) : a.text ? el("div", { class: "tip-text" }, a.text) : null,
    a.tags?.length ? el("div", { class: "tip-note" }, a.tags.join(" · ")) : null);
}
