import assert from "node:assert/strict";
import { test } from "node:test";
import type { SearchHit } from "../types";
import { groups, matching, tabsOf } from "./finding";

const hit = (uid: string, title: string, folderTitle: string, more: Partial<SearchHit> = {}): SearchHit => ({ uid, title, url: `/d/${uid}/x`, folderTitle, tags: [], version: "1", ...more });
const hits = [
  hit("health", "Pipeline Health", "Macro Trading"), hit("risk", "Risk Dashboard", "Macro Trading", { tags: ["var"] }),
  hit("a", "Carry of Risk", "Own dashboards / FX", { file: "FX/carry.json", tags: ["em", "Câmbio"] }),
  hit("b", "b.json", "Own dashboards", { file: "b.json", fault: "It is not JSON." }), hit("c", "São Paulo", "Own dashboards"),
];
const uids = (found: readonly SearchHit[]) => found.map((h) => h.uid).join(" ");

test("dashboards stand in their folders, the home's in the header", () => {
  assert.deepEqual(groups(hits).map((g) => `${g.title}: ${uids(g.hits)}`), ["Macro Trading: health risk", "Own dashboards / FX: a", "Own dashboards: b c"]);
  assert.equal(uids(tabsOf(hits, "risk")), "health risk");
  assert.equal(uids(tabsOf(hits, "c")), "c", "a file that can't be shown has no tab");
  assert.equal(uids(tabsOf([hit("x", "X", ""), hit("y", "Y", "")], "x")), "x y");
});

test("the search finds by title, folder, tag and file", () => {
  for (const [query, want] of [
    ["", "health risk a b c"], ["risk", "risk a"], ["RISK dash", "risk a"], ["carry", "a"], ["fx", "a"], ["own", "a b c"], ["trading pipeline", "health"],
    ["em", "a"], ["cambio", "a"], ["VAR", "risk"], ["sao", "c"], ["b.json", "b"], ["fx/carry", "a"], ["nothing", ""], ["risk nothing", ""], ["  health  ", "health"], ["\\", ""], [".*", ""],
  ]) assert.equal(uids(matching(hits, query)), want, query);
});
