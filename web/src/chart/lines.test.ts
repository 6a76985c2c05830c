import assert from "node:assert/strict";
import test from "node:test";
import type { Series } from "../types";
import { linePoints, lonely } from "./lines";
import { pieces } from "./stack";

const times = [0, 10, 20, 30, 40];
const points = (values: (number | null)[], more: Partial<Series> = {}) => {
  const s = { axis: 0, values, connectGaps: false, ...more } as Series;
  return linePoints(times, s, pieces([s], times.length)[0]).map(([t, v]) => [t, v && v.hi]);
};

test("a gap stays a gap", () => {
  assert.deepEqual(points([1, null, 3, 4, 5]), [[0, 1], [10, null], [20, 3], [30, 4], [40, 5]]);
});

test("a line continues over instants that only other series have", () => {
  assert.deepEqual(points([1, null, 3, null, 5], { absent: [1] }), [[0, 1], [20, 3], [30, null], [40, 5]]);
});

test("gaps are joined where the series says so, if they are short enough", () => {
  assert.deepEqual(points([1, null, 3, null, 5], { connectGaps: true }), [[0, 1], [20, 3], [40, 5]]);
  assert.deepEqual(points([1, null, 3, 4, null], { connectGaps: true, connectGapsMaxMs: 15 }), [[0, 1], [0, null], [20, 3], [30, 4]]);
});

test("a value without neighbours is found, because no line leads to it", () => {
  assert.deepEqual([...lonely([1, null, 5, null, 1, 2].map((v, t) => [t, v == null ? null : { lo: 0, hi: v }]))], [0, 2]);
});
