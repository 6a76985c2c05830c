import assert from "node:assert/strict";
import test from "node:test";
import type { Series } from "../types";
import { runsOf } from "./lines";
import { pieces } from "./stack";

const times = [0, 10, 20, 30, 40];
const runs = (values: (number | null)[], more: Partial<Series> = {}) => {
  const s = { axis: 0, values, connectGaps: false, ...more } as Series;
  return runsOf(times, s, pieces([s], times.length)[0]).map((run) => run.map((at) => values[at]));
};

test("a gap stays a gap", () => {
  assert.deepEqual(runs([1, null, 3, 4, 5]), [[1], [3, 4, 5]]);
});

test("a line continues over instants that only other series have", () => {
  assert.deepEqual(runs([1, null, 3, null, 5], { absent: [1] }), [[1, 3], [5]]);
});

test("gaps are joined where the series says so, if they are short enough", () => {
  assert.deepEqual(runs([1, null, 3, null, 5], { connectGaps: true }), [[1, 3, 5]]);
  assert.deepEqual(runs([1, null, 3, 4, null], { connectGaps: true, connectGapsMaxMs: 15 }), [[1], [3, 4]]);
});

test("a value without neighbours is a part of its own, because no line leads to it", () => {
  assert.deepEqual(runs([1, null, 5, null, 1]), [[1], [5], [1]]);
});
