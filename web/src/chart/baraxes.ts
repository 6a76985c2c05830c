import { svg } from "../base/svg";
import type { Axis, BarChart, Tick } from "../types";
import { drawnTicks } from "./axes";
import { categoryPosition, valuePosition, type BarFrame } from "./barframe";
import { shortened } from "./fit";
import { type ThemeColours, labelSize, textWidth } from "./themecolours";

/** The most spaces between the ticks below bars that lie. */
const mostTicks = 16;

/** barAxes draws what is behind the bars: lines at the ticks, thresholds, and the texts of the axes. */
export function barAxes(view: BarChart, f: BarFrame, theme: ThemeColours): SVGElement {
  const root = svg("g", { class: "axes", "font-size": labelSize });
  const axes = view.axes.filter((a) => a.placement !== "hidden");
  root.append(...areas(view, f));
  axes.forEach((a, i) => root.append(...ticks(a, i, f, theme)));
  root.append(...lines(view, f), ...categories(view, f));
  if (axes[0]?.label) {
    const right = f.horizontal || axes[0].placement === "right";
    root.append(svg("text", { class: "axis-text", x: right ? f.left + f.width : f.left, y: 12, "text-anchor": right ? "end" : "start" }, shortened(axes[0].label, f.width, (t) => textWidth(t, theme.font))));
  }
  const cutLabel = shortened(view.categoryLabel ?? "", f.horizontal ? f.left : f.width, (t) => textWidth(t, theme.font));
  if (view.categoryLabel)
    root.append(f.horizontal ? svg("text", { class: "axis-text", x: f.left - 10, y: 12, "text-anchor": "end" }, cutLabel)
      : svg("text", { class: "axis-text", x: f.left + f.width / 2, y: "100%", dy: -4, "text-anchor": "middle" }, cutLabel));
  return root;
}

/** zeroLine draws the line between gains and losses, which lies over the bars. */
export function zeroLine(view: BarChart, f: BarFrame): SVGElement | null {
  const axis = view.axes[0];
  if (!axis || axis.log || axis.min > 0 || axis.max < 0) return null;
  const at = crisp(valuePosition(f, axis, 0));
  return svg("path", { class: "axis-zero", d: f.horizontal ? `M${at} ${f.top}V${f.top + f.height}` : `M${f.left} ${at}H${f.left + f.width}` });
}

const crisp = (v: number) => Math.round(v) + 0.5;

/** aroundZero keeps every n-th tick, with the smallest n for which the labels are apart. It keeps a tick at zero. */
export function aroundZero(ticks: readonly Tick[], apart: (a: Tick, b: Tick) => boolean): Tick[] {
  const zero = Math.max(0, ticks.findIndex((t) => t.value === 0));
  for (let n = 1; n < ticks.length; n++) {
    const kept = ticks.filter((_, i) => (i - zero) % n === 0);
    if (kept.every((t, i) => i === 0 || apart(kept[i - 1], t))) return kept;
  }
  return ticks.slice(zero, zero + 1);
}

function ticks(axis: Axis, nth: number, f: BarFrame, theme: ThemeColours): SVGElement[] {
  const at = (v: number) => valuePosition(f, axis, v);
  const half = (text: string) => (f.horizontal ? textWidth(text, theme.font) / 2 : 6);
  const inside = drawnTicks(axis.ticks, theme).filter((t) => t.value >= axis.min - 1e-12 && t.value <= axis.max + 1e-12);
  // A line for each half percent would be a fence.
  const least = f.horizontal ? f.width / mostTicks : 0;
  const shown = aroundZero(inside, (a, b) => Math.abs(at(b.value) - at(a.value)) >= Math.max(least, half(a.text) + half(b.text) + (f.horizontal ? 12 : 4)));
  const right = axis.placement === "right" || nth > 0;
  return shown.flatMap((t) => {
    const place = at(t.value);
    const line = nth > 0 ? [] : [svg("path", { class: "axis-line", d: f.horizontal ? `M${crisp(place)} ${f.top}V${f.top + f.height}` : `M${f.left} ${crisp(place)}H${f.left + f.width}` })];
    const text = f.horizontal
      ? svg("text", { class: "axis-text", x: Math.min(place, f.left + f.width + 9 - half(t.text)), y: nth > 0 ? f.top - 4 : f.top + f.height + 15, "text-anchor": "middle" }, t.text)
      : svg("text", { class: "axis-text", x: right ? f.left + f.width + 7 : f.left - 7, y: place + 4, "text-anchor": right ? "start" : "end" }, t.text);
    return [...line, text];
  });
}

function categories(view: BarChart, f: BarFrame): SVGElement[] {
  const count = view.categories.length;
  return f.names.flatMap((name, i) => {
    if (name === "") return [];
    const at = categoryPosition(f, i, 0.5, count);
    if (f.horizontal) return [svg("text", { class: "axis-name", x: f.left - 10, y: at + f.type * 0.36, "text-anchor": "end", "font-size": f.type }, name)];
    const y = f.top + f.height + 8;
    if (f.turn === 0) return [svg("text", { class: "axis-name", x: at, y: y + f.type * 0.8, "text-anchor": "middle", "font-size": f.type }, name)];
    return [svg("text", {
      class: "axis-name", "text-anchor": f.turn > 0 ? "start" : "end", "font-size": f.type, dy: f.type * 0.36,
      transform: `translate(${at.toFixed(1)} ${y.toFixed(1)}) rotate(${f.turn})`,
    }, name)];
  });
}

function areas(view: BarChart, f: BarFrame): SVGElement[] {
  const all = view.thresholds ?? [];
  return all.flatMap((t, i) => {
    const axis = view.axes[t.axis];
    if (!t.area || !axis) return [];
    const next = all.slice(i + 1).find((n) => n.axis === t.axis)?.value;
    const [a, b] = [t.value == null ? valuePosition(f, axis, axis.min) : valuePosition(f, axis, t.value), next == null ? valuePosition(f, axis, axis.max) : valuePosition(f, axis, next)];
    const box = f.horizontal ? { x: Math.min(a, b), y: f.top, width: Math.abs(a - b), height: f.height } : { x: f.left, y: Math.min(a, b), width: f.width, height: Math.abs(a - b) };
    return [svg("rect", { ...box, fill: t.color, opacity: 0.1 })];
  });
}

function lines(view: BarChart, f: BarFrame): SVGElement[] {
  return (view.thresholds ?? []).flatMap((t) => {
    const axis = view.axes[t.axis];
    if (!t.line || t.value == null || !axis || t.value < axis.min || t.value > axis.max) return [];
    const at = crisp(valuePosition(f, axis, t.value));
    return [svg("path", {
      d: f.horizontal ? `M${at} ${f.top}V${f.top + f.height}` : `M${f.left} ${at}H${f.left + f.width}`,
      stroke: t.color, "stroke-width": 1.25, "stroke-dasharray": t.dash ? "6 4" : null, fill: "none",
    })];
  });
}
