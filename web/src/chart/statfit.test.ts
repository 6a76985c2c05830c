import assert from "node:assert/strict";
import test from "node:test";
import { gridOf, largest, tileSizes } from "./statfit";

test("a value fills its box, and is never wider or higher than it", () => {
  for (const [width, room, height] of [[2, 300, 80], [4.2, 150, 80], [9, 345, 100], [2.5, 900, 84], [1, 180, 150]]) {
    const size = largest(width, room, height, 200);
    assert.ok(width * size <= room && size <= height, `${width} in ${room} × ${height}: ${size}`);
    assert.ok(width * size >= room * 0.9 || size * 1.15 >= height * 0.9, `${width} in ${room} × ${height} leaves most of it empty: ${size}`);
  }
  assert.equal(largest(3, 900, 400, 96), 96);
  assert.equal(largest(60, 300, 80, 96), 12);
});

test("a tile's facts are not cut for what it says first", () => {
  for (const [main, facts, room, height] of [[2.3, [8.2], 210, 80], [2.3, [8.2], 120, 90], [1.2, [12, 9], 330, 110], [4, [6, 6, 6], 180, 100]] as [number, number[], number, number][]) {
    const t = tileSizes(main, facts, room, height, 96, 18);
    assert.ok(facts.every((f) => f * t.facts <= room), `${facts} at ${t.facts} in ${room}`);
    assert.ok(main * t.main <= room && t.main >= t.facts * 1.2, JSON.stringify(t));
  }
});

test("values stand in the columns that make them largest", () => {
  assert.equal(gridOf([3, 3], false, "auto", 600, 80, 200).columns, 2);
  assert.equal(gridOf([3, 3], false, "auto", 100, 200, 200).columns, 1);
  assert.equal(gridOf([3, 3], false, "row", 100, 200, 200).columns, 2);
  assert.equal(gridOf([3, 9], false, "stacked", 600, 80, 200).columns, 1);
  assert.ok(gridOf(Array(20).fill(5), true, "row", 400, 300, 200).columns < 20);
});

test("too many values for a box get columns in which they can be read, and the box scrolls", () => {
  assert.deepEqual(gridOf(Array(25).fill(3), true, "auto", 342, 180, 96), { columns: 5, size: 16 });
  assert.deepEqual(gridOf(Array(50).fill(12), true, "auto", 342, 180, 96), { columns: 1, size: 16 });
  assert.deepEqual(gridOf(Array(50).fill(60), true, "row", 342, 180, 96), { columns: 1, size: 12 });
});

test("many facts are made smaller before the last of their lines is cut", () => {
  const twenty = Array.from({ length: 20 }, () => 8);
  const t = tileSizes(6, twenty, 1360, 68, 96, 18);
  const perLine = Math.floor((1360 + 14) / (8 * t.facts + 14));
  const high = Math.ceil(20 / perLine) * t.facts * 1.35 + t.main * 1.15;
  assert.ok(high <= 68 && t.facts >= 11 && t.main >= 12, `${high} of 68 at ${JSON.stringify(t)}`);
  assert.equal(tileSizes(6, twenty, 300, 68, 96, 18).facts, 11, "what can't fit is scrolled, at a size that can be read");
});
