import assert from "node:assert/strict";
import test from "node:test";
import type { Panel } from "../types";
import { type Frozen, frozenResponse } from "./frozen";

const panel = (id: number, more: object) => ({ id, type: "stat", title: `Panel ${id}`, frames: null, ...more }) as unknown as Panel;

const frozen: Frozen = {
  answers: { "/api/search": [{ uid: "a b" }], "/api/dashboards/uid/a b": { dashboard: { uid: "a b" } }, "/api/dashboards/uid/a b/variables": { variables: null } },
  panels: { "a b": { dark: [panel(1, { error: "dark" }), panel(2, {})], light: { 1: { error: "light" } } } },
};

async function answered(path: string): Promise<unknown[]> {
  const text = await frozenResponse(frozen, path).text();
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as unknown);
}

test("a report answers by path, whatever else is asked for", async () => {
  assert.deepEqual(await answered("api/search"), [[{ uid: "a b" }]]);
  assert.deepEqual(await answered("api/dashboards/uid/a%20b"), [{ dashboard: { uid: "a b" } }]);
  assert.deepEqual(await answered("api/dashboards/uid/a%20b/variables?from=now-7d&theme=light"), [{ variables: null }]);
});

test("a report has the panels in both themes, all and one by one", async () => {
  const dark = (await answered("api/dashboards/uid/a%20b/panels?theme=dark&width=390")) as Panel[];
  assert.deepEqual(dark.map((p) => [p.id, p.error]), [[1, "dark"], [2, undefined]]);
  const light = (await answered("api/dashboards/uid/a%20b/panels?theme=light")) as Panel[];
  assert.deepEqual(light.map((p) => [p.id, p.error, p.title]), [[1, "light", "Panel 1"], [2, undefined, "Panel 2"]]);
  assert.deepEqual(((await answered("api/dashboards/uid/a%20b/panels/1?theme=light")) as Panel[]).map((p) => p.error), ["light"]);
});

test("a report refuses what it does not hold", () => {
  for (const path of ["api/dashboards/uid/other", "api/dashboards/uid/other/panels?theme=dark", "api/dashboards/uid/a%20b/panels/3", "api/changes", "api/dashboards/uid/toString/panels/1"]) {
    assert.equal(frozenResponse(frozen, path).status, 404, path);
  }
});
