import type { Frame } from "../types";
import { isoText } from "./time";

/** columns returns a frame's columns, with the numbers that JSON can't hold (NaN and the infinities) put back. */
export function columns(frame: Frame): unknown[][] {
  const values = frame.data?.values ?? [];
  const entities = frame.data?.entities;
  if (!entities) return values;
  return values.map((column, i) => {
    const places = entities[i];
    if (!places) return column;
    const copy = [...column];
    for (const at of places.NaN ?? []) copy[at] = NaN;
    for (const at of places.Inf ?? []) copy[at] = Infinity;
    for (const at of places.NegInf ?? []) copy[at] = -Infinity;
    return copy;
  });
}

/** rowCount returns the number of rows of a frame. */
export function rowCount(frame: Frame): number {
  return Math.max(0, ...(frame.data?.values ?? []).map((c) => c.length));
}

/** fieldTitle returns a column's name with its labels: `duration {metric="fred SUCCESS"}`. */
export function fieldTitle(frame: Frame, i: number): string {
  const field = frame.schema?.fields?.[i];
  if (!field) return `column ${i + 1}`;
  const labels = Object.entries(field.labels ?? {}).map(([k, v]) => `${k}="${v}"`);
  return labels.length ? `${field.name} {${labels.join(", ")}}` : field.name;
}

/** raw returns a value as it is stored. A time is ISO 8601 in the zone, and null is an empty text. */
export function raw(value: unknown, type: string | undefined, zone: string): string {
  if (value == null) return "";
  if (type === "time" && typeof value === "number" && Number.isFinite(value)) return isoText(value, zone);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * defused puts an apostrophe before a text that a spreadsheet would compute as a formula. Texts come from
 * outside, and a text that begins with = runs when somebody opens the file. For spreadsheets + - @ and
 * their wide forms mean the same as =, and some ignore blanks before them.
 */
export function defused(text: string): string {
  return /^(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/u.test(text) ? `'${text}` : text;
}

// Some spreadsheets also split cells at a semicolon or a tab, so texts with these are quoted too.
const quoted = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * csv writes all rows of a frame as RFC 4180 says: a header, CRLF at line ends, quotes where they are
 * needed. Texts that a spreadsheet would compute are defused, in the header too. Numbers and times are not changed.
 */
export function csv(frame: Frame, zone: string): string {
  const data = columns(frame);
  const fields = frame.schema?.fields ?? [];
  const cell = (value: unknown, type: string | undefined) => {
    const text = raw(value, type, zone);
    return quoted(typeof value === "number" && (type === "number" || type === "time") ? text : defused(text));
  };
  const lines = [data.map((_, i) => quoted(defused(fieldTitle(frame, i)))).join(",")];
  for (let row = 0; row < rowCount(frame); row++) lines.push(data.map((column, i) => cell(column[row], fields[i]?.type)).join(","));
  return lines.join("\r\n") + "\r\n";
}

/** The most letters of a file name. Every file system takes 255 bytes, and a letter may have four of them. */
const longestName = 55;

/**
 * fileName makes a file name of the parts that say what a file is about. It leaves out characters that
 * mean something to file systems, shells or spreadsheets, and begins with a letter or a digit.
 */
export function fileName(parts: readonly string[], ending: string): string {
  const safe = (text: string) => text.replace(/[^\p{L}\p{M}\p{N}._-]+/gu, " ").trim().replace(/^[^\p{L}\p{N}]+/u, "");
  const name = [...parts.map(safe).filter(Boolean).join(" - ")].slice(0, longestName).join("").trim();
  return `${name || "data"}${ending}`;
}
