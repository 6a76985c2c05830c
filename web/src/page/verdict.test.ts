import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskVerdict } from "../base/api";
import { freshFor, isStale, isWorse, verdictLabel, verdictParts, type VerdictState } from "./verdict";

const at = Date.parse("2026-03-04T17:05:03Z");
const zone = "America/Sao_Paulo";
const failed: DeskVerdict = {
  uid: "u", panel: 7, severity: "critical", word: "FAILED", text: "Today: 16 of 19 done, 1 failed, 2 late; next: risk at 19:00",
  brief: "1 failed, 2 late, 16 of 19 done", wrong: 3, since: Date.parse("2026-03-04T09:12:00Z"), at,
};
const done: DeskVerdict = { ...failed, severity: "ok", word: "DONE", text: "Today: 19 of 19 done, 0 failed, 0 late", brief: "All done", wrong: 0, since: null };
const idle: DeskVerdict = { ...done, severity: "", word: "NOTHING DUE", text: "Today: nothing is due", brief: "Nothing due" };
const now = at + 1000;
const known = (verdict: DeskVerdict | null, more: Partial<VerdictState> = {}): VerdictState => ({ verdict, heardAt: at, failure: "", ...more });

test("what is wrong stands first, and all done is said calmly", () => {
  assert.deepEqual(verdictParts(known(failed), false, zone), ["1 failed", "2 late", "16 of 19 done"]);
  assert.deepEqual(verdictParts(known(done), false, zone), ["All done"]);
  assert.deepEqual(verdictParts(known(idle), false, zone), ["Nothing due"]);
});

test("a desk without schedules has no verdict", () => {
  assert.deepEqual(verdictParts(known(null), false, zone), []);
  assert.equal(verdictLabel(known(null), false, now, zone), "");
});

test("the tooltip says all, since when, and of which moment", () => {
  assert.equal(verdictLabel(known(failed), false, now, zone),
    "FAILED since 06:12:00. Today: 16 of 19 done, 1 failed, 2 late; next: risk at 19:00. As of 14:05:03 on the desk's clock, whatever range the page shows.");
  assert.equal(verdictLabel(known(done), false, now, zone), "DONE. Today: 19 of 19 done, 0 failed, 0 late. As of 14:05:03 on the desk's clock, whatever range the page shows.");
  const yesterday = { ...failed, since: Date.parse("2026-03-03T09:12:00Z") };
  assert.match(verdictLabel(known(yesterday), false, now, zone), /^FAILED since 2026-03-03 06:12\./);
});

test("a verdict that is not read any more says so", () => {
  const away = known(failed, { failure: "The database does not answer." });
  assert.equal(isStale(away, now), true);
  assert.deepEqual(verdictParts(away, true, zone), ["At 14:05: 1 failed", "2 late", "16 of 19 done"]);
  assert.match(verdictLabel(away, true, now, zone), /^The desk's day can't be read at the moment: The database does not answer\. At 14:05:03 on the desk's clock it was FAILED since/);
  assert.equal(isStale(known(done), at + freshFor), false);
  assert.equal(isStale(known(done), at + freshFor + 1), true);
  assert.match(verdictLabel(known(done), true, at + freshFor + 1, zone), /^The desk's day has not been read for a while\. At 14:05:03 .* it was DONE\./);
  assert.match(verdictLabel(known(done), true, at + 24 * 3600e3, zone), /At 2026-03-04 14:05 on the desk's clock/);
});

test("a verdict that was never read is not known, and one that is not there does not become one", () => {
  const never: VerdictState = { verdict: undefined, heardAt: 0, failure: "" };
  assert.equal(isStale(never, now), false);
  assert.deepEqual(verdictParts(never, false, zone), []);
  const failure = "The server does not answer.";
  assert.equal(isStale({ ...never, failure }, now), true);
  assert.deepEqual(verdictParts({ ...never, failure }, true, zone), ["Day not known"]);
  assert.deepEqual(verdictParts(known(null, { failure }), true, zone), []);
});

test("only what becomes worse is worse", () => {
  const late = { ...failed, severity: "warning", word: "LATE", wrong: 1 };
  for (const [is, was, worse] of [
    [failed, done, true], [failed, late, true], [late, done, true], [late, idle, true], [{ ...failed, wrong: 4 }, failed, true], [{ ...late, wrong: 2 }, late, true],
    [done, failed, false], [late, failed, false], [failed, failed, false], [{ ...failed, wrong: 2 }, failed, false], [done, idle, false], [idle, done, false],
    [failed, undefined, false], [failed, null, false], [null, done, false],
  ] as [DeskVerdict | null, DeskVerdict | null | undefined, boolean][]) {
    assert.equal(isWorse(is, was), worse, `${was?.word} ${was?.wrong}, then ${is?.word} ${is?.wrong}`);
  }
});
