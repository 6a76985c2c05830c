import { el } from "../base/dom";
import { alpha } from "../base/colour";
import { markup } from "../base/markup";
import type { Annotation, Axis } from "../types";
import type { Pen } from "./pen";
import type { TimePlot } from "./plot";
import { swatch } from "./tip";

/** The height of the strip that shows many annotations as a density, and the least width of one of them, in pixels. */
const strip = { height: 6, narrowest: 3 };

/**
 * annotationLines draws each annotation as a dashed line, which belongs behind the data. An annotation that lasts has a
 * pale area too. Annotations that are shown as a density have no lines.
 */
export function annotationLines(pen: Pen, annotations: readonly Annotation[], plot: TimePlot): void {
  if (isDense(annotations)) return;
  const { left, top, width, height } = plot.frame;
  for (const a of annotations) {
    const x = pen.crisp(plot.x(a.time));
    const from = Math.max(left, x);
    const to = Math.min(left + width, a.timeEnd && a.timeEnd > a.time ? plot.x(a.timeEnd) : x);
    if (to > from) pen.rect({ x: from, y: top, width: to - from, height }, { fill: alpha(a.color, 0.1) });
    if (isInside(a, plot)) pen.line([[x, top], [x, top + height]], { stroke: a.color, width: pen.hair, dash: [3, 3], opacity: 0.8 });
  }
}

/**
 * annotationMarks draws a mark for each annotation at the top of the plot, where no label is. If an annotation has a count of
 * many events, all annotations are drawn as a density instead: a strip at the top whose colour is stronger where there are
 * more events.
 */
export function annotationMarks(pen: Pen, annotations: readonly Annotation[], plot: TimePlot): void {
  const { left, top, width } = plot.frame;
  const dense = isDense(annotations);
  const most = Math.max(1, ...annotations.map((a) => a.count ?? 1));
  for (const a of annotations) {
    if (dense) {
      const [from, to] = stripOf(a, plot);
      const [x, end] = [Math.max(left, from), Math.min(left + width, to)];
      if (end > x) pen.rect({ x, y: top, width: end - x, height: strip.height }, { fill: a.color, opacity: 0.25 + 0.75 * ((a.count ?? 1) / most) });
      continue;
    }
    const x = pen.crisp(plot.x(a.time));
    if (isInside(a, plot)) pen.polygon([[x, top + 6], [x - 4, top], [x + 4, top]], { fill: a.color });
  }
}

/** isDense tells whether annotations are shown as a density: one of them has a count of many events. */
function isDense(annotations: readonly Annotation[]): boolean {
  return annotations.some((a) => (a.count ?? 1) > 1);
}

/** isInside tells whether an annotation begins in the plot. */
function isInside(a: Annotation, plot: TimePlot): boolean {
  const x = plot.x(a.time);
  return x >= plot.frame.left - 0.5 && x <= plot.frame.left + plot.frame.width + 0.5;
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
