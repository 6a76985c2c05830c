import assert from "node:assert/strict";
import test from "node:test";
import { extent, heightOf, tracks } from "./tracks";

const heights = (panels: Parameters<typeof tracks>[0]) => {
  const t = tracks(panels);
  return panels.map((_, i) => extent(t, i));
};

test("panels that need all of their room keep it", () => {
  assert.deepEqual(heights([{ y: 0, h: 4, need: null }, { y: 4, h: 10, need: null }]), [heightOf(4), heightOf(10)]);
});

test("an empty panel without neighbours becomes a line, and the next one moves up", () => {
  const t = tracks([{ y: 0, h: 8, need: 34 }, { y: 8, h: 10, need: null }]);
  assert.deepEqual(t.heights, [34, heightOf(10)]);
});

test("an empty panel beside a full one keeps the line of their edges", () => {
  assert.deepEqual(heights([{ y: 0, h: 12, need: 34 }, { y: 0, h: 12, need: null }]), [heightOf(12), heightOf(12)]);
});

test("empty panels beside each other all become a line", () => {
  assert.deepEqual(heights([{ y: 0, h: 12, need: 34 }, { y: 0, h: 12, need: 40 }, { y: 0, h: 12, need: 34 }]), [40, 40, 40]);
});

test("panels above each other beside a high one become lower only as far as it does", () => {
  // Left 13 units; right 3 units above 10.
  const left = 300;
  const [a, b, c] = heights([{ y: 0, h: 13, need: left }, { y: 0, h: 3, need: null }, { y: 3, h: 10, need: 120 }]);
  assert.equal(a, left);
  assert.equal(b, heightOf(3));
  assert.equal(a, b + 8 + c);
});

test("a panel that needs more than it has keeps what it has", () => {
  assert.deepEqual(heights([{ y: 2, h: 3, need: 900 }]), [heightOf(3)]);
});
