import assert from "node:assert/strict";
import test from "node:test";
import { levelled } from "./level";

test("the numbers of a line get the size of the smallest, but none shrinks to less than half", () => {
  assert.deepEqual(levelled([50, 38, 60, 74]), [38, 38, 38, 38]);
  assert.deepEqual(levelled([50]), [50]);
  assert.deepEqual(levelled([20, 50, 30]), [20, 25, 20]);
});
