import type { Frame } from "../types";
import { isoText } from "./time";

/** A frame's columns with the numbers that JSON can't hold put back. */
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

/** rowCount is the number of rows of a frame. */
export function rowCount(frame: Frame): number {
  return Math.max(0, ...(frame.data?.values ?? []).map((c) => c.length));
}

/** fieldTitle is a column's name with its labels: `duration {metric="fred SUCCESS"}`. */
export function fieldTitle(frame: Frame, i: number): string {
  const field = frame.schema?.fields?.[i];
  if (!field) return `column ${i + 1}`;
  const labels = Object.entries(field.labels ?? {}).map(([k, v]) => `${k}="${v}"`);
  return labels.length ? `${field.name} {${labels.join(", ")}}` : field.name;
}

/** raw is a value as it is stored: times as ISO 8601 in the zone, null as nothing. */
export function raw(value: unknown, type: string | undefined, zone: string): string {
  if (value == null) return "";
  if (type === "time" && typeof value === "number" && Number.isFinite(value)) return isoText(value, zone);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * defused keeps a spreadsheet from taking a text for a formula: texts come from outside, and one that
 * begins with = would be computed when the file is opened. An apostrophe goes before it. Spreadsheets
 * take + - @ and their wide forms for = too, and some pass over blanks before them.
 */
export function defused(text: string): string {
  return /^(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/u.test(text) ? `'${text}` : text;
}

// A spreadsheet may part cells at a semicolon or a tab, too.
const quoted = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * csv writes all rows of a frame after RFC 4180: a header, CRLF, quotes where they are needed. A text
 * that a spreadsheet would compute, in the header as in a cell, is given an apostrophe. Numbers and times are left alone.
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

/** The longest name that every file system takes is 255 bytes; a letter may be four of them. */
const longestName = 55;

/**
 * fileName joins what a file is about to a name for it, without what file systems, shells and spreadsheets
 * give a meaning to: no separators, no marks of direction, nothing at the beginning but a letter or a digit.
 */
export function fileName(parts: readonly string[], ending: string): string {
  const safe = (text: string) => text.replace(/[^\p{L}\p{M}\p{N}._-]+/gu, " ").trim().replace(/^[^\p{L}\p{N}]+/u, "");
  const name = [...parts.map(safe).filter(Boolean).join(" - ")].slice(0, longestName).join("").trim();
  return `${name || "data"}${ending}`;
}
