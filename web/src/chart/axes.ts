import type { Axis, Tick } from "../types";
import type { Option } from "./echarts";
import { tickTexts } from "./ticktexts";
import { type ThemeColours, labelSize, textWidth } from "./themecolours";

/** shareOn returns where a value lies on an axis: 0 at its minimum, 1 at its maximum, less or more beyond them. */
export function shareOn(axis: Axis, value: number): number {
  const on = (v: number) => (axis.log ? Math.log(Math.max(v, Number.MIN_VALUE)) : v);
  return (on(value) - on(axis.min)) / (on(axis.max) - on(axis.min) || 1);
}

/** thinned keeps every n-th tick, with the smallest n for which the labels are gap pixels apart. */
export function thinned<T>(ticks: readonly T[], from: (t: T) => number, to: (t: T) => number, gap: number): T[] {
  for (let n = 1; n < ticks.length; n++) {
    const kept = ticks.filter((_, i) => i % n === 0);
    if (kept.every((t, i) => i === 0 || from(t) - to(kept[i - 1]) >= gap)) return kept;
  }
  return ticks.slice(0, 1);
}

/** The widest label on an axis, in pixels. A unit may be a sentence, and a number may have three hundred digits. */
const widestLabel = 110;

/** drawnTicks returns ticks with their texts as they are drawn: shortened where they are too long. */
export function drawnTicks(ticks: readonly Tick[], theme: ThemeColours): Tick[] {
  const texts = tickTexts(ticks.map((t) => t.text), widestLabel, (t) => textWidth(t, theme.font));
  return ticks.map((t, i) => ({ ...t, text: texts[i] }));
}

/** labelRoom returns the width of an axis's labels and their gap to the plot, in pixels. */
export function labelRoom(axis: Axis, theme: ThemeColours): number {
  return Math.ceil(Math.max(0, ...drawnTicks(axis.ticks, theme).map((t) => textWidth(t.text, theme.font)))) + 8;
}

function labels(shown: readonly Tick[], theme: ThemeColours): Option {
  const texts = new Map(shown.map((t) => [t.value, t.text]));
  return {
    show: true, customValues: shown.map((t) => t.value), formatter: (v: number) => texts.get(v) ?? "",
    showMinLabel: true, showMaxLabel: true, hideOverlap: false, rotate: 0,
    color: theme.muted, fontFamily: theme.font, fontSize: labelSize, margin: 7,
  };
}

/** timeAxis draws a time axis with as many of its ticks as fit. */
export function timeAxis(axis: Axis, x: (t: number) => number, canvasWidth: number, theme: ThemeColours): Option {
  const half = (text: string) => textWidth(text, theme.font) / 2;
  const inside = axis.ticks.filter((t) => x(t.value) - half(t.text) >= 0 && x(t.value) + half(t.text) <= canvasWidth);
  const shown = thinned(inside, (t) => x(t.value) - half(t.text), (t) => x(t.value) + half(t.text), 10);
  return {
    // The time type keeps ECharts from stacking values along this axis.
    type: "time", min: axis.min, max: axis.max, silent: true,
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.axis } },
    axisTick: { show: true, length: 3, customValues: axis.ticks.map((t) => t.value), lineStyle: { color: theme.axis } },
    axisLabel: labels(shown, theme),
    splitLine: { show: true, showMinLine: false, showMaxLine: false, lineStyle: { color: theme.grid } },
    axisPointer: { show: false },
  };
}

/** valueAxis draws a value axis. Only the first one draws lines across the plot. */
export function valueAxis(axis: Axis, y: (v: number) => number, first: boolean, theme: ThemeColours): Option {
  const shown = thinned(drawnTicks(axis.ticks, theme).reverse(), (t) => y(t.value) - 6, (t) => y(t.value) + 6, 3);
  const hidden = axis.placement === "hidden";
  return {
    type: axis.log ? "log" : "value", ...(axis.log ? { logBase: axis.log } : {}),
    min: axis.min, max: axis.max, silent: true, position: axis.placement === "right" ? "right" : "left",
    axisLine: { show: false },
    axisTick: { show: false, customValues: axis.ticks.map((t) => t.value) },
    axisLabel: hidden ? { show: false } : labels(shown, theme),
    splitLine: { show: first && !hidden, lineStyle: { color: theme.grid } },
  };
}
