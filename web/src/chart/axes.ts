import type { Axis, Tick } from "../types";
import type { Pen } from "./pen";
import type { Frame } from "./plot";
import { tickTexts } from "./ticktexts";
import { type ThemeColours, labelSize, textWidth } from "./themecolours";

/** shareOn returns where the values of an axis lie on it: 0 at its minimum, 1 at its maximum, less or more beyond them. */
export function shareOn(axis: Axis): (value: number) => number {
  const on = (v: number) => (axis.log ? Math.log(Math.max(v, Number.MIN_VALUE)) : v);
  const [from, length] = [on(axis.min), on(axis.max) - on(axis.min) || 1];
  return (value) => (on(value) - from) / length;
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

/** The gap between the plot and the labels of its axes, and the length of a tick, in pixels. */
const [labelGap, tickLength] = [7, 3];

/** How far below the plot the middle of the labels of time is, in pixels. */
const labelMiddle = 10;

/** How far below the top of the canvas the middle of an axis's name is, in pixels. */
export const nameMiddle = 7;

/** AxisPlace is where an axis is drawn: the plot, and where a value of the axis is in it, in pixels. */
export interface AxisPlace {
  frame: Frame;
  at(value: number): number;
}

/** ticksOn returns the ticks that lie on an axis, of which rounding may have moved the last ones a little beyond its ends. */
function ticksOn({ min, max }: Axis, ticks: readonly Tick[]): Tick[] {
  const little = Math.abs(max - min) * 1e-9;
  return ticks.filter((t) => t.value >= min - little && t.value <= max + little);
}

/** timeAxis draws a time axis below the plot, with as many of its labels as fit, and with `grid` a line through the plot at each tick. */
export function timeAxis(pen: Pen, axis: Axis, { frame, at }: AxisPlace, canvasWidth: number, theme: ThemeColours, grid = true): void {
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const within = ticksOn(axis, axis.ticks);
  const upright = (value: number, from: number, to: number, colour: string) => {
    const x = pen.crisp(at(value));
    pen.line([[x, from], [x, to]], { stroke: colour, width: pen.hair });
  };
  for (const t of grid ? within : []) upright(t.value, top, bottom, theme.grid);
  for (const t of within) upright(t.value, bottom, bottom + tickLength, theme.axis);
  const line = pen.crisp(bottom);
  pen.line([[left, line], [left + width, line]], { stroke: theme.axis, width: pen.hair });
  const half = (text: string) => textWidth(text, theme.font) / 2;
  const inside = within.filter((t) => at(t.value) - half(t.text) >= 0 && at(t.value) + half(t.text) <= canvasWidth);
  const shown = thinned(inside, (t) => at(t.value) - half(t.text), (t) => at(t.value) + half(t.text), 10);
  for (const t of shown) pen.text(t.text, at(t.value), bottom + labelMiddle, { ...lettering(theme), align: "center" });
}

/** valueAxes draws value axes at the sides of the plot. Only the first one draws lines across the plot. */
export function valueAxes(pen: Pen, axes: readonly Axis[], frame: Frame, y: (axis: number, value: number) => number, theme: ThemeColours): void {
  const { left, width } = frame;
  const used = { left: 0, right: 0 };
  axes.forEach((axis, i) => {
    if (axis.placement === "hidden") return;
    const side = axis.placement === "right" ? "right" : "left";
    const x = side === "right" ? left + width + labelGap + used.right : left - labelGap - used.left;
    used[side] += labelRoom(axis, theme);
    const within = ticksOn(axis, drawnTicks(axis.ticks, theme));
    for (const t of i === 0 ? within : []) acrossAt(pen, y(i, t.value), frame, theme);
    const shown = thinned(within.reverse(), (t) => y(i, t.value) - 6, (t) => y(i, t.value) + 6, 3);
    for (const t of shown) pen.text(t.text, x, y(i, t.value), { ...lettering(theme), align: side === "right" ? "left" : "right" });
  });
}

/** acrossAt draws a line across the plot, behind the data. */
export function acrossAt(pen: Pen, at: number, { left, width }: Frame, theme: ThemeColours): void {
  const y = pen.crisp(at);
  pen.line([[left, y], [left + width, y]], { stroke: theme.grid, width: pen.hair });
}

/** lettering is how the labels of axes are written. */
export function lettering(theme: ThemeColours): { colour: string; font: string } {
  return { colour: theme.muted, font: `${labelSize}px ${theme.font}` };
}
