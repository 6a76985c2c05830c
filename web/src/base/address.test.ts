import assert from "node:assert/strict";
import test from "node:test";
import { fragment, fragmentRoute, pinned } from "./address";

const question = { from: "now-7d", to: "now", timezone: "America/Sao_Paulo" };

test("the address of a report names dashboard, panel and theme after the #", () => {
  const r = fragmentRoute("#d/risk-dashboard/risk?viewPanel=3&theme=light");
  assert.deepEqual([r.uid, r.slug, r.viewPanel, r.theme, r.unknown], ["risk-dashboard", "risk", 3, "light", false]);
  assert.equal(fragment(r), "#d/risk-dashboard/risk?viewPanel=3&theme=light");
  for (const empty of ["", "#", "#/"]) assert.deepEqual([fragmentRoute(empty).uid, fragmentRoute(empty).unknown], [null, false], empty);
});

test("no address changes the range, the zone, the refresh or the variables of a report", () => {
  const r = pinned(fragmentRoute("#d/a/a?from=now-1y&to=now-1d&timezone=utc&refresh=5s&var-book=MACRO&theme=dark"), question);
  assert.deepEqual([r.from, r.to, r.timezone, r.refresh, r.params.get("var-book"), r.theme], ["now-7d", "now", "America/Sao_Paulo", "", null, "dark"]);
  assert.equal(fragment(r), "#d/a/a?theme=dark");
});

test("a report without a range of its own leaves each dashboard its range", () => {
  const r = pinned(fragmentRoute("#d/a/a?from=now-1y"), { from: "", to: "", timezone: "UTC" });
  assert.deepEqual([r.from, r.to], [null, null]);
});
