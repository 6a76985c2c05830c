import assert from "node:assert/strict";
import test from "node:test";
import type { Settings } from "../base/settings";
import { headTexts } from "./paper";

const settings: Settings = { version: "1.2.3", basePath: "", home: "", theme: "", asOf: null, sampleData: false, now: 0, zone: "UTC", door: "", report: null };
const at = Date.UTC(2026, 10, 13, 20);

test("the head of a printed page says range, zone, time and version", () => {
  const range = { from: at - 7 * 86400e3, to: at };
  assert.deepEqual(headTexts({ title: "Risk", times: { from: "now-7d", to: "now" }, range, zone: "UTC", variables: "" }, settings, at), [
    "Last 7 days · 2026-11-06 20:00:00 to 2026-11-13 20:00:00 · times are those of UTC",
    "Printed 2026-11-13 20:00:00 by macrowatch, version 1.2.3",
  ]);
});

test("it also says what is chosen, the instant of past data, and that data are made up", () => {
  assert.deepEqual(headTexts({ title: "Risk", times: { from: "now-7d", to: "now" }, range: null, zone: "UTC", variables: "Strategy: fx_carry" },
    { ...settings, asOf: at, sampleData: true, title: "The desk" }, at), [
    "Last 7 days · times are those of UTC", "Strategy: fx_carry", "As of 2026-11-13 20:00:00: computed on past data", "Sample data: made up for show",
    "Printed 2026-11-13 20:00:00 by The desk, version 1.2.3",
  ]);
});
