import type { Series } from "../types";

/** Piece says where a value begins and ends on its axis. */
export interface Piece {
  lo: number;
  hi: number;
}

/**
 * pieces returns where each value is drawn, by series and instant: from zero, or from the top of its
 * stack. The server decides what is drawn of a value, such as a share or the value with its sign turned.
 */
export function pieces(series: readonly Series[], count: number): (Piece | null)[][] {
  const totals = new Map<string, Float64Array>();
  return series.map((s) => {
    const heights = s.plot ?? s.values;
    let total = s.stack ? totals.get(stackKey(s)) : undefined;
    if (s.stack && !total) totals.set(stackKey(s), (total = new Float64Array(count)));
    return Array.from({ length: count }, (_, at) => {
      const height = heights[at];
      if (height == null) return null;
      const lo = total ? total[at] : 0;
      if (total) total[at] += height;
      return { lo, hi: lo + height };
    });
  });
}

/** stackKey names the stack of a series. Stacks of the same name on two axes are two stacks. */
export function stackKey(s: Series): string {
  return `${s.axis} ${s.stack}`;
}
