import type { Axis } from "../types";
import type { Option } from "./echarts";
import { shortened } from "./fit";
import { type Ink, labelSize, textWidth } from "./ink";

/** shareOn returns where a value lies on an axis: 0 at its minimum, 1 at its maximum, less or more beyond them. */
export function shareOn(axis: Axis, value: number): number {
  const on = (v: number) => (axis.log ? Math.log(Math.max(v, Number.MIN_VALUE)) : v);
  return (on(value) - on(axis.min)) / (on(axis.max) - on(axis.min) || 1);
}

/** thinned keeps every n-th of the ticks, so that their labels don't touch each other. */
export function thinned<T>(ticks: readonly T[], from: (t: T) => number, to: (t: T) => number, gap: number): T[] {
  for (let n = 1; n < ticks.length; n++) {
    const kept = ticks.filter((_, i) => i % n === 0);
    if (kept.every((t, i) => i === 0 || from(t) - to(kept[i - 1]) >= gap)) return kept;
  }
  return ticks.slice(0, 1);
}

/** No label on an axis is wider, in pixels: a unit may be a sentence, a number may have three hundred digits. */
const widestLabel = 110;

/** tickText is a tick's text as it is drawn. */
export function tickText(text: string, ink: Ink): string {
  return shortened(text, widestLabel, (t) => textWidth(t, ink.font));
}

/** The width that an axis's labels take, with the gap to the plot. */
export function labelRoom(axis: Axis, ink: Ink): number {
  return Math.ceil(Math.max(0, ...axis.ticks.map((t) => textWidth(tickText(t.text, ink), ink.font)))) + 8;
}

function labels(shown: readonly { value: number; text: string }[], ink: Ink): Option {
  const texts = new Map(shown.map((t) => [t.value, tickText(t.text, ink)]));
  return {
    show: true, customValues: shown.map((t) => t.value), formatter: (v: number) => texts.get(v) ?? "",
    showMinLabel: true, showMaxLabel: true, hideOverlap: false, rotate: 0,
    color: ink.muted, fontFamily: ink.font, fontSize: labelSize, margin: 7,
  };
}

/** timeAxis draws a time axis with the ticks that it was given, as many as fit. */
export function timeAxis(axis: Axis, x: (t: number) => number, canvasWidth: number, ink: Ink): Option {
  const half = (text: string) => textWidth(text, ink.font) / 2;
  const inside = axis.ticks.filter((t) => x(t.value) - half(t.text) >= 0 && x(t.value) + half(t.text) <= canvasWidth);
  const shown = thinned(inside, (t) => x(t.value) - half(t.text), (t) => x(t.value) + half(t.text), 10);
  return {
    // Of two value axes the library would stack along the first.
    type: "time", min: axis.min, max: axis.max, silent: true,
    axisLine: { show: true, onZero: false, lineStyle: { color: ink.axis } },
    axisTick: { show: true, length: 3, customValues: axis.ticks.map((t) => t.value), lineStyle: { color: ink.axis } },
    axisLabel: labels(shown, ink),
    splitLine: { show: true, showMinLine: false, showMaxLine: false, lineStyle: { color: ink.grid } },
    axisPointer: { show: false },
  };
}

/** valueAxis draws a value axis; only the first draws lines across the plot. */
export function valueAxis(axis: Axis, y: (v: number) => number, first: boolean, ink: Ink): Option {
  const shown = thinned([...axis.ticks].reverse(), (t) => y(t.value) - 6, (t) => y(t.value) + 6, 3);
  const hidden = axis.placement === "hidden";
  return {
    type: axis.log ? "log" : "value", ...(axis.log ? { logBase: axis.log } : {}),
    min: axis.min, max: axis.max, silent: true, position: axis.placement === "right" ? "right" : "left",
    axisLine: { show: false },
    axisTick: { show: false, customValues: axis.ticks.map((t) => t.value) },
    axisLabel: hidden ? { show: false } : labels(shown, ink),
    splitLine: { show: first && !hidden, lineStyle: { color: ink.grid } },
  };
}
