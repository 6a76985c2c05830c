import type { Value } from "../types";

/** valueText returns a value as readers see it, with its prefix and suffix. */
export function valueText(v: Value): string {
  return `${v.prefix ?? ""}${v.text}${v.suffix ?? ""}`;
}
