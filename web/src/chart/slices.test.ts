import assert from "node:assert/strict";
import test from "node:test";
import { arcAt, arcs, labelFits } from "./slices";

const turn = 2 * Math.PI;
const top = -Math.PI / 2;

test("slices begin at the top, go clockwise and close the circle", () => {
  const [a, b, c] = arcs([0.5, 0.25, 0.25]);
  assert.deepEqual([a, b, c], [{ from: top, to: top + turn / 2 }, { from: top + turn / 2, to: top + 0.75 * turn }, { from: top + 0.75 * turn, to: top + turn }]);
});

test("a share of 0 has no slice and takes no room from the others", () => {
  assert.deepEqual(arcs([0, 1, -0.2, NaN]), [null, { from: top, to: top + turn }, null, null]);
  assert.equal(arcs([0.7, 0.4])[1]!.to, top + turn);
});

test("a place is in the slice that is drawn there, and in none in a donut's hole or outside", () => {
  const all = arcs([0.25, 0, 0.5, 0.25]);
  assert.deepEqual([[5, -5], [5, 5], [-5, 5], [-5, -5], [-0.01, -7]].map(([x, y]) => arcAt(all, 3, 10, x, y)), [0, 2, 2, 3, 3]);
  assert.deepEqual([[1, 1], [20, 0]].map(([x, y]) => arcAt(all, 3, 10, x, y)), [-1, -1]);
});

test("a label fits where none of its corners leaves the slice", () => {
  const [half, thin] = arcs([0.5, 0.02]);
  assert.equal(labelFits(half!, 0, 100, 66, 40, 26), true);
  assert.equal(labelFits(half!, 0, 100, 66, 90, 26), false);
  assert.equal(labelFits(thin!, 0, 100, 66, 26, 12), false);
  assert.equal(labelFits(half!, 60, 100, 80, 34, 13), true);
  assert.equal(labelFits(half!, 60, 100, 80, 60, 13), false);
});
