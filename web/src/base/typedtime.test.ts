import assert from "node:assert/strict";
import test from "node:test";
import { isoText } from "./time";
import { typedEnd } from "./typedtime";

const sp = "America/Sao_Paulo";
const typed = (text: string, end = false, zone = sp) => typedEnd(text, zone, end);
const at = (text: string, end = false, zone = sp) => {
  const got = typed(text, end, zone);
  assert.ok("value" in got, JSON.stringify(got));
  return isoText(Number(got.value), zone);
};

test("relative ends stay as they are", () => {
  assert.deepEqual(typed(" now-1M/M "), { value: "now-1M/M" });
  assert.deepEqual(typed("now-1d/d+6h"), { value: "now-1d/d+6h" });
  assert.deepEqual(typed("Today"), { value: "now/d" });
  assert.deepEqual(typed("yesterday", true), { value: "now-1d/d" });
});

test("a date is read in every form that the desk writes", () => {
  for (const text of ["2026-01-05", "2026-1-5", "5 Jan 2026", "5 January 2026", "05/01/2026", "5.1.2026"]) {
    assert.equal(at(text), "2026-01-05T00:00:00.000-03:00", text);
    assert.equal(at(text, true), "2026-01-05T23:59:59.999-03:00", text);
  }
  for (const text of ["2026-01-05 06:00", "2026-01-05T06:00", "5 Jan 2026, 06:00", "05/01/2026 6:00"]) assert.equal(at(text, true), "2026-01-05T06:00:00.000-03:00", text);
  assert.equal(at("2026-01-05 06:00:07"), "2026-01-05T06:00:07.000-03:00");
  assert.equal(at("29/02/2024"), "2024-02-29T00:00:00.000-03:00");
  assert.equal(at("Feb 2024", true), "2024-02-29T23:59:59.999-03:00");
  assert.equal(at("2026-02"), "2026-02-01T00:00:00.000-03:00");
  assert.deepEqual(typed("1735689600000"), { value: "1735689600000" });
  assert.deepEqual(typed("2025-01-31T09:00:00Z"), { value: "2025-01-31T09:00:00Z" });
});

test("the offset is the one that holds then, and a skipped or repeated time is settled", () => {
  const ny = "America/New_York";
  assert.equal(at("2026-03-08 01:30", false, ny), "2026-03-08T01:30:00.000-05:00");
  assert.equal(at("2026-03-08 02:30", false, ny), "2026-03-08T03:30:00.000-04:00");
  assert.equal(at("2026-03-08", true, ny), "2026-03-08T23:59:59.999-04:00");
  assert.equal(at("2025-11-02 01:30", false, ny), "2025-11-02T01:30:00.000-04:00");
  assert.equal(at("04/11/2018"), "2018-11-04T01:00:00.000-02:00");
  assert.equal(at("2025-11-02", false, "America/Havana"), "2025-11-02T00:00:00.000-04:00");
});

test("what is no time is refused with a sentence that says why", () => {
  for (const [text, want] of Object.entries({
    "": "A time is missing.", "31/02/2026": "“31/02/2026” is no day: February 2026 has 28 days.", "2026-02-29": "“2026-02-29” is no day: February 2026 has 28 days.",
    "31 Apr 2026": "“31 Apr 2026” is no day: April 2026 has 30 days.", "01/13/2026": "“01/13/2026” is no day: there is no month 13.", "0/1/2026": "“0/1/2026” is no day: January 2026 has 31 days.",
    "2026-01-05 25:00": "“25:00” is no time of day.", "2026-01-05 10:75": "“10:75” is no time of day.", "5 Foo 2026": "“Foo” is no month.", "Jan 2026 06:00": "“Jan 2026 06:00” has a time but no day.",
    "now-7x": "“now-7x” has “x”, which is no unit: s m h d w M Q y.", "now-": "“now-” ends without a unit, such as d for days.",
    "teatime": "“teatime” is not a time. Try 2026-01-05, 5 Jan 2026 06:00, 05/01/2026 or now-7d.",
    "12": "“12” is not a time. Try 2026-01-05, 5 Jan 2026 06:00, 05/01/2026 or now-7d.", "2026-02-30T10:00:00Z": "“2026-02-30T10:00:00Z” is not a time. Try 2026-01-05, 5 Jan 2026 06:00, 05/01/2026 or now-7d.",
  })) assert.deepEqual(typed(text), { wrong: want }, text);
});
