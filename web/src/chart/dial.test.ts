import assert from "node:assert/strict";
import test from "node:test";
import { type Box, clearOf, dial, dialAngle, endBox, markBox, tiling, valueSize } from "./dial";

const degrees = (share: number) => Math.round((dialAngle(share) / Math.PI) * 180);
const label = (at: number, width = 2.6) => ({ at, width });
const sizes = [[340, 220], [165, 140], [160, 400], [700, 160], [1440, 900], [80, 60]];

test("a dial runs from the lower left over the top to the lower right, and stops there", () => {
  assert.deepEqual([0, 0.5, 1].map(degrees), [150, 270, 390]);
  assert.deepEqual([-3, 7].map(degrees), [150, 390]);
});

const inside = (b: Box, width: number, height: number) => b.x >= -0.5 && b.y >= -0.5 && b.x + b.width <= width + 0.5 && b.y + b.height <= height + 0.5;

test("a dial lies in its box with all its texts, whatever the box", () => {
  for (const [width, height] of sizes) {
    const marks = [label(0.2), label(0.5), label(0.75)];
    const d = dial(width, height, { bands: true, marks, title: true });
    assert.ok(d.cx - d.radius >= 0 && d.cx + d.radius <= width && d.cy - d.radius >= -0.5, `${width}×${height}: ${JSON.stringify(d)}`);
    assert.ok(d.titleY <= height + 0.5, `${width}×${height}: the title is at ${d.titleY}`);
    if (d.marks) for (const m of marks) assert.ok(inside(markBox(d, m), width, height), `${width}×${height}: the label at ${m.at}`);
    for (const end of [0, 1] as const) assert.ok(inside(endBox(d, end, 1), width, height), `${width}×${height}: end ${end}`);
  }
});

test("labels that would leave little of the dial are left out", () => {
  assert.equal(dial(300, 200, { bands: true, marks: [label(0.3)], title: false }).marks, true);
  assert.equal(dial(300, 200, { bands: true, marks: [label(0.3, 12)], title: false }).marks, false);
  assert.equal(dial(160, 140, { bands: true, marks: [label(0.3)], title: false }).marks, false);
});

test("dials of one size leave the same room, wherever their marks are", () => {
  const radius = (...at: number[]) => dial(300, 220, { bands: true, marks: at.map((a) => label(a)), title: false }).radius;
  for (const [width, height] of sizes.slice(0, 4)) {
    const place = (...marks: [number, number][]) => {
      const d = dial(width, height, { bands: true, marks: marks.map(([at, wide]) => label(at, wide)), title: false });
      return [d.radius, d.cy, d.small].map((v) => v.toFixed(2)).join(" ");
    };
    // The dials of VaR 95%, of VaR 99%, and of the drawdown: one or two digits, on the left, on the right and near the top.
    const first = place([2 / 8, 0.6], [5 / 8, 0.6]);
    assert.equal(place([3 / 10, 0.6], [7 / 10, 0.6]), first, `${width}×${height}`);
    assert.equal(place([5 / 15, 0.6], [10 / 15, 1.2]), first, `${width}×${height}`);
    assert.equal(place([0.4, 1.2], [0.65, 1.2]), first, `${width}×${height}`);
  }
  assert.ok(Math.abs(radius(0.25, 0.6) - radius(0.3, 0.7)) < 4);
});

const corner = (size: number, width: number) => Math.hypot((width * size) / 2, 0.36 * size);

test("the value in the middle stays inside the ring, and a short one is not too large", () => {
  const d = dial(300, 220, { bands: true, marks: [], title: false });
  for (const width of [0.6, 2, 4, 9]) assert.ok(corner(valueSize(d, width), width) <= d.inner, `a text ${width} wide`);
  assert.equal(valueSize(d, 0.3), d.inner * 0.68);
});

test("a label that would touch another one is left out", () => {
  const box = (x: number) => ({ x, y: 0, width: 10, height: 10 });
  assert.deepEqual(clearOf([box(0), box(11), box(40)], [box(30)]), [true, false, false]);
  assert.deepEqual(clearOf([box(0), box(14)], []), [true, true]);
});

test("several dials are tiled so that they are largest", () => {
  assert.deepEqual(tiling(4, 1200, 200), { columns: 4, rows: 1 });
  assert.deepEqual(tiling(4, 300, 1200), { columns: 1, rows: 4 });
  assert.deepEqual(tiling(16, 700, 350), { columns: 6, rows: 3 });
  assert.deepEqual(tiling(1, 300, 300), { columns: 1, rows: 1 });
});
