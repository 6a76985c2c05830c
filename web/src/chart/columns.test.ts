import assert from "node:assert/strict";
import test from "node:test";
import type { BarChart, Series } from "../types";
import { aroundZero } from "./baraxes";
import { thin } from "./barframe";
import { barPath, type Column, columns, endRoom, placeOn } from "./columns";

const series = (name: string, values: (number | null)[], more: Partial<Series> = {}): Series => ({
  name, color: "#73bf69", axis: 0, values, texts: values.map(String), style: "bars", lineWidth: 0, interpolation: "linear", fillOpacity: 80,
  gradientMode: "none", showPoints: "never", pointSize: 5, barWidthFactor: 0.6, connectGaps: false, ...more,
});
const axis = { placement: "left", min: -10, max: 10, ticks: [] };
const chart = (list: Series[], more: Partial<BarChart> = {}): BarChart => ({
  categories: list[0].values.map((_, i) => ({ text: `c${i}` })), series: list, orientation: "vertical", stacking: "none", showValue: "auto",
  groupWidth: 0.8, barWidth: 0.5, barRadius: 0, fullHighlight: false, tickRotation: 0, tickMaxLength: 0, tickSpacing: 0, axes: [axis],
  legend: { show: false, mode: "list", placement: "bottom", items: [] }, tooltip: "single", ...more,
});
const near = (got: number[], want: number[]) => got.forEach((g, i) => assert.ok(Math.abs(g - want[i]) < 1e-9, `${got} is not ${want}`));
const across = (c: Column) => [c.from, c.to];

test("bars of one category stand side by side in their share of it; a missing value has none", () => {
  const got = columns(chart([series("a", [3, null]), series("b", [-2, 1])]), () => true);
  assert.deepEqual(got.map((c) => [c.series, c.index, c.lo, c.hi]), [[0, 0, 0, 3], [1, 0, 0, -2], [1, 1, 0, 1]]);
  near(across(got[0]), [0.2, 0.4]);
  near(across(got[1]), [0.6, 0.8]);
});

test("bars of a hidden series leave their room to the others", () => {
  const got = columns(chart([series("a", [3]), series("b", [2])]), (s) => s.name === "b");
  assert.equal(got.length, 1);
  near(across(got[0]), [0.3, 0.7]);
});

test("stacked bars share one band, and stacks above and below zero are separate", () => {
  const got = columns(chart([series("a", [3], { stack: "+" }), series("b", [2], { stack: "+" }), series("c", [-4], { stack: "-" }), series("d", [0], { stack: "+" })], { stacking: "normal" }), () => true);
  assert.deepEqual(got.map((c) => [c.lo, c.hi, c.stacked]), [[0, 3, true], [3, 5, true], [0, -4, true]]);
  for (const c of got) near(across(c), [0.3, 0.7]);
});

test("shares of a stack are drawn as the server sends them", () => {
  const got = columns(chart([series("a", [1], { stack: "%", plot: [0.25] }), series("b", [3], { stack: "%", plot: [0.75] })], { stacking: "percent" }), () => true);
  assert.deepEqual(got.map((c) => [c.lo, c.hi]), [[0, 0.25], [0.25, 1]]);
});

test("a value's place is a share of its axis, and never beyond its ends", () => {
  near([-10, 0, 10, 99, -99].map((v) => placeOn(axis, v)), [0, 0.5, 1, 1, 0]);
  near([1, 10, 100, 0].map((v) => placeOn({ ...axis, min: 1, max: 100, log: 10 }, v)), [0, 0.5, 1, 0]);
});

test("the axis leaves as much room as the texts at its bars' ends need, no more", () => {
  const length = 300;
  const texts = [{ at: 1, back: false, length: 40 }, { at: 0, back: true, length: 30 }, { at: 0.5, back: false, length: 60 }];
  const { before, after } = endRoom(texts, length);
  for (const t of texts) {
    const end = before + t.at * (length - before - after);
    assert.ok(t.back ? end - t.length >= -0.5 : end + t.length <= length + 0.5, `${JSON.stringify(t)} ends at ${end}`);
  }
  near([Math.round(before), Math.round(after)], [30, 40]);
  assert.deepEqual(endRoom([{ at: 0.5, back: false, length: 40 }], length), { before: 0, after: 0 });
  assert.deepEqual(endRoom([], length), { before: 0, after: 0 });
});

test("a bar's far end is round, its foot is not", () => {
  assert.equal(barPath(0, 0, 100, 20, 5, "right"), "M0 0H95A5 5 0 0 1 100 5V15A5 5 0 0 1 95 20H0Z");
  assert.equal(barPath(0, 0, 20, 100, 5, "top"), "M0 5A5 5 0 0 1 5 0H15A5 5 0 0 1 20 5V100H0Z");
  assert.equal(barPath(0, 0, 2, 20, 50, "left"), "M0 2A2 2 0 0 1 2 0H2V20H2A2 2 0 0 1 0 18Z");
  assert.equal(barPath(0, 0, 20, 10, 0, "bottom"), "M0 0H20V10H0Z");
});

test("names are left out until they are far enough apart", () => {
  assert.deepEqual(thin(["a", "b", "c", "d", "e"], 10, 12), ["a", "", "c", "", "e"]);
  assert.deepEqual(thin(["a", "b"], 12, 12), ["a", "b"]);
});

test("an axis that has no room for all ticks keeps zero", () => {
  const ticks = [-10, -8, -6, -4, -2, 0, 2, 4].map((value) => ({ value, text: String(value) }));
  const kept = (least: number) => aroundZero(ticks, (a, b) => b.value - a.value >= least).map((t) => t.value);
  assert.deepEqual(kept(2), [-10, -8, -6, -4, -2, 0, 2, 4]);
  assert.deepEqual(kept(5), [-6, 0]);
  assert.deepEqual(kept(99), [0]);
});
