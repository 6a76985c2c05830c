import type { Series } from "../types";

/** Piece says where a value begins and ends on its axis. */
export interface Piece {
  lo: number;
  hi: number;
}

/** Pieces are where the values of one series begin and end on their axis. They are kept in numbers alone, because a chart may have a quarter of a million. */
export class Pieces {
  private readonly lo: Float64Array;
  private readonly hi: Float64Array; // not a number where nothing is drawn

  constructor(count: number) {
    this.lo = new Float64Array(count);
    this.hi = new Float64Array(count).fill(NaN);
  }

  set(at: number, lo: number, hi: number): void {
    this.lo[at] = lo;
    this.hi[at] = hi;
  }

  /** has tells whether something is drawn of a value. */
  has(at: number): boolean { return !Number.isNaN(this.hi[at]); }
  low(at: number): number { return this.lo[at]; }
  high(at: number): number { return this.hi[at]; }

  /** at returns where a value is drawn, null if it is not drawn. */
  at(at: number): Piece | null {
    return this.has(at) ? { lo: this.lo[at], hi: this.hi[at] } : null;
  }
}

/**
 * pieces returns where each value is drawn, by series: from zero, or from the top of its stack. The server decides
 * what is drawn of a value, such as a share or the value with its sign turned.
 */
export function pieces(series: readonly Series[], count: number): Pieces[] {
  const totals = new Map<string, Float64Array>();
  return series.map((s) => {
    const heights = s.plot ?? s.values;
    let total = s.stack ? totals.get(stackKey(s)) : undefined;
    if (s.stack && !total) totals.set(stackKey(s), (total = new Float64Array(count)));
    const out = new Pieces(count);
    for (let at = 0; at < count; at++) {
      const height = heights[at];
      if (height == null) continue;
      const lo = total ? total[at] : 0;
      if (total) total[at] += height;
      out.set(at, lo, lo + height);
    }
    return out;
  });
}

/** stackKey names the stack of a series. Stacks of the same name on two axes are two stacks. */
export function stackKey(s: Series): string {
  return `${s.axis} ${s.stack}`;
}
