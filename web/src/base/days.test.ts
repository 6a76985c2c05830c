import assert from "node:assert/strict";
import test from "node:test";
import { addDays, addMonths, dayTitle, monthTitle, monthWeeks } from "./days";

test("days and months follow each other over leap days and years", () => {
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2025-02-28", 1), "2025-03-01");
  assert.equal(addDays("2026-01-01", -1), "2025-12-31");
  assert.equal(addMonths("2026-01-31", 1), "2026-02-28");
  assert.equal(addMonths("2024-03-31", -1), "2024-02-29");
  assert.equal(addMonths("2024-02-29", -12), "2023-02-28");
  assert.equal(addMonths("2025-12-15", 1), "2026-01-15");
});

test("the weeks of a month begin on Monday", () => {
  const weeks = monthWeeks("2026-11-16");
  assert.deepEqual(weeks[0], [null, null, null, null, null, null, "2026-11-01"]);
  assert.equal(weeks[5][0], "2026-11-30");
  assert.equal(weeks.flat().filter(Boolean).length, 30);
  assert.equal(monthWeeks("2024-02-01").flat().filter(Boolean).length, 29);
  assert.deepEqual([weeks.length, ...weeks.map((w) => w.length)], [6, 7, 7, 7, 7, 7, 7]);
});

test("days have names", () => {
  assert.equal(dayTitle("2026-01-05"), "Monday, 5 January 2026");
  assert.equal(dayTitle("2024-02-29"), "Thursday, 29 February 2024");
  assert.equal(monthTitle("2026-11-30"), "November 2026");
});
