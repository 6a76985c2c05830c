import assert from "node:assert/strict";
import test from "node:test";
import { momentWords, type Step, stepsOf } from "./timemath";

const words = (text: string, end = false) => momentWords(stepsOf(text) as Step[], end);

test("a relative time is said in words", () => {
  for (const [text, want] of Object.entries({
    "now": "now", "now-36h": "36 hours ago", "now+1h": "1 hour from now", "now-d": "1 day ago", "now - 2 w": "2 weeks ago", "now-0d": "now",
    "now/d": "the start of today", "now-1d/d": "the start of yesterday", "now+1d/d": "the start of tomorrow", "now-1M/M": "the start of last month",
    "now/Q": "the start of this quarter", "now/fy": "the start of this fiscal year", "now-1y/fy": "the start of last fiscal year",
    "now-3M/M": "the start of the month 3 months ago", "now-36h/d": "the start of the day 36 hours ago", "now-0d/d": "the start of today",
    "now-1d/d+6h": "6 hours after the start of yesterday", "now/d-15m": "15 minutes before the start of today",
    "now/y/M": "the start of the month of the start of this year", "now-1M-2d": "2 days before 1 month ago",
  })) assert.equal(words(text), want, text);
  assert.equal(words("now/M", true), "the end of this month");
  assert.equal(words("now-1d/d-1h", true), "1 hour before the end of yesterday");
});

test("what the server would refuse is refused with its reason", () => {
  for (const [text, want] of Object.entries({
    "nowish": /“i” where/, "now-": /without a unit/, "now-7": /without a unit/, "now-7x": /“x”, which is no unit/, "now/2d": /more than one unit/,
    "now/fd": /no unit/, "now*2d": /“\*” where/, "now-9999999999d": /9 digits/, "now-7d; DROP": /“;” where/, "now-7constructor": /“c”, which/,
  })) {
    const got = stepsOf(text);
    assert.ok(!Array.isArray(got) && want.test(got.wrong), `${text}: ${JSON.stringify(got)}`);
  }
});
