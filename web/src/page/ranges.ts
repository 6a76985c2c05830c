import { parseWallTime, timeText } from "../base/time";

/** TimeRange is a range as the address has it. Its ends are relative (now-7d), epoch milliseconds or ISO 8601. */
export interface TimeRange {
  from: string;
  to: string;
}

export interface QuickRange extends TimeRange {
  label: string;
}

const last = (n: string, words: string): QuickRange => ({ from: `now-${n}`, to: "now", label: `Last ${words}` });

/** The ranges that the time picker offers. */
export const quickRanges: readonly QuickRange[] = [
  last("5m", "5 minutes"), last("15m", "15 minutes"), last("30m", "30 minutes"),
  last("1h", "1 hour"), last("3h", "3 hours"), last("6h", "6 hours"), last("12h", "12 hours"),
  last("24h", "24 hours"), last("2d", "2 days"), last("7d", "7 days"), last("30d", "30 days"),
  last("90d", "90 days"), last("6M", "6 months"), last("1y", "1 year"), last("2y", "2 years"), last("5y", "5 years"),
  { from: "now-1d/d", to: "now-1d/d", label: "Yesterday" },
  { from: "now-7d/d", to: "now-7d/d", label: "This day last week" },
  { from: "now-1w/w", to: "now-1w/w", label: "Previous week" },
  { from: "now-1M/M", to: "now-1M/M", label: "Previous month" },
  { from: "now-1y/y", to: "now-1y/y", label: "Previous year" },
  { from: "now/d", to: "now", label: "Today so far" },
  { from: "now/w", to: "now", label: "This week so far" },
  { from: "now/M", to: "now", label: "This month so far" },
  { from: "now/y", to: "now", label: "This year so far" },
];

const relative = /^now(?:[+-]\d+[smhdwMQy])*(?:\/f?[smhdwMQy])?$/;

/** instant reads an absolute end of a range: epoch milliseconds or ISO 8601. For a relative end it returns null. */
export function instant(text: string): number | null {
  if (/^-?\d{5,}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** endText returns an end of a range as a reader would type it. */
export function endText(text: string, zone: string): string {
  const ms = instant(text);
  return ms == null ? text : timeText(ms, zone);
}

/** rangeText names a range: "Last 7 days", "2026-01-05 06:00 to 18:30:15", "2026-01-05 06:00 to now". */
export function rangeText(range: TimeRange, zone: string): string {
  const quick = quickRanges.find((q) => q.from === range.from && q.to === range.to);
  if (quick) return quick.label;
  const short = (text: string) => endText(text, zone).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d):00$/, "$1");
  const [from, to] = [short(range.from), short(range.to)];
  const sameDay = /^\d{4}-/.test(from) && from.slice(0, 11) === to.slice(0, 11);
  return `${from} to ${sameDay ? to.slice(11) : to}`;
}

/**
 * typedEnd turns what a reader typed into what the address holds, or says what is wrong with it. Relative
 * ends stay as they are, because only the server decides what they mean.
 */
export function typedEnd(text: string, zone: string, end: boolean): { value: string } | { wrong: string } {
  const trimmed = text.trim();
  if (relative.test(trimmed)) return { value: trimmed };
  if (instant(trimmed) != null) return { value: trimmed };
  const ms = parseWallTime(trimmed, zone, end);
  if (ms != null) return { value: String(ms) };
  return { wrong: trimmed ? `“${trimmed}” is not a time. Try 2026-01-05 06:00 or now-7d.` : "A time is missing." };
}

const absolute = (from: number, to: number): TimeRange => ({ from: String(Math.round(from)), to: String(Math.round(to)) });

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
