import assert from "node:assert/strict";
import test from "node:test";
import type { PanelDefinition } from "../types";
import { allPanels, markTiles, sections } from "./layout";

const panel = (id: number, type: string, x: number, y: number, w: number, more: Partial<PanelDefinition> = {}): PanelDefinition =>
  ({ id, type, gridPos: { x, y, w, h: 4 }, ...more });

test("panels belong to the row above them, or to the collapsed row that holds them", () => {
  const all = [
    panel(5, "table", 0, 20, 24), panel(1, "stat", 8, 0, 8), panel(2, "stat", 0, 0, 8), panel(3, "row", 0, 4, 24),
    panel(4, "timeseries", 0, 5, 24), panel(6, "row", 0, 10, 24, { collapsed: true, panels: [panel(7, "text", 0, 11, 24)] }),
    panel(8, "row", 0, 19, 24),
  ];
  assert.deepEqual(sections(all).map((s) => [s.row?.id ?? null, s.panels.map((p) => p.id)]),
    [[null, [2, 1]], [3, [4]], [6, [7]], [8, [5]]]);
  assert.deepEqual(allPanels(all).map((p) => p.id), [2, 1, 4, 7, 5]);
});

test("a tile without a neighbour takes the whole line on a narrow screen", () => {
  const tiles = [0, 8, 16].map((x, i) => panel(i + 1, "stat", x, 0, 8));
  const marks = markTiles([...tiles, panel(9, "timeseries", 0, 4, 8)]);
  assert.equal(marks.get(1), "is-tile-panel");
  assert.equal(marks.get(3), "is-tile-panel is-odd-of-two");
  assert.equal(marks.has(9), false);
  assert.equal(markTiles([tiles[0]]).get(1), "is-tile-panel is-odd-of-two is-odd-of-three");
});
