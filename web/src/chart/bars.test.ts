import assert from "node:assert/strict";
import test from "node:test";
import type { Series } from "../types";
import { bars, type BarScale } from "./bars";
import { pieces } from "./stack";

const places = (series: Series[], count: number) => pieces(series, count).map((p) => Array.from({ length: count }, (_, at) => p.at(at)));

const make = (values: (number | null)[], more: Partial<Series> = {}): Series => ({
  name: "s", color: "#73bf69", axis: 0, values: values as Series["values"], texts: values.map(String),
  style: "bars", lineWidth: 0, interpolation: "linear", fillOpacity: 100, gradientMode: "none", showPoints: "never",
  pointSize: 5, barWidthFactor: 0.6, connectGaps: false, ...more,
});

const scale = (density: number): BarScale => ({ x: (t) => t * density, density, y: (_, v) => 100 - v });

test("stacked values lie on each other, each stack by itself", () => {
  const s = [make([10, null], { stack: "A" }), make([-4, -2], { stack: "B" }), make([5, 3], { stack: "A" })];
  assert.deepEqual(places(s, 2), [
    [{ lo: 0, hi: 10 }, null],
    [{ lo: 0, hi: -4 }, { lo: 0, hi: -2 }],
    [{ lo: 10, hi: 15 }, { lo: 0, hi: 3 }],
  ]);
});

test("plot is drawn instead of the values if a series has it", () => {
  const s = [make([30], { stack: "A", plot: [0.75] }), make([10], { stack: "A", plot: [0.25] }), make([4], { plot: [-4] })];
  assert.deepEqual(places(s, 1), [[{ lo: 0, hi: 0.75 }], [{ lo: 0.75, hi: 1 }], [{ lo: 0, hi: -4 }]]);
});

test("bars take their share of the step, and three pixels where that is less", () => {
  const times = [0, 1000, 2000];
  const wide = [make([1, 1, 1], { stepMs: 1000 })];
  assert.ok(bars(times, wide, pieces(wide, 3), scale(0.1)).every((b) => b.width === 60));
  const thin = [make([1, 1, 1], { stepMs: 10 })];
  assert.ok(bars(times, thin, pieces(thin, 3), scale(0.1)).every((b) => b.width === 3));
});

test("bars don't cover their neighbours, unless those are less than two pixels away", () => {
  for (const density of [0.001, 0.0025, 0.005, 0.01, 1]) {
    const times = [0, 1000, 2000, 2600, 9000];
    const s = [make([5, 6, 7, 8, 9], { stepMs: 1000, barWidthFactor: 1 })];
    const out = bars(times, s, pieces(s, 5), scale(density));
    for (let i = 1; i < out.length; i++) {
      const gap = out[i].x - (out[i - 1].x + out[i - 1].width);
      const distance = (times[i] - times[i - 1]) * density;
      assert.ok(gap >= -1e-9 || distance < 2, `density ${density}, bar ${i}: gap ${gap}`);
    }
  }
});

test("a tiny value is one pixel high, zero has no height", () => {
  const s = [make([0.001, 0], { stepMs: 1000 })];
  assert.deepEqual(bars([0, 1000], s, pieces(s, 2), scale(0.1)).map((b) => b.height), [1, 0]);
});

test("bars of one instant that are not stacked stand side by side", () => {
  const s = [make([5], { stepMs: 1000 }), make([5], { stepMs: 1000 })];
  const [a, b] = bars([0], s, pieces(s, 1), scale(0.1));
  assert.equal(a.x + a.width, b.x);
});
