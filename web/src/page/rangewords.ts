import { instantWords, spanWords } from "../base/datewords";
import { addressInstant } from "../base/time";
import { amount, isRelative, momentWords, periodWords, type Step, stepsOf, unitName } from "../base/timemath";
import { calendarRanges, lengthRanges, sameRange, type TimeRange } from "./quickranges";

const quick = [...calendarRanges, ...lengthRanges];

/** rangeText says a range in words: "Year to date", "Last 7 days", "1 Mar – 15 Apr 2026", "Since 4 Jan 2016". */
export function rangeText(range: TimeRange, zone: string): string {
  const known = quick.find((q) => sameRange(q, range));
  if (known) return known.label;
  const [from, to] = [endOf(range.from, zone), endOf(range.to, zone)];
  if (typeof from === "number" && typeof to === "number") return spanWords(from, to, zone);
  if (typeof from === "object" && typeof to === "object") return capital(relativeWords(from, to));
  const until = endWords(to, zone, true);
  return until === "now" ? `Since ${endWords(from, zone, false)}` : capital(`${endWords(from, zone, false)} to ${until}`);
}

/** An end of a range: an instant, the steps from now, or the text as it is if it is neither. */
type End = number | Step[] | string;

function endOf(text: string, zone: string): End {
  if (!isRelative(text)) return addressInstant(text, zone) ?? text;
  const steps = stepsOf(text);
  return Array.isArray(steps) ? steps.filter((s) => s.op === "/" || s.count > 0) : text;
}

function endWords(end: End, zone: string, last: boolean): string {
  if (typeof end === "string") return end;
  return typeof end === "number" ? instantWords(end, zone) : momentWords(end, last);
}

/** relativeWords says a range of which both ends count from now. */
function relativeWords(from: Step[], to: Step[]): string {
  const [a, b] = [from.at(-1), to.at(-1)];
  const [begun, ended] = [momentWords(from, false), momentWords(to, true)];
  if (ended === "now") {
    if (!a) return "now";
    if (from.length === 1 && a.op === "-") return `last ${amount(a)}`;
    if (from.length === 1 && a.op === "/") return toDateWords(a);
    return `since ${begun}`;
  }
  if (begun === "now" && to.length === 1 && b!.op === "+") return `next ${amount(b!)}`;
  if (a?.op === "/" && b?.op === "/" && a.unit === b.unit && a.fiscal === b.fiscal) {
    const period = wholeWords(from.slice(0, -1), to.slice(0, -1), a);
    if (period) return period;
  }
  return `${begun} to ${ended}`;
}

function toDateWords(rounding: Step): string {
  if (rounding.unit === "d") return "today so far";
  return /[MQy]/.test(rounding.unit) ? `${unitName(rounding)} to date` : `this ${unitName(rounding)} so far`;
}

/** wholeWords names whole periods: "previous 3 months", "this month", "the day 7 days ago". null means that there is no name. */
function wholeWords(from: Step[], to: Step[], rounding: Step): string | null {
  const name = unitName(rounding);
  if (momentWords(from, false) === momentWords(to, false)) {
    const period = periodWords(from, rounding);
    return period === `last ${name}` ? `previous ${name}` : period;
  }
  const [first, last] = [from[0], to[0]];
  const counts = from.length === 1 && to.length === 1 && first.op === "-" && last.op === "-" && first.unit === rounding.unit && last.unit === rounding.unit;
  return counts && last.count === 1 ? `previous ${first.count} ${name}s` : null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
