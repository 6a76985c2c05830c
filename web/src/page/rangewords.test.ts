import assert from "node:assert/strict";
import test from "node:test";
import { rangeText } from "./rangewords";

const sp = "America/Sao_Paulo";
const said = (text: string, zone = sp) => {
  const [from, to = "now"] = text.split(" … ");
  return rangeText({ from, to }, zone);
};

test("a range relative to now is said in words", () => {
  for (const [range, want] of Object.entries({
    "now-24h": "Last 24 hours", "now-10y": "Last 10 years", "now-36h": "Last 36 hours", "now-1w": "Last 1 week", "now-w": "Last 1 week", "now-90s": "Last 90 seconds",
    "now - 36h": "Last 36 hours", "now/d": "Today so far", "now/w": "This week so far", "now/M": "Month to date", "now/Q": "Quarter to date", "now/y": "Year to date",
    "now/fy": "Fiscal year to date", "now/fQ": "Fiscal quarter to date", "now/h": "This hour so far",
    "now-1d/d … now-1d/d": "Yesterday", "now/d … now/d": "Today", "now+1d/d … now+1d/d": "Tomorrow", "now/M … now/M": "This month", "now/w … now/w": "This week",
    "now-1M/M … now-1M/M": "Previous month", "now-1Q/Q … now-1Q/Q": "Previous quarter", "now-1y/y … now-1y/y": "Previous year", "now-1y/fy … now-1y/fy": "Previous fiscal year",
    "now-7d/d … now-7d/d": "The day 7 days ago", "now-3M/M … now-1M/M": "Previous 3 months", "now-2Q/Q … now-1Q/Q": "Previous 2 quarters",
    "now-1y/y": "Since the start of last year", "now-1d/d": "Since the start of yesterday", "now-2M/M": "Since the start of the month 2 months ago",
    "now … now+2h": "Next 2 hours", "now-36h … now-2h": "36 hours ago to 2 hours ago", "now-1d/d … now/d": "The start of yesterday to the end of today",
    "now-1d/d+6h … now-1d/d+18h": "6 hours after the start of yesterday to 18 hours after the end of yesterday", "now … now": "Now", "now-0d … now": "Now",
    "now-1M … now-1d/d": "1 month ago to the end of yesterday", "now+1M/M … now+1M/M": "Next month",
  })) assert.equal(said(range), want, range);
});

test("an absolute range is said in dates of the zone", () => {
  const at = (...p: [number, number, number, number?, number?, number?, number?]) => String(Date.UTC(...p));
  for (const [range, want] of [
    [`${at(2026, 2, 1, 3)} … ${at(2026, 3, 16, 2, 59, 59, 999)}`, "1 Mar – 15 Apr 2026"],
    [`${at(2026, 3, 1, 3)} … ${at(2026, 3, 16, 2, 59, 59)}`, "1 – 15 Apr 2026"],
    [`${at(2026, 2, 1, 3)} … ${at(2026, 3, 1, 2, 59, 59, 999)}`, "March 2026"],
    [`${at(2024, 1, 1, 3)} … ${at(2024, 2, 1, 2, 59, 59, 999)}`, "February 2024"], // it has 29 days
    [`${at(2023, 1, 1, 2)} … ${at(2023, 1, 28, 2, 59, 59, 999)}`, "31 Jan, 23:00 – 27 Feb 2023, 23:59:59"],
    [`${at(2025, 9, 1, 3)} … ${at(2026, 3, 1, 2, 59, 59, 999)}`, "Oct 2025 – Mar 2026"],
    [`${at(2026, 0, 1, 3)} … ${at(2026, 6, 1, 2, 59, 59, 999)}`, "Jan – Jun 2026"],
    [`${at(2025, 0, 1, 3)} … ${at(2026, 0, 1, 2, 59, 59, 999)}`, "2025"],
    [`${at(2020, 0, 1, 3)} … ${at(2026, 0, 1, 2, 59, 59, 999)}`, "2020 – 2025"],
    [`${at(2026, 0, 1, 3)} … ${at(2026, 0, 2, 2, 59, 59, 999)}`, "1 Jan 2026"],
    [`${at(2025, 11, 31, 3)} … ${at(2026, 0, 2, 2, 59, 59, 999)}`, "31 Dec 2025 – 1 Jan 2026"],
    [`${at(2026, 0, 5, 9)} … 2026-01-05T10:00:00Z`, "5 Jan 2026, 06:00 – 07:00"],
    [`${at(2026, 0, 5, 9, 0, 1)} … 2026-01-07T10:00:00Z`, "5 Jan, 06:00:01 – 7 Jan 2026, 07:00"],
    [`${at(2016, 0, 4, 2)}`, "Since 4 Jan 2016"], [`${at(2016, 0, 4, 12)}`, "Since 4 Jan 2016, 10:00"],
    ["2026-03-01 … 2026-03-02", "1 Mar, 00:00 – 2 Mar 2026, 00:00"],
    ["2025-12-31T09:00:00Z … 2026-01-02T10:00:00Z", "31 Dec 2025, 06:00 – 2 Jan 2026, 07:00"],
    ["2026-03 … 20260315T235959", "1 – 15 Mar 2026"],
    ["20250131", "Since 31 Jan 2025"], ["2025-01-31 09:00:00,5", "Since 31 Jan 2025, 09:00"], ["2025-01-31T09:00:00+02:00", "Since 31 Jan 2025, 04:00"],
    [`now-1y … ${at(2026, 0, 5, 9)}`, "1 year ago to 5 Jan 2026, 06:00"], [`${at(2026, 0, 5, 3)} … now-1d/d`, "5 Jan 2026 to the end of yesterday"],
  ]) assert.equal(said(range), want, range);
});

test("a day without midnight, a day with two, and one of 23 hours are whole days", () => {
  const whole = (from: string, to: string, zone: string) => said(`${Date.parse(from)} … ${Date.parse(to)}`, zone);
  assert.equal(whole("2018-11-04T01:00:00-02:00", "2018-11-04T23:59:59.999-02:00", sp), "4 Nov 2018");
  assert.equal(whole("2025-11-02T00:00:00-04:00", "2025-11-02T23:59:59.999-05:00", "America/Havana"), "2 Nov 2025");
  assert.equal(whole("2026-03-08T00:00:00-05:00", "2026-03-08T23:59:59.999-04:00", "America/New_York"), "8 Mar 2026");
});

test("what is no time stays as it is", () => {
  assert.equal(said("soon … now"), "Since soon");
  assert.equal(said("now-7x … later"), "Now-7x to later");
});
