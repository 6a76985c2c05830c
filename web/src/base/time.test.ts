import assert from "node:assert/strict";
import test from "node:test";
import { ageText, intervalMs, isoText, offsetMinutes, parseWallTime, timeText, validZone } from "./time";

const sp = "America/Sao_Paulo";
const ny = "America/New_York";

test("instants are written on a zone's clock", () => {
  const ms = Date.UTC(2026, 0, 5, 9, 0, 42, 500);
  assert.equal(timeText(ms, sp), "2026-01-05 06:00:42");
  assert.equal(isoText(ms, sp), "2026-01-05T06:00:42.500-03:00");
  assert.equal(isoText(ms, "UTC"), "2026-01-05T09:00:42.500Z");
  assert.equal(isoText(ms, "Asia/Kolkata"), "2026-01-05T14:30:42.500+05:30");
  assert.equal(offsetMinutes(-1, "UTC"), 0);
  assert.equal(isoText(-1, "UTC"), "1969-12-31T23:59:59.999Z");
});

test("what a reader types is an instant on the zone's clock", () => {
  assert.equal(parseWallTime("2026-01-05 06:00:00", sp), Date.UTC(2026, 0, 5, 9));
  assert.equal(parseWallTime("2026-01-05 06:00", "UTC"), Date.UTC(2026, 0, 5, 6));
  assert.equal(parseWallTime("2026-01-05", "UTC"), Date.UTC(2026, 0, 5));
  assert.equal(parseWallTime("2026-01-05", "UTC", true), Date.UTC(2026, 0, 5, 23, 59, 59));
});

test("the offset is the one that holds then, on both sides of a change of the clocks", () => {
  assert.equal(parseWallTime("2026-03-08 01:30", ny), Date.UTC(2026, 2, 8, 6, 30));
  assert.equal(parseWallTime("2026-03-08 03:30", ny), Date.UTC(2026, 2, 8, 7, 30));
});

test("a time that the clock skips or shows twice", () => {
  const at = (text: string, zone: string, end = false) => isoText(parseWallTime(text, zone, end)!, zone);
  assert.equal(at("2018-11-04", sp), "2018-11-04T01:00:00.000-02:00");
  assert.equal(at("2018-11-04 00:20", sp), "2018-11-04T01:20:00.000-02:00");
  assert.equal(at("2018-02-17 23:30", sp), "2018-02-17T23:30:00.000-02:00");
  assert.equal(at("2025-11-02", "America/Havana"), "2025-11-02T00:00:00.000-04:00");
  assert.equal(at("2025-11-02 01:30", ny), "2025-11-02T01:30:00.000-04:00");
  assert.equal(at("2024-03-31", "Asia/Beirut"), "2024-03-31T01:00:00.000+03:00");
  assert.equal(at("2025-10-05 02:10", "Australia/Lord_Howe"), "2025-10-05T02:40:00.000+11:00");
  assert.equal(at("2018-11-03", sp, true), "2018-11-03T23:59:59.000-03:00");
});

test("what is not a time is refused", () => {
  for (const text of ["", "yesterday", "2026-02-30", "2026-13-01", "2026-01-05 24:00", "2026-01-05 6:00"])
    assert.equal(parseWallTime(text, "UTC"), null, text);
});

test("ages, intervals and zones", () => {
  assert.equal(ageText(12_400), "12 s");
  assert.equal(ageText(5 * 60e3), "5 min");
  assert.equal(ageText(47 * 3600e3), "47 h");
  assert.equal(ageText(49 * 3600e3), "2 d");
  assert.equal(intervalMs("15m"), 900_000);
  assert.equal(intervalMs("off"), 0);
  assert.equal(intervalMs(""), 0);
  assert.ok(validZone(sp) && !validZone("Mars/Base"));
});
