// Arcs on the screen: angles in radians, clockwise from the right, since y points down.

const n = (v: number) => String(Math.round(v * 100) / 100);

/** polar is the place at an angle and a distance from a centre. */
export function polar(cx: number, cy: number, r: number, angle: number): [number, number] {
  return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
}

/**
 * sector is the path of a piece of a ring, or of a pie where inner is 0. Twice around or more is once
 * around; nothing is an empty path.
 */
export function sector(cx: number, cy: number, inner: number, outer: number, from: number, to: number): string {
  const turn = Math.min(to - from, 2 * Math.PI);
  if (!(turn > 0) || !(outer > 0)) return "";
  // An arc that ends where it begins is none, so a whole ring is two halves.
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
