import { monthNames } from "./datewords";
import { addressInstant, monthDays, type Wall, wallMs } from "./time";
import { isRelative, stepsOf } from "./timemath";

/** Typed is what the address holds for a text that a reader typed, or what is wrong with the text. */
export type Typed = { value: string } | { wrong: string };

const words: Record<string, string> = { today: "now/d", yesterday: "now-1d/d", tomorrow: "now+1d/d" };

/**
 * typedEnd reads an end of a range as a reader types it. A day or a month alone means its beginning, or its
 * end if `end` is true. Relative ends stay as they are, because only the server decides what they mean.
 */
export function typedEnd(text: string, zone: string, end: boolean): Typed {
  const trimmed = text.trim();
  if (trimmed === "") return { wrong: "A time is missing." };
  if (Object.hasOwn(words, trimmed.toLowerCase())) return { value: words[trimmed.toLowerCase()] };
  if (isRelative(trimmed)) {
    const steps = stepsOf(trimmed);
    return Array.isArray(steps) ? { value: trimmed } : { wrong: `“${trimmed}” ${steps.wrong}.` };
  }
  const wall = typedWall(trimmed);
  if (wall) return "wrong" in wall ? wall : { value: String(wallMs(wall, zone, end)) };
  const instant = /^\d{1,4}$/.test(trimmed) ? null : addressInstant(trimmed, zone);
  if (instant != null) return { value: trimmed };
  return { wrong: `“${trimmed}” is not a time. Try 2026-01-05, 5 Jan 2026 06:00, 05/01/2026 or now-7d.` };
}

const clock = /(?:(?:,\s*|\s+|T)(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.source;
const yearFirst = new RegExp(`^(\\d{4})-(\\d{1,2})(?:-(\\d{1,2}))?${clock}`);
const dayFirst = new RegExp(`^(\\d{1,2})[/.](\\d{1,2})[/.](\\d{4})${clock}`);
const named = new RegExp(`^(?:(\\d{1,2})\\s+)?([A-Za-z]{3,9})\\.?\\s+(\\d{4})${clock}`);

/** typedWall reads a date with or without a time of day. null means that the text has another form. */
function typedWall(text: string): Wall | { wrong: string } | null {
  let m = yearFirst.exec(text);
  if (m) return checked(text, m[1], m[2], m[3], m.slice(4));
  m = dayFirst.exec(text); // as in Brazil and in most of the world
  if (m) return checked(text, m[3], m[2], m[1], m.slice(4));
  m = named.exec(text);
  if (!m) return null;
  const name = m[2].toLowerCase();
  const month = monthNames.findIndex((n) => n.toLowerCase().startsWith(name)) + 1;
  return month === 0 ? { wrong: `“${m[2]}” is no month.` } : checked(text, m[3], String(month), m[1], m.slice(4));
}

function checked(text: string, y: string, mo: string, d: string | undefined, [h, mi, s]: (string | undefined)[]): Wall | { wrong: string } {
  const [year, month] = [Number(y), Number(mo)];
  const day = d == null ? null : Number(d);
  if (year < 1000) return { wrong: `“${text}” has no year of four digits.` };
  if (month < 1 || month > 12) return { wrong: `“${text}” is no day: there is no month ${month}.` };
  if (day != null && (day < 1 || day > monthDays(year, month))) return { wrong: `“${text}” is no day: ${monthNames[month - 1]} ${year} has ${monthDays(year, month)} days.` };
  if (h == null) return { year, month, day, time: null };
  if (day == null) return { wrong: `“${text}” has a time but no day.` };
  if (Number(h) > 23 || Number(mi) > 59 || Number(s ?? 0) > 59) return { wrong: `“${h}:${mi}${s ? `:${s}` : ""}” is no time of day.` };
  return { year, month, day, time: ((Number(h) * 60 + Number(mi)) * 60 + Number(s ?? 0)) * 1000 };
}
