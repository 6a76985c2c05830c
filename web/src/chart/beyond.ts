import type { Axis } from "../types";

/** liesBelow tells whether a value that lies beyond its axis lies below it. The program draws such a value at that end of the axis. */
export function liesBelow(drawn: number, axis: Pick<Axis, "min">): boolean {
  return drawn <= axis.min;
}
