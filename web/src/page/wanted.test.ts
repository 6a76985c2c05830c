import assert from "node:assert/strict";
import test from "node:test";
import { Route } from "../base/route";
import type { Settings } from "../base/settings";
import type { Dashboard } from "../types";
import { Wanted } from "./wanted";

const settings: Settings = { version: "", basePath: "", home: "pipeline-health", theme: "", asOf: null, sampleData: false, now: 0, zone: "UTC", door: "" };
const dashboard: Dashboard = { uid: "pipeline-health", title: "Pipeline Health", timezone: "utc", refresh: "15m", time: { from: "now-24h", to: "now" } };
const wanted = (path: string, d: Dashboard | null = dashboard) => new Wanted(Route.parse(new URL(path, "http://h"), ""), d, settings);

test("what the address doesn't say, the dashboard does", () => {
  const w = wanted("/");
  assert.deepEqual([w.uid, w.times, w.every, w.zone], ["pipeline-health", { from: "now-24h", to: "now" }, "15m", "UTC"]);
});

test("what the address says holds, an empty refresh is off", () => {
  const w = wanted("/d/risk/x?from=now-7d&refresh=&timezone=America/Sao_Paulo");
  assert.deepEqual([w.uid, w.times, w.every, w.zone], ["risk", { from: "now-7d", to: "now" }, "", "America/Sao_Paulo"]);
  assert.equal(wanted("/?refresh=soon").every, "");
});

test("the zone is the address's, else the one chosen last, else the dashboard's", () => {
  const zone = (path: string, preferred: string | null, d: Dashboard | null = dashboard) =>
    new Wanted(Route.parse(new URL(path, "http://h"), ""), d, settings, preferred).zone;
  assert.equal(zone("/?timezone=Asia/Tokyo", "America/Sao_Paulo"), "Asia/Tokyo");
  assert.equal(zone("/", "America/Sao_Paulo"), "America/Sao_Paulo");
  assert.equal(zone("/", null), "UTC");
  assert.equal(zone("/", "browser"), Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(zone("/?timezone=utc", "Asia/Tokyo"), "UTC");
});

test("a zone that nobody knows is the browser's", () => {
  assert.equal(wanted("/?timezone=Mars/Base").zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("variables are handed on, the page's own parameters are not", () => {
  assert.equal(wanted("/?from=now-1h&to=now&kiosk&viewPanel=3&var-book=A&var-book=B").query("dark").toString(),
    "from=now-1h&to=now&timezone=UTC&theme=dark&var-book=A&var-book=B");
});

test("variables go along only to dashboards whose link says so", () => {
  const to = (uid: string, ...links: Dashboard["links"] & object) => wanted("/", { ...dashboard, links }).carriesVariables(uid);
  assert.equal(to("risk"), false);
  assert.equal(to("risk", { url: "/d/risk/risk", keepTime: true }), false);
  assert.equal(to("risk", { url: "/d/risk/risk", includeVars: true }), true);
  assert.equal(to("signals", { url: "/d/risk/risk", includeVars: true }), false);
  assert.equal(to("signals", { type: "dashboards", includeVars: true }), true);
});
