import assert from "node:assert/strict";
import test from "node:test";
import { linkAddress, Route, slugOf } from "./route";

const parse = (path: string, base = "") => Route.parse(new URL(path, "http://127.0.0.1:3002"), base);

test("an address says dashboard, range, theme, kiosk and panel, as Grafana's do", () => {
  const r = parse("/d/pipeline-health/pipeline-health?from=now-7d&to=now&refresh=15m&theme=dark&kiosk&viewPanel=3&timezone=utc");
  assert.deepEqual(
    [r.uid, r.slug, r.from, r.to, r.refresh, r.theme, r.kiosk, r.viewPanel, r.timezone],
    ["pipeline-health", "pipeline-health", "now-7d", "now", "15m", "dark", true, 3, "utc"],
  );
});

test("an address that is read and written again is the same, with unknown parameters and a bare kiosk", () => {
  const path = "d/risk-dashboard/risk-dashboard?from=now-1M%2FM&kiosk&var-book=MACRO&var-book=CARRY";
  assert.equal(parse("/" + path).href, path);
  assert.equal(parse("/desk/" + path, "/desk").href, path);
});

test("the home address names no dashboard, and other paths are unknown", () => {
  assert.equal(parse("/").uid, null);
  assert.equal(parse("/").unknown, false);
  assert.equal(parse("/desk/", "/desk").unknown, false);
  assert.equal(parse("/alerts").unknown, true);
  assert.equal(parse("/?from=now-1h").href, ".?from=now-1h");
});

test("changing one parameter keeps the others; another dashboard closes the open panel", () => {
  const r = parse("/d/a/a?from=now-7d&viewPanel=3&var-x=1");
  assert.equal(r.with({ from: "now-1h", theme: "light" }).href, "d/a/a?from=now-1h&viewPanel=3&var-x=1&theme=light");
  assert.equal(r.toDashboard("b", "bee").href, "d/b/bee?from=now-7d");
  assert.equal(r.toDashboard("b", "bee", true).href, "d/b/bee?from=now-7d&var-x=1");
});

test("viewPanel may be 3 or panel-3, and anything else names no panel", () => {
  assert.equal(parse("/d/a/a?viewPanel=panel-3").viewPanel, 3);
  assert.equal(parse("/d/a/a?viewPanel=x").viewPanel, null);
  assert.equal(slugOf("/desk/d/risk-dashboard/the-risk?x=1"), "the-risk");
});

test("a variable's new values replace the old ones at the same place in the address", () => {
  const r = parse("/d/a/a?from=now-7d&var-x=1&var-x=2&theme=dark");
  const changed = r.with({ "var-x": ["B & C", "$__all", ""] });
  assert.deepEqual(changed.params.getAll("var-x"), ["B & C", "$__all", ""]);
  assert.deepEqual(parse("/" + changed.href).params.getAll("var-x"), ["B & C", "$__all", ""]);
  assert.equal(r.with({ "var-x": ["9"] }).href, "d/a/a?from=now-7d&var-x=9&theme=dark");
  assert.equal(r.with({ "var-x": [] }).href, "d/a/a?from=now-7d&var-x=&theme=dark");
  assert.deepEqual(changed.with({ from: "now-1h" }).params.getAll("var-x"), ["B & C", "$__all", ""]);
});

test("a link carries only the parameters that it says it carries", () => {
  const { params } = parse("/d/a/a?from=now-7d&to=now&theme=dark&var-x=1&var-x=2");
  assert.equal(linkAddress({ url: "/d/b/b" }, params), "/d/b/b");
  assert.equal(linkAddress({ url: "/d/b/b?kiosk#top", keepTime: true }, params), "/d/b/b?kiosk&from=now-7d&to=now#top");
  assert.equal(linkAddress({ url: "/d/b/b", includeVars: true }, params), "/d/b/b?var-x=1&var-x=2");
});
