import assert from "node:assert/strict";
import test from "node:test";
import type { Dashboard } from "../types";
import { numbered } from "./api";

test("panels without an id, or with one that another has, are numbered after the highest", () => {
  const panel = (id?: number, panels?: unknown[]) => ({ ...(id == null ? {} : { id }), type: "text", gridPos: { x: 0, y: 0, w: 1, h: 1 }, ...(panels ? { panels } : {}) });
  const dashboard = { uid: "d", title: "D", panels: [panel(), panel(7), panel(7), panel(3, [panel(), panel(2), panel(3)]), panel(0)] } as unknown as Dashboard;
  assert.deepEqual(numbered(dashboard).panels!.map((p) => [p.id, (p.panels ?? []).map((q) => q.id)]), [[8, []], [7, []], [9, []], [3, [10, 2, 11]], [12, []]]);
  assert.deepEqual(numbered({ uid: "d", title: "D" }).panels, undefined);
});
