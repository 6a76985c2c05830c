import { addressInstant, dayOf, timeText, wallMs } from "../base/time";
import { typedEnd } from "../base/typedtime";
import type { TimeRange } from "./quickranges";

/** endText returns an end of a range as a reader would type it. The first or the last moment of a day is the day alone. */
export function endText(text: string, zone: string, end: boolean): string {
  const ms = /^now/.test(text) ? null : addressInstant(text, zone);
  if (ms == null) return text;
  const [year, month, day] = dayOf(ms, zone).split("-").map(Number);
  return ms === wallMs({ year, month, day, time: null }, zone, end) ? dayOf(ms, zone) : timeText(ms, zone);
}

/** Field names the end of a range that a fault is about. */
export type Field = "from" | "to";

/** typedRange makes a range of both ends as a reader typed them. It says what is wrong, and with which field. */
export function typedRange(from: string, to: string, zone: string): TimeRange | { wrong: string; field: Field } {
  const [a, b] = [typedEnd(from, zone, false), typedEnd(to, zone, true)];
  if ("wrong" in a) return { wrong: `From: ${a.wrong}`, field: "from" };
  if ("wrong" in b) return { wrong: `To: ${b.wrong}`, field: "to" };
  const [first, last] = [addressInstant(a.value, zone), addressInstant(b.value, zone)];
  if (first != null && last != null && first >= last) return { wrong: "The range ends before it begins.", field: "to" };
  return { from: a.value, to: b.value };
}

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/**
 * absolute is the range between two instants. A range of days begins and ends with a minute, so that it reads well. The last
 * moment of a minute counts as the next one.
 */
function absolute(from: number, to: number): TimeRange {
  const whole = to - from >= day ? (t: number) => Math.floor((t + second) / minute) * minute : Math.round;
  return { from: String(whole(from)), to: String(whole(to)) };
}

/** shifted moves a range by half its length, at most to now. */
export function shifted(range: { from: number; to: number }, direction: -1 | 1, now: number): TimeRange {
  const span = range.to - range.from;
  const to = direction > 0 ? Math.max(range.to, Math.min(range.to + span / 2, now)) : range.to - span / 2;
  return absolute(to - span, to);
}

/** zoomedOut returns a range of twice the length around the same middle. It does not go past now. */
export function zoomedOut(range: { from: number; to: number }, now: number): TimeRange {
  const span = Math.max(range.to - range.from, 1000);
  const middle = (range.from + range.to) / 2;
  const to = Math.max(range.to, Math.min(middle + span, now));
  return absolute(to - 2 * span, to);
}
