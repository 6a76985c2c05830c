// How large the texts of a stat panel are: as large as its box lets them be, and never cut while they can be read.

/** The sizes of type, in pixels. Below the least a text is cut rather than made smaller. */
const least = 12;

/** How high a line is, for each pixel of its size. */
const line = 1.15;

/** What stands between items, and between facts, in pixels. */
export const itemGap = 16;
export const factGap = 14;

/** A text's box is this much narrower than its room, for what the measure doesn't know. */
const spare = 0.97;

/** largest is the size of a text that is width wide for each pixel of its size, in a box. */
export function largest(width: number, room: number, height: number, most: number): number {
  const fitting = Math.min((room * spare) / Math.max(0.01, width), height / line);
  return Math.max(least, Math.min(most, fitting));
}

/** Tile is the sizes of a tile: what it says first, and the facts below. */
export interface Tile {
  main: number;
  facts: number;
}

/**
 * tileSizes gives the facts the size that the tile's says, smaller where one would be cut, and what is said first
 * the rest of the tile. Widths are for each pixel of size.
 */
export function tileSizes(main: number, facts: readonly number[], room: number, height: number, most: number, largestFact: number): Tile {
  const widest = Math.max(0.01, ...facts);
  const fact = Math.max(11, Math.min(largestFact, height * 0.17, Math.max(12, room * 0.044), (room * spare) / widest));
  let lines = facts.length > 0 ? 1 : 0;
  let used = 0;
  for (const f of facts) {
    if (used > 0 && used + factGap + f * fact > room) [lines, used] = [lines + 1, 0];
    used += (used > 0 ? factGap : 0) + f * fact;
  }
  return { facts: fact, main: largest(main, room, Math.max(0, height - lines * fact * 1.5), most) };
}

/** Grid is how items stand: in so many columns, with values of one size. */
export interface Grid {
  columns: number;
  size: number;
}

/**
 * gridOf finds the columns in which the values are largest. stacked and row say which alone is wanted; names
 * take a line above the values.
 */
export function gridOf(widths: readonly number[], named: boolean, way: "stacked" | "row" | "auto", room: number, height: number, most: number): Grid {
  const count = Math.max(1, widths.length);
  const widest = Math.max(0.01, ...widths);
  const size = (columns: number) => {
    const rows = Math.ceil(count / columns);
    const [wide, high] = [(room - itemGap * (columns - 1)) / columns, (height - 8 * (rows - 1)) / rows - (named ? 18 : 0)];
    return Math.min((wide * spare) / widest, high / line, most);
  };
  const wanted = way === "stacked" ? 1 : count;
  let best = { columns: wanted, size: size(wanted) };
  // What can't be read as it was wanted is set in another way.
  if (way === "auto" || best.size < least)
    for (let columns = 1; columns <= count; columns++) if (size(columns) > best.size + 0.01) best = { columns, size: size(columns) };
  return { columns: best.columns, size: Math.max(least, best.size) };
}
