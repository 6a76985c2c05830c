// The layout of a bar chart in pixels: where the plot is, and where values and categories are in it.
import type { Axis, BarChart } from "../types";
import { type Column, endRoom, type EndText, placeOn } from "./columns";
import { labelRoom } from "./axes";
import { limited, shortenedNames } from "./fit";
import { type ThemeColours, textWidth } from "./themecolours";

/** BarFrame says where the plot is in its box and how it is labelled. */
export interface BarFrame {
  /** The bars lie, and the categories go down. */
  horizontal: boolean;
  left: number;
  top: number;
  width: number;
  height: number;
  /** The room at both ends of the value axis that the texts at the bars' ends need. */
  before: number;
  after: number;
  /** The categories' texts as they are drawn. A text without room is "". */
  names: string[];
  /** The font sizes of the categories (type) and of the values (reading). */
  type: number;
  reading: number;
  /** The angle by which the categories' texts are turned, in degrees. */
  turn: number;
}

/** Reading is a text at a bar's end, as far as the layout needs it. */
export interface Reading {
  column: Column;
  axis: Axis;
  text: string;
}

/** The smallest font size in which a text at a bar is drawn. */
export const leastReading = 10.5;

/** barFrame lays out a bar chart. readings are the texts at the bars' ends, if there are any. */
export function barFrame(view: BarChart, width: number, height: number, readings: readonly Reading[], theme: ThemeColours): BarFrame {
  const horizontal = view.orientation === "horizontal" || (view.orientation === "auto" && height > width);
  const shown = view.axes.filter((a) => a.placement !== "hidden");
  const labelled = shown.some((a) => a.label);
  const names = view.categories.map((c) => (view.categoryHidden ? "" : limited(c.text, view.tickMaxLength)));
  const count = Math.max(1, names.length);
  if (horizontal) {
    const top = labelled || view.categoryLabel ? 18 : 4;
    const bottom = shown.length ? 20 : 4;
    const band = (height - top - bottom) / count;
    const type = Math.max(11, Math.min(largest(width, height), band * 0.55, width / 28));
    const widest = Math.max(0, ...names.map((t) => textWidth(t, theme.font, type)));
    const left = Math.ceil(Math.min(widest + (widest ? 2 : 0), width * 0.4)) + 10;
    const frame = { horizontal, left, top, width: Math.max(1, width - left - 10), height: Math.max(1, height - top - bottom), type, turn: 0 };
    return finish(frame, thin(shortenedNames(names, left - 10, (s) => textWidth(s, theme.font, type)), band, Math.max(type * 1.05, view.tickSpacing)), view, readings, theme);
  }
  const left = shown.length && shown[0].placement !== "right" ? labelRoom(shown[0], theme) : 8;
  const right = shown.slice(shown[0]?.placement === "right" ? 0 : 1).reduce((sum, a) => sum + labelRoom(a, theme), 0) || 10;
  const plot = Math.max(1, width - left - right);
  const band = plot / count;
  const type = Math.max(11, Math.min(largest(width, height) - 1, band * 0.25));
  const turn = Math.max(-90, Math.min(90, view.tickRotation));
  const slope = Math.abs(Math.sin((turn / 180) * Math.PI));
  const measure = (s: string) => textWidth(s, theme.font, type);
  const longest = turn === 0 ? Math.max(band - 6, Math.min(56, plot)) : Math.min(height * 0.4 / Math.max(0.2, slope), 220);
  const cut = shortenedNames(names, longest, measure);
  const widest = Math.max(0, ...cut.map(measure));
  const step = turn === 0 ? widest + 6 : type * 1.2;
  const texts = turn === 0 ? type : widest * slope + type * (1 - slope);
  const bottom = (view.categoryHidden ? 6 : 10 + texts) + (view.categoryLabel ? 16 : 0);
  const top = labelled ? 20 : 8;
  const frame = { horizontal, left, top, width: plot, height: Math.max(1, height - top - bottom), type, turn };
  return finish(frame, thin(cut, band, Math.max(step, view.tickSpacing)), view, readings, theme);
}

// The largest font size. A chart that fills a screen is read from further away.
const largest = (width: number, height: number) => Math.max(15, Math.min(24, Math.min(width, height) / 36));

type Bare = Omit<BarFrame, "names" | "before" | "after" | "reading">;

function finish(frame: Bare, names: string[], view: BarChart, readings: readonly Reading[], theme: ThemeColours): BarFrame {
  const across = (frame.horizontal ? frame.height : frame.width) / Math.max(1, view.categories.length);
  const thickness = Math.min(...readings.map((r) => (r.column.to - r.column.from) * across), Infinity);
  // A text is at most as high as a horizontal bar, and about as wide as a vertical one.
  const widest = Math.max(0.01, ...readings.map((r) => textWidth(r.text, theme.font, 100, 500) / 100));
  const reading = Math.max(leastReading, Math.min(frame.type + 1, frame.horizontal ? thickness * 0.72 : (thickness + 6) / widest));
  const texts: EndText[] = readings.filter((r) => !r.column.stacked).map((r) => ({
    at: placeOn(r.axis, r.column.hi), back: r.column.hi < r.column.lo,
    length: frame.horizontal ? textWidth(r.text, theme.font, reading, 500) + 8 : reading + 6,
  }));
  return { ...frame, names, reading, ...endRoom(texts, frame.horizontal ? frame.width : frame.height) };
}

/** thin replaces texts by "" so that those that stay are at least distance apart. */
export function thin(names: readonly string[], band: number, distance: number): string[] {
  const each = Math.max(1, Math.ceil(distance / Math.max(band, 0.001) - 0.001));
  return names.map((t, i) => (i % each === 0 ? t : ""));
}

/** valuePosition returns where a value is in the frame: its x if the bars are horizontal, else its y. */
export function valuePosition(f: BarFrame, axis: Axis, value: number): number {
  const length = (f.horizontal ? f.width : f.height) - f.before - f.after;
  const at = f.before + placeOn(axis, value) * length;
  return f.horizontal ? f.left + at : f.top + f.height - at;
}

/**
 * categoryPosition returns a place within a category's band, at a share from 0 to 1: its y if the bars
 * are horizontal, else its x.
 */
export function categoryPosition(f: BarFrame, index: number, share: number, count: number): number {
  const band = (f.horizontal ? f.height : f.width) / Math.max(1, count);
  return (f.horizontal ? f.top : f.left) + (index + share) * band;
}

/** categoryAt returns the index of the category at a place of the box, -1 outside the plot. */
export function categoryAt(f: BarFrame, x: number, y: number, count: number): number {
  const [at, from, size] = f.horizontal ? [y, f.top, f.height] : [x, f.left, f.width];
  const inside = f.horizontal ? x <= f.left + f.width + 8 : y <= f.top + f.height + 40;
  const index = Math.floor(((at - from) / size) * count);
  return inside && index >= 0 && index < count ? index : -1;
}
