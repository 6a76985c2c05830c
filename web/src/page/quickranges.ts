/** TimeRange is a range as the address has it. Its ends are relative (now-7d), epoch milliseconds or ISO 8601. */
export interface TimeRange {
  from: string;
  to: string;
}

export interface QuickRange extends TimeRange {
  label: string;
}

const toDate = (unit: string, label: string): QuickRange => ({ from: `now/${unit}`, to: "now", label });
const whole = (span: string, label: string): QuickRange => ({ from: `now-${span}`, to: `now-${span}`, label });
const last = (span: string, label: string): QuickRange => ({ from: `now-${span}`, to: "now", label: `Last ${label}` });

/** The ranges of the calendar that the time picker offers. */
export const calendarRanges: readonly QuickRange[] = [
  toDate("d", "Today so far"), toDate("w", "This week so far"), toDate("M", "Month to date"), toDate("Q", "Quarter to date"), toDate("y", "Year to date"),
  whole("1d/d", "Yesterday"), whole("1w/w", "Previous week"), whole("1M/M", "Previous month"), whole("1Q/Q", "Previous quarter"), whole("1y/y", "Previous year"),
];

/** The ranges of a length that the time picker offers. */
export const lengthRanges: readonly QuickRange[] = [
  last("1h", "1 hour"), last("6h", "6 hours"), last("24h", "24 hours"), last("7d", "7 days"), last("30d", "30 days"), last("90d", "90 days"),
  last("6M", "6 months"), last("1y", "1 year"), last("2y", "2 years"), last("5y", "5 years"), last("10y", "10 years"),
];

/** sameRange tells whether two ranges have the same ends in the address. */
export function sameRange(a: TimeRange, b: TimeRange): boolean {
  return a.from === b.from && a.to === b.to;
}
