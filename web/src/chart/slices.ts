// A pie's slices go clockwise from the top. Each is as wide as its share.

const start = -Math.PI / 2;

/** Arc holds the two angles of a slice, in radians clockwise from the right. */
export interface Arc {
  from: number;
  to: number;
}

/** arcs turns shares of the whole into angles. A share of 0 has no arc. */
export function arcs(shares: readonly number[]): (Arc | null)[] {
  let done = 0;
  return shares.map((share) => {
    if (!(share > 0)) return null;
    const from = start + 2 * Math.PI * done;
    done += share;
    return { from, to: start + 2 * Math.PI * Math.min(1, done) };
  });
}

/** arcAt returns the index of the slice at a distance x and y from the centre, -1 if there is none. */
export function arcAt(all: readonly (Arc | null)[], inner: number, outer: number, x: number, y: number): number {
  const distance = Math.hypot(x, y);
  if (distance < inner || distance > outer) return -1;
  let angle = Math.atan2(y, x);
  if (angle < start) angle += 2 * Math.PI;
  return all.findIndex((a) => a != null && angle >= a.from && angle < a.to);
}

/**
 * labelFits tells whether a box of text fits into a slice: all its corners are inside the slice and the
 * ring. The box's middle is at the radius, halfway between the slice's edges.
 */
export function labelFits(arc: Arc, inner: number, outer: number, radius: number, width: number, height: number): boolean {
  const middle = (arc.from + arc.to) / 2;
  const half = (arc.to - arc.from) / 2;
  const [cx, cy] = [radius * Math.cos(middle), radius * Math.sin(middle)];
  for (const sx of [-0.5, 0.5])
    for (const sy of [-0.5, 0.5]) {
      const [x, y] = [cx + sx * width, cy + sy * height];
      const distance = Math.hypot(x, y);
      if (distance < inner + 1 || distance > outer - 1) return false;
      if (half >= Math.PI) continue;
      const off = Math.abs(Math.atan2(Math.sin(Math.atan2(y, x) - middle), Math.cos(Math.atan2(y, x) - middle)));
      if (off > half - 1 / Math.max(1, distance)) return false;
    }
  return true;
}
