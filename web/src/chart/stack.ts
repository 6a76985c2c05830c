import type { Series } from "../types";

/** Where a stacked value begins and ends on its axis. */
export interface Piece {
  lo: number;
  hi: number;
}

/** signed is a value as it is drawn: a series that is turned over is drawn below zero. */
export function signed(series: Series, value: number | null | undefined): number | null {
  if (value == null || !Number.isFinite(value)) return null;
  return series.transformNegative ? -value : value;
}

/**
 * pieces gives each value's place: from zero up to it, or on top of what is stacked below it.
 * Positive and negative values stack away from zero, each on its own side. A stack in percent
 * shows shares of the whole, from 0 to 1.
 */
export function pieces(series: readonly Series[], count: number): (Piece | null)[][] {
  const out: (Piece | null)[][] = series.map(() => new Array<Piece | null>(count).fill(null));
  const groups = new Map<string, number[]>();
  series.forEach((s, i) => {
    const key = s.stack ? `${s.axis} ${s.stack}` : `alone ${i}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  for (const members of groups.values())
    for (let at = 0; at < count; at++) {
      const values = members.map((i) => signed(series[i], series[i].values[at]));
      const whole = values.reduce<number>((sum, v) => sum + Math.abs(v ?? 0), 0);
      let up = 0;
      let down = 0;
      members.forEach((i, m) => {
        let v = values[m];
        if (v == null) return;
        if (series[i].stackPercent) v = whole === 0 ? 0 : v / whole;
        const base = v < 0 ? down : up;
        out[i][at] = { lo: base, hi: base + v };
        if (v < 0) down += v;
        else up += v;
      });
    }
  return out;
}
