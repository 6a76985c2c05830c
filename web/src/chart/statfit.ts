// The font sizes of a stat panel. Texts are as large as their box allows. A text is made smaller before it is cut.

/** The smallest font size, in pixels. A text that does not fit at this size is cut. */
const least = 12;

/** The font size of values in a box that scrolls, in pixels. */
const scrolled = 16;

/** The height of a line, divided by its font size. */
const line = 1.15;

/** The smallest font size of facts, in pixels. */
const smallestFact = 11;

/** The height of a line of facts, divided by its font size. */
const factLine = 1.35;

/** The gaps between items and between facts, in pixels. */
export const itemGap = 16;
export const factGap = 14;

/** The share of its room that a text may take. The measured width is not exact. */
const spare = 0.97;

/** largest returns the font size of a text in a box. width is the text's width divided by its font size. */
export function largest(width: number, room: number, height: number, most: number): number {
  const fitting = Math.min((room * spare) / Math.max(0.01, width), height / line);
  return Math.max(least, Math.min(most, fitting));
}

/** Tile holds the font sizes of a tile: of its main text, and of the facts below that. */
export interface Tile {
  main: number;
  facts: number;
}

/**
 * tileSizes sizes the texts of a tile. The facts get a size that fits the tile, smaller if one would be
 * cut, and the main text gets the rest of the tile. Widths are divided by the font size.
 */
export function tileSizes(main: number, facts: readonly number[], room: number, height: number, most: number, largestFact: number): Tile {
  const widest = Math.max(0.01, ...facts);
  const lines = (fact: number): number => {
    let count = facts.length > 0 ? 1 : 0;
    let used = 0;
    for (const f of facts) {
      if (used > 0 && used + factGap + f * fact > room) [count, used] = [count + 1, 0];
      used += (used > 0 ? factGap : 0) + f * fact;
    }
    return count;
  };
  const high = (fact: number) => lines(fact) * fact * factLine;
  let fact = Math.max(smallestFact, Math.min(largestFact, height * 0.22, Math.max(12, room * 0.044), (room * spare) / widest));
  // Many facts take several lines. They are made smaller before the last line is cut.
  while (fact > smallestFact && high(fact) + least * line > height) fact = Math.max(smallestFact, fact - 0.5);
  return { facts: fact, main: largest(main, room, Math.max(0, height - high(fact)), most) };
}

/** Grid says how items are laid out: in how many columns, and with which font size of their values. */
export interface Grid {
  columns: number;
  size: number;
}

/**
 * gridOf finds the number of columns for which the values are largest. The way "stacked" asks for one
 * column, and "row" for one row. A name takes a line above its value.
 */
export function gridOf(widths: readonly number[], named: boolean, way: "stacked" | "row" | "auto", room: number, height: number, most: number): Grid {
  const count = Math.max(1, widths.length);
  const widest = Math.max(0.01, ...widths);
  const across = (columns: number) => (((room - itemGap * (columns - 1)) / columns) * spare) / widest;
  const size = (columns: number) => {
    const rows = Math.ceil(count / columns);
    const high = (height - 8 * (rows - 1)) / rows - (named ? 18 : 0);
    return Math.min(across(columns), high / line, most);
  };
  const wanted = way === "stacked" ? 1 : count;
  let best = { columns: wanted, size: size(wanted) };
  // If the values can't be read in the layout that was asked for, another one is taken.
  if (way === "auto" || best.size < least)
    for (let columns = 1; columns <= count; columns++) if (size(columns) > best.size + 0.01) best = { columns, size: size(columns) };
  // If there are too many values for the box, it scrolls. They get as many columns as can be read.
  if (best.size < least) {
    best.columns = 1;
    while (best.columns < count && across(best.columns + 1) >= scrolled) best.columns++;
  }
  return { columns: best.columns, size: Math.max(least, Math.min(best.size < least ? scrolled : best.size, across(best.columns))) };
}
