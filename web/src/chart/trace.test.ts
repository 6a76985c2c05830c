import assert from "node:assert/strict";
import test from "node:test";
import type { Place } from "./pen";
import * as line from "./trace";

const reduced = (of: readonly Place[], sharpness: number) => line.reduced(of.length, (i) => of[i][0], (i) => of[i][1], sharpness);

/** traced returns the calls with which a line is traced, with the letters of an SVG path. */
function traced(points: Place[], interpolation: string, goesOn = false): string {
  const calls: string[] = [];
  const note = (letter: string) => (...numbers: number[]) => void calls.push(letter + numbers.map((n) => Math.round(n * 100) / 100).join(" "));
  line.trace({ moveTo: note("M"), lineTo: note("L"), bezierCurveTo: note("C") } as line.Path, points, interpolation, goesOn);
  return calls.join(" ");
}

const points: Place[] = [[0, 10], [6, 4], [12, 10]];

test("a line is straight, or has its steps after or before its points", () => {
  assert.equal(traced(points, "linear"), "M0 10 L6 4 L12 10");
  assert.equal(traced(points, "linear", true), "L0 10 L6 4 L12 10");
  assert.equal(traced(points, "stepAfter"), "M0 10 L6 10 L6 4 L12 4 L12 10");
  assert.equal(traced(points, "stepBefore"), "M0 10 L0 4 L6 4 L6 10 L12 10");
  assert.equal(traced([], "linear"), "");
});

test("a curve is level at its depths and heights, and straight where its points are", () => {
  assert.equal(traced(points, "smooth"), "M0 10 C2 8 4 4 6 4 C8 4 10 8 12 10");
  assert.equal(traced([[0, 0], [3, 3], [6, 6]], "smooth"), "M0 0 C1 1 2 2 3 3 C4 4 5 5 6 6");
  assert.equal(traced([[0, 0]], "smooth"), "M0 0");
});

test("a curve never leaves the heights between its points", () => {
  const steep: Place[] = [[0, 0], [1, 0.1], [2, 100], [3, 100.1], [40, 101]];
  const heights = [...traced(steep, "smooth").matchAll(/C\S+ (\S+) \S+ (\S+) \S+ (\S+)/g)].map((m) => m.slice(1).map(Number));
  heights.forEach((of, i) => of.forEach((y) => assert.ok(y >= steep[i][1] - 0.01 && y <= steep[i + 1][1] + 0.01, `${y} in piece ${i}`)));
});

test("of the points in a column of pixels, the first, the highest, the lowest and the last stay, in their order", () => {
  const crowd: Place[] = [[1, 5], [1.2, 9], [1.4, 6], [1.5, 1], [1.6, 4], [1.9, 5], [2, 7]];
  assert.deepEqual(reduced(crowd, 1), [[1, 5], [1.2, 9], [1.5, 1], [1.9, 5], [2, 7]]);
  assert.deepEqual(reduced([[1, 5], [1.1, 5], [1.2, 5]], 1), [[1, 5], [1.2, 5]]);
  assert.deepEqual(reduced(points, 1), points);
  assert.deepEqual(reduced([], 1), []);
  // A screen with two pixels for each of the layout shows twice as many.
  assert.deepEqual(reduced([[1, 5], [1.2, 4], [1.6, 3]], 2), [[1, 5], [1.2, 4], [1.6, 3]]);
});
