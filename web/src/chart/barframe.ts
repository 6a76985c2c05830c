// A bar chart's plot in its box, in pixels, and the way from values and categories to places in it.
import type { Axis, BarChart } from "../types";
import { type Column, endRoom, type EndText, placeOn } from "./columns";
import { labelRoom } from "./axes";
import { shortened, limited } from "./fit";
import { type Ink, textWidth } from "./ink";

/** BarFrame is where the plot lies and how it is labelled. */
export interface BarFrame {
  lying: boolean;
  left: number;
  top: number;
  width: number;
  height: number;
  /** What is free before and after the value axis, for the texts at the bars' ends. */
  before: number;
  after: number;
  /** The categories' texts as they are drawn; "" where there is no room. */
  names: string[];
  /** The sizes of type of the categories and of the values. */
  type: number;
  reading: number;
  /** How far the categories' texts are turned, in degrees. */
  turn: number;
}

/** What the frame needs to know of a text at a bar's end. */
export interface Reading {
  column: Column;
  axis: Axis;
  text: string;
}

/** Smaller texts at bars can't be read. */
export const leastReading = 10.5;

/** barFrame lays out the plot of a bar chart; readings are the texts at the bars' ends, if any. */
export function barFrame(view: BarChart, width: number, height: number, readings: readonly Reading[], pen: Ink): BarFrame {
  const lying = view.orientation === "horizontal" || (view.orientation === "auto" && height > width);
  const shown = view.axes.filter((a) => a.placement !== "hidden");
  const labelled = shown.some((a) => a.label);
  const names = view.categories.map((c) => (view.categoryHidden ? "" : limited(c.text, view.tickMaxLength)));
  const many = Math.max(1, names.length);
  if (lying) {
    const top = labelled || view.categoryLabel ? 18 : 4;
    const bottom = shown.length ? 20 : 4;
    const band = (height - top - bottom) / many;
    const type = Math.max(11, Math.min(largest(width, height), band * 0.55, width / 28));
    const widest = Math.max(0, ...names.map((t) => textWidth(t, pen.font, type)));
    const left = Math.ceil(Math.min(widest + (widest ? 2 : 0), width * 0.4)) + 10;
    const frame = { lying, left, top, width: Math.max(1, width - left - 10), height: Math.max(1, height - top - bottom), type, turn: 0 };
    return finish(frame, thin(names, band, Math.max(type * 1.05, view.tickSpacing)).map((t) => shortened(t, left - 10, (s) => textWidth(s, pen.font, type))), view, readings, pen);
  }
  const left = shown.length && shown[0].placement !== "right" ? labelRoom(shown[0], pen) : 8;
  const right = shown.slice(shown[0]?.placement === "right" ? 0 : 1).reduce((sum, a) => sum + labelRoom(a, pen), 0) || 10;
  const plot = Math.max(1, width - left - right);
  const band = plot / many;
  const type = Math.max(11, Math.min(largest(width, height) - 1, band * 0.25));
  const turn = Math.max(-90, Math.min(90, view.tickRotation));
  const slope = Math.abs(Math.sin((turn / 180) * Math.PI));
  const measure = (s: string) => textWidth(s, pen.font, type);
  const longest = turn === 0 ? Math.max(band - 6, Math.min(56, plot)) : Math.min(height * 0.4 / Math.max(0.2, slope), 220);
  const cut = names.map((t) => shortened(t, longest, measure));
  const widest = Math.max(0, ...cut.map(measure));
  const step = turn === 0 ? widest + 6 : type * 1.2;
  const texts = turn === 0 ? type : widest * slope + type * (1 - slope);
  const bottom = (view.categoryHidden ? 6 : 10 + texts) + (view.categoryLabel ? 16 : 0);
  const top = labelled ? 20 : 8;
  const frame = { lying, left, top, width: plot, height: Math.max(1, height - top - bottom), type, turn };
  return finish(frame, thin(cut, band, Math.max(step, view.tickSpacing)), view, readings, pen);
}

// A chart that fills a screen is read from further away.
const largest = (width: number, height: number) => Math.max(15, Math.min(24, Math.min(width, height) / 36));

type Bare = Omit<BarFrame, "names" | "before" | "after" | "reading">;

function finish(frame: Bare, names: string[], view: BarChart, readings: readonly Reading[], pen: Ink): BarFrame {
  const across = (frame.lying ? frame.height : frame.width) / Math.max(1, view.categories.length);
  const thickness = Math.min(...readings.map((r) => (r.column.to - r.column.from) * across), Infinity);
  // Where bars lie, a text is as high as its bar at most; where they stand, about as wide.
  const widest = Math.max(0.01, ...readings.map((r) => textWidth(r.text, pen.font, 100, 500) / 100));
  const reading = Math.max(leastReading, Math.min(frame.type + 1, frame.lying ? thickness * 0.72 : (thickness + 6) / widest));
  const texts: EndText[] = readings.filter((r) => !r.column.stacked).map((r) => ({
    at: placeOn(r.axis, r.column.hi), back: r.column.hi < r.column.lo,
    length: frame.lying ? textWidth(r.text, pen.font, reading, 500) + 8 : reading + 6,
  }));
  return { ...frame, names, reading, ...endRoom(texts, frame.lying ? frame.width : frame.height) };
}

/** thin leaves out texts so that those that stay are far enough from each other. */
export function thin(names: readonly string[], band: number, distance: number): string[] {
  const each = Math.max(1, Math.ceil(distance / Math.max(band, 0.001) - 0.001));
  return names.map((t, i) => (i % each === 0 ? t : ""));
}

/** along is a value's place on its axis in the frame: x where bars lie, y where they stand. */
export function along(f: BarFrame, axis: Axis, value: number): number {
  const length = (f.lying ? f.width : f.height) - f.before - f.after;
  const at = f.before + placeOn(axis, value) * length;
  return f.lying ? f.left + at : f.top + f.height - at;
}

/** across is a place of a category, share from 0 to 1 of its band: y where bars lie, x where they stand. */
export function across(f: BarFrame, index: number, share: number, many: number): number {
  const band = (f.lying ? f.height : f.width) / Math.max(1, many);
  return (f.lying ? f.top : f.left) + (index + share) * band;
}

/** categoryAt is the category at a place of the box; -1 outside the plot. */
export function categoryAt(f: BarFrame, x: number, y: number, many: number): number {
  const [at, from, size] = f.lying ? [y, f.top, f.height] : [x, f.left, f.width];
  const inside = f.lying ? x <= f.left + f.width + 8 : y <= f.top + f.height + 40;
  const index = Math.floor(((at - from) / size) * many);
  return inside && index >= 0 && index < many ? index : -1;
}
