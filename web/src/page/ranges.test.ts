import assert from "node:assert/strict";
import test from "node:test";
import { endText, shifted, typedRange, zoomedOut } from "./ranges";

const sp = "America/Sao_Paulo";

test("ends are shown as a reader types them, and mean the same when typed again", () => {
  const [begin, end] = [String(Date.UTC(2026, 0, 5, 3)), String(Date.UTC(2026, 0, 6, 2, 59, 59, 999))];
  assert.equal(endText(begin, sp, false), "2026-01-05");
  assert.equal(endText(end, sp, true), "2026-01-05");
  assert.equal(endText(begin, sp, true), "2026-01-05 00:00:00");
  assert.equal(endText("now-1M/M", sp, false), "now-1M/M");
  assert.deepEqual(typedRange("2026-01-05", "2026-01-05", sp), { from: begin, to: end });
});

test("a range must end after it begins", () => {
  assert.deepEqual(typedRange("2026-01-06", "2026-01-05", sp), { wrong: "The range ends before it begins.", field: "to" });
  assert.deepEqual(typedRange("2026-01-06", "31/02/2026", sp), { wrong: "To: “31/02/2026” is no day: February 2026 has 28 days.", field: "to" });
  assert.deepEqual(typedRange("now-7x", "", sp), { wrong: "From: “now-7x” has “x”, which is no unit: s m h d w M Q y.", field: "from" });
  assert.deepEqual(typedRange("now", "now-1h", sp), { from: "now", to: "now-1h" }); // the server says what is wrong
});

test("shifting moves by half the range and stops at now", () => {
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, -1, 2000), { from: "500", to: "1500" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 9000), { from: "1500", to: "2500" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 2100), { from: "1100", to: "2100" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 2000), { from: "1000", to: "2000" });
});

test("a range of days moves to whole minutes", () => {
  const at = (...p: [number, number, number, number?, number?, number?, number?]) => Date.UTC(...p);
  const text = (r: object) => Object.values(r).map((t) => new Date(Number(t)).toISOString().replace(".000Z", "")).join(" ");
  const now = at(2026, 10, 28, 17, 33, 49, 123);
  const week = { from: at(2026, 10, 21, 17, 33, 49, 123), to: now };
  assert.equal(text(shifted(week, -1, now)), "2026-11-18T05:33:00 2026-11-25T05:33:00");
  assert.equal(text(zoomedOut(week, now)), "2026-11-14T17:33:00 2026-11-28T17:33:00");
  assert.equal(text(shifted({ from: at(2026, 10, 1), to: at(2026, 10, 7, 23, 59, 59, 999) }, 1, now)), "2026-11-04T12:00:00 2026-11-11T12:00:00");
  assert.equal(text(shifted({ from: now - 3_600_000, to: now }, -1, now)), "2026-11-28T16:03:49.123Z 2026-11-28T17:03:49.123Z");
});

test("zooming out doubles the range and stops at now", () => {
  assert.deepEqual(zoomedOut({ from: 1000, to: 3000 }, 9000), { from: "0", to: "4000" });
  assert.deepEqual(zoomedOut({ from: 1000, to: 3000 }, 3000), { from: "-1000", to: "3000" });
});
