import { monthNames } from "./datewords";
import { monthDays } from "./time";

// Days of the calendar, without a zone. A day is written "2026-01-05", so that days compare as texts.

/** The days of a week, which begins on Monday. */
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const dayMs = 24 * 3600e3;
const firstYear = 1000;

function parts(day: string): [year: number, month: number, day: number] {
  return day.split("-").map(Number) as [number, number, number];
}

function written(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** addDays returns the day that is n days later. */
export function addDays(day: string, n: number): string {
  return written(Date.parse(day) + n * dayMs);
}

/** addMonths returns the same day n months later, or the last of that month if it is shorter. */
export function addMonths(day: string, n: number): string {
  const [year, month, d] = parts(day);
  const first = new Date(Date.UTC(Math.max(firstYear, year), month - 1 + n, 1));
  return written(first.getTime() + (Math.min(d, monthDays(first.getUTCFullYear(), first.getUTCMonth() + 1)) - 1) * dayMs);
}

/** weekdayOf returns a day's place in its week, 0 for Monday. */
export function weekdayOf(day: string): number {
  return (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
}

/** monthWeeks returns the six weeks that show the month of a day. Days of other months are null. */
export function monthWeeks(day: string): (string | null)[][] {
  const [year, month] = parts(day);
  const first = `${day.slice(0, 7)}-01`;
  const offset = weekdayOf(first);
  return Array.from({ length: 6 }, (_, week) => weekdays.map((_, at) => {
    const n = week * 7 + at - offset;
    return n >= 0 && n < monthDays(year, month) ? addDays(first, n) : null;
  }));
}

/** monthTitle names the month of a day: "January 2026". */
export function monthTitle(day: string): string {
  const [year, month] = parts(day);
  return `${monthNames[month - 1]} ${year}`;
}

/** dayTitle names a day: "Monday, 5 January 2026". */
export function dayTitle(day: string): string {
  return `${weekdays[weekdayOf(day)]}, ${parts(day)[2]} ${monthTitle(day)}`;
}
