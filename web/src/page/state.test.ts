import assert from "node:assert/strict";
import test from "node:test";
import { Route } from "../base/route";
import type { Settings } from "../base/settings";
import type { Dashboard } from "../types";
import { PageState } from "./state";

const settings: Settings = { version: "", basePath: "", home: "pipeline-health", theme: "", asOf: null, sampleData: false, now: 0, zone: "UTC", door: "", report: null };
const dashboard: Dashboard = { uid: "pipeline-health", title: "Pipeline Health", timezone: "utc", refresh: "15m", time: { from: "now-24h", to: "now" } };
const wanted = (path: string, d: Dashboard | null = dashboard) => new PageState(Route.parse(new URL(path, "http://h"), ""), d, settings);

test("the dashboard decides what the address does not say", () => {
  const w = wanted("/");
  assert.deepEqual([w.uid, w.times, w.every, w.zone], ["pipeline-health", { from: "now-24h", to: "now" }, "15m", "UTC"]);
});

test("the address beats the dashboard, and an empty refresh means none", () => {
  const w = wanted("/d/risk/x?from=now-7d&refresh=&timezone=America/Sao_Paulo");
  assert.deepEqual([w.uid, w.times, w.every, w.zone], ["risk", { from: "now-7d", to: "now" }, "", "America/Sao_Paulo"]);
  assert.equal(wanted("/?refresh=soon").every, "");
});

test("the zone is that of the address, else the one chosen last, else the dashboard's", () => {
  const zone = (path: string, preferred: string | null, d: Dashboard | null = dashboard) =>
    new PageState(Route.parse(new URL(path, "http://h"), ""), d, settings, preferred).zone;
  assert.equal(zone("/?timezone=Asia/Tokyo", "America/Sao_Paulo"), "Asia/Tokyo");
  assert.equal(zone("/", "America/Sao_Paulo"), "America/Sao_Paulo");
  assert.equal(zone("/", null), "UTC");
  assert.equal(zone("/", "browser"), Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(zone("/?timezone=utc", "Asia/Tokyo"), "UTC");
});

test("an unknown zone means the browser's zone", () => {
  assert.equal(wanted("/?timezone=Mars/Base").zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test("variables are handed on, the page's own parameters are not", () => {
  assert.equal(wanted("/?from=now-1h&to=now&kiosk&viewPanel=3&var-book=A&var-book=B").query("dark").toString(),
    "from=now-1h&to=now&timezone=UTC&theme=dark&var-book=A&var-book=B");
});

test("a link carries the variables only if it says so", () => {
  const to = (uid: string, ...links: Dashboard["links"] & object) => wanted("/", { ...dashboard, links }).carriesVariables(uid);
  assert.equal(to("risk"), false);
  assert.equal(to("risk", { url: "/d/risk/risk", keepTime: true }), false);
  assert.equal(to("risk", { url: "/d/risk/risk", includeVars: true }), true);
  assert.equal(to("signals", { url: "/d/risk/risk", includeVars: true }), false);
  assert.equal(to("signals", { type: "dashboards", includeVars: true }), true);
});
