import type { Value } from "../types";

/** words is a value as it is read. */
export function words(v: Value): string {
  return `${v.prefix ?? ""}${v.text}${v.suffix ?? ""}`;
}
