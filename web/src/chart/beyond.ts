import type { Axis } from "../types";

/**
 * liesBelow tells whether a value beyond the ends of its axis is below it. The server sends such a value
 * as the end of the axis at which it is drawn.
 */
export function liesBelow(drawn: number, axis: Pick<Axis, "min">): boolean {
  return drawn <= axis.min;
}
