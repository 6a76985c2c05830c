import type { Series } from "../types";

/** Where a stacked value begins and ends on its axis. */
export interface Piece {
  lo: number;
  hi: number;
}

/**
 * pieces gives each value's place: from zero up to it, or on top of what its stack holds already.
 * What is drawn of a value (a share, a turned sign) is the program's to say.
 */
export function pieces(series: readonly Series[], count: number): (Piece | null)[][] {
  const heaps = new Map<string, Float64Array>();
  return series.map((s) => {
    const heights = s.plot ?? s.values;
    let heap = s.stack ? heaps.get(heapOf(s)) : undefined;
    if (s.stack && !heap) heaps.set(heapOf(s), (heap = new Float64Array(count)));
    return Array.from({ length: count }, (_, at) => {
      const height = heights[at];
      if (height == null) return null;
      const lo = heap ? heap[at] : 0;
      if (heap) heap[at] += height;
      return { lo, hi: lo + height };
    });
  });
}

/** heapOf names what a series is stacked into: its stack, on its axis. */
export function heapOf(s: Series): string {
  return `${s.axis} ${s.stack}`;
}
