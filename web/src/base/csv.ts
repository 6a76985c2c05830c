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
 * plain keeps a spreadsheet from taking a text for a formula: texts come from outside, and one that
 * begins with = would be computed when the file is opened. Numbers and times are left alone.
 */
const plain = (text: string, type: string | undefined) =>
  type !== "number" && type !== "time" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * csv writes all rows of a frame after RFC 4180: a header, CRLF, quotes where they are needed. A text
 * that a spreadsheet would compute is given an apostrophe.
 */
export function csv(frame: Frame, zone: string): string {
  const data = columns(frame);
  const fields = frame.schema?.fields ?? [];
  const lines = [data.map((_, i) => quoted(fieldTitle(frame, i))).join(",")];
  for (let row = 0; row < rowCount(frame); row++)
    lines.push(data.map((column, i) => quoted(plain(raw(column[row], fields[i]?.type, zone), fields[i]?.type))).join(","));
  return lines.join("\r\n") + "\r\n";
}
