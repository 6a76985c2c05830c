// The heights of a section's panels. A panel that has little to show gives its room back where its neighbours can, too.

/** The height of a unit of the grid and the gap between two units, in pixels. */
const unit = { height: 30, gap: 8 };

/** Placed says where a panel is in its section, in units of the grid, and how many pixels it needs: null means all that it has. */
export interface Placed {
  y: number;
  h: number;
  need: number | null;
}

/** Tracks are the rows of a section's grid: their heights in pixels, and for each panel its first row and its last. */
export interface Tracks {
  heights: number[];
  places: { first: number; last: number }[];
}

/** heightOf returns how many pixels a number of units takes. */
export function heightOf(units: number): number {
  return units * (unit.height + unit.gap) - unit.gap;
}

/**
 * tracks returns the rows of a section. A row ends wherever a panel begins or ends. Starting from the bottom, each row
 * becomes as low as all panels in it allow, so panels beside each other keep their common edges.
 */
export function tracks(panels: readonly Placed[]): Tracks {
  const edges = [...new Set([0, ...panels.flatMap((p) => [p.y, p.y + p.h])])].sort((a, b) => a - b);
  const places = panels.map((p) => ({ first: edges.indexOf(p.y), last: edges.indexOf(p.y + p.h) - 1 }));
  const heights = edges.slice(1).map((edge, i) => heightOf(edge - edges[i]));
  const spare = panels.map((p) => (p.need == null ? 0 : Math.max(0, heightOf(p.h) - Math.ceil(p.need))));
  for (let row = heights.length - 1; row >= 0; row--) {
    const inRow = panels.map((_, i) => i).filter((i) => places[i].first <= row && row <= places[i].last);
    if (inRow.length === 0) continue;
    const cut = Math.min(heights[row], ...inRow.map((i) => spare[i]));
    heights[row] -= cut;
    for (const i of inRow) spare[i] -= cut;
  }
  return { heights, places };
}

/** extent returns how many pixels a panel takes in its rows. */
export function extent({ heights, places }: Tracks, panel: number): number {
  const { first, last } = places[panel];
  return heights.slice(first, last + 1).reduce((sum, h) => sum + h, 0) + unit.gap * (last - first);
}
