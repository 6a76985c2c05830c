import assert from "node:assert/strict";
import test from "node:test";
import { polar, sector } from "./arc";

test("a place is found from angle and distance, clockwise from the right", () => {
  const [x, y] = polar(10, 20, 5, Math.PI / 2);
  assert.ok(Math.abs(x - 10) < 1e-9 && Math.abs(y - 25) < 1e-9);
});

test("a piece of a ring goes out along the outer edge and back along the inner", () => {
  assert.equal(sector(0, 0, 5, 10, 0, Math.PI / 2), "M10 0A10 10 0 0 1 0 10L0 5A5 5 0 0 0 5 0Z");
});

test("a piece of a pie meets in the centre; more than half of it takes the long way", () => {
  assert.equal(sector(0, 0, 0, 10, 0, Math.PI / 2), "M10 0A10 10 0 0 1 0 10L0 0Z");
  assert.match(sector(0, 0, 0, 10, 0, Math.PI * 1.5), /A10 10 0 1 1 0 -10/);
});

test("a whole ring is drawn, and nothing is no path", () => {
  assert.equal(sector(0, 0, 5, 10, 0, 7).split("M").length, 3);
  assert.equal(sector(0, 0, 5, 10, 1, 1), "");
  assert.equal(sector(0, 0, 5, 10, 2, 1), "");
  assert.equal(sector(0, 0, 0, NaN, 0, 1), "");
});
