// Arcs on the screen. Angles are in radians, clockwise from the right, because y points down.

const n = (v: number) => String(Math.round(v * 100) / 100);

/** polar returns the point at an angle and a distance from a centre. */
export function polar(cx: number, cy: number, r: number, angle: number): [number, number] {
  return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
}

/**
 * sector returns the path of a piece of a ring, or of a pie if inner is 0. A piece never goes more than
 * once around. A piece without an angle has an empty path.
 */
export function sector(cx: number, cy: number, inner: number, outer: number, from: number, to: number): string {
  const turn = Math.min(to - from, 2 * Math.PI);
  if (!(turn > 0) || !(outer > 0)) return "";
  // SVG draws nothing for an arc that ends where it begins, so a whole ring is drawn as two halves.
  if (turn > 2 * Math.PI - 1e-6) {
    const middle = from + Math.PI;
    return sector(cx, cy, inner, outer, from, middle) + sector(cx, cy, inner, outer, middle, from + 2 * Math.PI - 1e-9);
  }
  const large = turn > Math.PI ? 1 : 0;
  const at = (r: number, angle: number) => polar(cx, cy, r, angle).map(n).join(" ");
  const out = `M${at(outer, from)}A${n(outer)} ${n(outer)} 0 ${large} 1 ${at(outer, from + turn)}`;
  if (inner <= 0) return `${out}L${n(cx)} ${n(cy)}Z`;
  return `${out}L${at(inner, from + turn)}A${n(inner)} ${n(inner)} 0 ${large} 0 ${at(inner, from)}Z`;
}
