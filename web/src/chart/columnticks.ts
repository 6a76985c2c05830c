import type { Axis, Tick } from "../types";

interface Span {
  from: number;
  to: number;
}

/**
 * columnTicks moves each label of a heatmap's axis under the middle of the column that it names. A year
 * at the left edge of its column would look like the border between two years. All ticks stay where they
 * are if one of them names no column or does not fit under its own.
 */
export function columnTicks(axis: Axis, columns: readonly Span[], density: number, width: (text: string) => number): Tick[] {
  const taken = new Set<Span>();
  const moved: Tick[] = [];
  for (const tick of axis.ticks) {
    const column = columns.find((c) => Math.abs(tick.value - c.from) <= (c.to - c.from) * 0.15);
    if (!column) {
      if (columns.some((c) => tick.value > c.from && tick.value < c.to)) return axis.ticks;
      continue; // it is beside all columns and names none
    }
    const [from, to] = [Math.max(axis.min, column.from), Math.min(axis.max, column.to)];
    if (taken.has(column) || (to - from) * density < width(tick.text) + 6) return axis.ticks;
    taken.add(column);
    moved.push({ ...tick, value: (from + to) / 2 });
  }
  return moved.length > 0 ? moved : axis.ticks;
}
