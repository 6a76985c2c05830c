import assert from "node:assert/strict";
import test from "node:test";
import { rangeText, shifted, typedEnd, zoomedOut } from "./ranges";

const sp = "America/Sao_Paulo";

test("known ranges have names, others are written out", () => {
  assert.equal(rangeText({ from: "now-24h", to: "now" }, sp), "Last 24 hours");
  assert.equal(rangeText({ from: "now-36h", to: "now" }, sp), "now-36h to now");
  assert.equal(rangeText({ from: String(Date.UTC(2026, 0, 5, 9)), to: "2026-01-05T10:00:00Z" }, sp),
    "2026-01-05 06:00 to 07:00");
  assert.equal(rangeText({ from: String(Date.UTC(2026, 0, 5, 9, 0, 1)), to: "2026-01-07T10:00:00Z" }, sp),
    "2026-01-05 06:00:01 to 2026-01-07 07:00");
});

test("typed ends are relative, absolute or refused with a sentence", () => {
  assert.deepEqual(typedEnd(" now-1M/M ", sp, false), { value: "now-1M/M" });
  assert.deepEqual(typedEnd("2026-01-05 06:00", sp, false), { value: String(Date.UTC(2026, 0, 5, 9)) });
  assert.deepEqual(typedEnd("2026-01-05", "UTC", true), { value: String(Date.UTC(2026, 0, 5, 23, 59, 59)) });
  assert.ok("wrong" in typedEnd("now-7x", sp, false));
  assert.ok("wrong" in typedEnd("", sp, false));
});

test("shifting moves by half the range and stops at now", () => {
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, -1, 2000), { from: "500", to: "1500" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 9000), { from: "1500", to: "2500" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 2100), { from: "1100", to: "2100" });
  assert.deepEqual(shifted({ from: 1000, to: 2000 }, 1, 2000), { from: "1000", to: "2000" });
});

test("zooming out doubles the range and stops at now", () => {
  assert.deepEqual(zoomedOut({ from: 1000, to: 3000 }, 9000), { from: "0", to: "4000" });
  assert.deepEqual(zoomedOut({ from: 1000, to: 3000 }, 3000), { from: "-1000", to: "3000" });
});
