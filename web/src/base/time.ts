// Instants as a reader reads and writes them in a time zone. The server formats what panels show. Here are
// only the times of the page itself: in the time picker, in tooltips and in CSV files.

const formats = new Map<string, Intl.DateTimeFormat>();

function wallParts(ms: number, zone: string): number[] {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    formats.set(zone, format);
  }
  const parts: Record<string, string> = {};
  for (const p of format.formatToParts(ms)) parts[p.type] = p.value;
  return [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second].map(Number);
}

const two = (n: number) => String(n).padStart(2, "0");

/** offsetMinutes returns how far a zone's clock is ahead of UTC at an instant. */
export function offsetMinutes(ms: number, zone: string): number {
  const [y, mo, d, h, mi, s] = wallParts(ms, zone);
  return Math.round((Date.UTC(y, mo - 1, d, h, mi, s) - Math.floor(ms / 1000) * 1000) / 60000);
}

/** timeText returns an instant on a zone's clock: "2026-01-05 06:00:00". */
export function timeText(ms: number, zone: string): string {
  const [y, mo, d, h, mi, s] = wallParts(ms, zone);
  return `${String(y).padStart(4, "0")}-${two(mo)}-${two(d)} ${two(h)}:${two(mi)}:${two(s)}`;
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** timeWords returns an instant on a zone's clock in words: "Mon 5 Jan 2026, 06:00". Whole minutes have no seconds. */
export function timeWords(ms: number, zone: string): string {
  const [y, mo, d, h, mi, s] = wallParts(ms, zone);
  const day = days[new Date(Date.UTC(2000 + (y % 400), mo - 1, d)).getUTCDay()]; // the calendar repeats after 400 years
  return `${day} ${d} ${months[mo - 1]} ${y}, ${two(h)}:${two(mi)}${s ? `:${two(s)}` : ""}`;
}

/** clockText returns the time of day on a zone's clock: "06:00:00". */
export function clockText(ms: number, zone: string): string {
  return timeText(ms, zone).slice(11);
}

/** momentText writes an instant beside another one: the time of day alone if both are on the same day of the zone, else "2026-01-05 06:00". */
export function momentText(ms: number, other: number, zone: string): string {
  const text = timeText(ms, zone);
  return text.slice(0, 10) === timeText(other, zone).slice(0, 10) ? clockText(ms, zone) : text.slice(0, 16);
}

/** isoText returns ISO 8601 with milliseconds and the zone's offset: "2026-01-05T06:00:00.000-03:00". */
export function isoText(ms: number, zone: string): string {
  const minutes = offsetMinutes(ms, zone);
  const local = new Date(ms + minutes * 60000).toISOString().slice(0, 23);
  const size = Math.abs(minutes);
  const offset = minutes === 0 ? "Z" : `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return local + offset;
}

/** Wall is a time on a zone's clock. Without a time of day it is a whole day, without a day a whole month. */
export interface Wall {
  year: number;
  month: number;
  day: number | null;
  /** The milliseconds since midnight. */
  time: number | null;
}

const dayMs = 24 * 3600e3;

/** monthDays returns how many days a month has; January is 1. */
export function monthDays(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * wallMs returns the instant at which a zone's clock shows a time. A whole day or month means its first
 * millisecond, or its last one if `end` is true.
 */
export function wallMs({ year, month, day, time }: Wall, zone: string, end = false): number {
  if (time != null) return wallInstant(Date.UTC(year, month - 1, day ?? 1) + time, zone);
  const first = Date.UTC(year, month - 1, day ?? 1);
  if (!end) return wallInstant(first, zone);
  return wallInstant(Date.UTC(year, month - 1, day ?? monthDays(year, month)) + dayMs, zone) - 1;
}

/** The forms of ISO 8601 that the server reads: with an offset from UTC, or on the reader's clock. */
const iso = /^(\d{4})-?(\d{2})(?:-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;

/** addressInstant reads an absolute end of a range in an address: epoch milliseconds or ISO 8601. Any other text gives null. */
export function addressInstant(text: string, zone: string): number | null {
  if (/^[+-]?\d+$/.test(text) && !/^\d{8}$/.test(text)) return Number(text);
  const m = iso.exec(text);
  const whole = m && wallOf(m.slice(1, 7));
  if (!whole) return /^\d{8}$/.test(text) ? Number(text) : null;
  const { year, month, day } = whole;
  const ms = Number(`0.${m[7] ?? 0}`) * 1000;
  if (!m[8]) return wallMs({ ...whole, time: (whole.time ?? 0) + Math.floor(ms) }, zone);
  const ahead = /([+-])(\d{2}):?(\d{2})/.exec(m[8]);
  const minutes = ahead ? Number(`${ahead[1]}1`) * (Number(ahead[2]) * 60 + Number(ahead[3])) : 0;
  return Date.UTC(year, month - 1, day!) + whole.time! + Math.floor(ms) - minutes * 60000;
}

/** wallOf makes a time of the numbers that a text has: year, month, day, hour, minute, second. null means that there is no such time. */
function wallOf(parts: (string | undefined)[]): Wall | null {
  const [year, month, day, h, mi, s] = parts.map((p) => (p == null ? null : Number(p)));
  if (year! < 1000 || month! < 1 || month! > 12 || (day != null && (day < 1 || day > monthDays(year!, month!)))) return null;
  if ((h ?? 0) > 23 || (mi ?? 0) > 59 || (s ?? 0) > 59) return null;
  return { year: year!, month: month!, day, time: h == null ? null : ((h * 60 + mi!) * 60 + (s ?? 0)) * 1000 };
}

/**
 * wallInstant returns the instant at which a zone's clock shows a time. The argument `shown` is that time,
 * read as if it were UTC. If the clock shows the time twice, the first instant counts. If the clock skips it,
 * the result is as much later as the clock was put forward: 02:30 in a night without that hour means 03:30.
 */
function wallInstant(shown: number, zone: string): number {
  const [before, after] = [shown - 24 * 3600e3, shown + 24 * 3600e3].map((at) => offsetMinutes(at, zone) * 60000);
  const shows = (at: number) => at + offsetMinutes(at, zone) * 60000 === shown;
  return shows(shown - before) || !shows(shown - after) ? shown - before : shown - after;
}

/** dayOf returns the day that a zone's clock shows: "2026-01-05". */
export function dayOf(ms: number, zone: string): string {
  return timeText(ms, zone).slice(0, 10);
}

const valid = new Map<string, boolean>();

/** validZone tells whether the browser knows a zone by this name. */
export function validZone(zone: string): boolean {
  if (!valid.has(zone)) valid.set(zone, isZone(zone));
  return valid.get(zone)!;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How long the zone of the browser is taken to stay the same, in milliseconds. A notebook travels. */
const zoneStays = 1000;

let browser = { zone: "", asked: -Infinity };

/** browserZone returns the zone of the reader's browser. A chart asks for each of its values, and the browser takes long to answer. */
export function browserZone(): string {
  const now = performance.now();
  if (now - browser.asked > zoneStays) browser = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", asked: now };
  return browser.zone;
}

/** ageText says roughly how long something took, or how long ago it was: "12 s", "4 min", "3 h", "2 d". */
export function ageText(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400 * 2) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

const units: Record<string, number> = { s: 1000, m: 60e3, h: 3600e3, d: 86400e3 };

/**
 * intervalMs reads a refresh interval such as "15m", in milliseconds. For anything else it returns 0, which
 * means no refresh.
 */
export function intervalMs(text: string | null | undefined): number {
  const m = /^(\d+)(s|m|h|d)$/.exec(text ?? "");
  return m ? Number(m[1]) * units[m[2]] : 0;
}
