import assert from "node:assert/strict";
import test from "node:test";
import { addressInstant, ageText, intervalMs, isoText, offsetMinutes, timeText, timeWords, validZone, wallMs } from "./time";

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

test("an end in an address is read as the server reads it", () => {
  const at = (text: string, zone = sp) => {
    const ms = addressInstant(text, zone);
    return ms == null ? null : isoText(ms, zone);
  };
  for (const [text, want] of Object.entries({
    "1735689600000": "2024-12-31T21:00:00.000-03:00", "-1": "1969-12-31T20:59:59.999-03:00", "20250131": "2025-01-31T00:00:00.000-03:00",
    "2025-01-31T09:00:00Z": "2025-01-31T06:00:00.000-03:00", "2025-01-31T09:00:00.5+02:00": "2025-01-31T04:00:00.500-03:00", "2025-01-31T09:00:00+0530": "2025-01-31T00:30:00.000-03:00",
    "2025-01-31T09:00Z": "2025-01-31T06:00:00.000-03:00", "20250131T090000Z": "2025-01-31T06:00:00.000-03:00", "2025-01-31T09:00:00": "2025-01-31T09:00:00.000-03:00",
    "2025-01-31 09:00": "2025-01-31T09:00:00.000-03:00", "2025-01-31": "2025-01-31T00:00:00.000-03:00", "2025-01": "2025-01-01T00:00:00.000-03:00",
    "20250131T090000": "2025-01-31T09:00:00.000-03:00", "20261301": "1970-01-01T02:37:41.301-03:00",
    "2018-11-04": "2018-11-04T01:00:00.000-02:00", "2018-11-04 00:20": "2018-11-04T01:20:00.000-02:00", "2018-02-17 23:30": "2018-02-17T23:30:00.000-02:00",
  })) assert.equal(at(text), want, text);
  assert.equal(at("2025-11-02", "America/Havana"), "2025-11-02T00:00:00.000-04:00");
  assert.equal(at("2025-11-02 01:30", ny), "2025-11-02T01:30:00.000-04:00");
  assert.equal(at("2024-03-31", "Asia/Beirut"), "2024-03-31T01:00:00.000+03:00");
  assert.equal(at("2025-10-05 02:10", "Australia/Lord_Howe"), "2025-10-05T02:40:00.000+11:00");
  for (const text of ["", "yesterday", "now", "2026-02-30", "2026-13-01", "2026-01-05 24:00", "1e12", "2026-01-05T10:00:00Z;"]) assert.equal(at(text), null, text);
});

test("a day ends with its last millisecond, also if the clocks are changed on it", () => {
  const whole = (year: number, month: number, day: number | null, zone: string) => {
    const wall = { year, month, day, time: null };
    return (wallMs(wall, zone, true) + 1 - wallMs(wall, zone)) / 3600e3;
  };
  assert.equal(whole(2026, 1, 5, sp), 24);
  assert.equal(whole(2018, 11, 4, sp), 23);
  assert.equal(whole(2018, 2, 17, sp), 25);
  assert.equal(whole(2026, 3, 8, ny), 23);
  assert.equal(whole(2024, 2, null, "UTC"), 29 * 24);
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

test("instants are written in words on a zone's clock", () => {
  for (const [ms, zone, want] of [
    [Date.UTC(2026, 0, 5, 9, 0), sp, "Mon 5 Jan 2026, 06:00"],
    [Date.UTC(2026, 0, 5, 9, 0, 42), sp, "Mon 5 Jan 2026, 06:00:42"],
    [Date.UTC(2026, 0, 31, 23, 30), "Asia/Kolkata", "Sun 1 Feb 2026, 05:00"],
    [Date.UTC(2024, 1, 29, 0, 0), "UTC", "Thu 29 Feb 2024, 00:00"],
    [Date.UTC(1969, 6, 20, 20, 17, 40), ny, "Sun 20 Jul 1969, 16:17:40"],
  ] as const) assert.equal(timeWords(ms, zone), want);
});
