// Colours arrive as hex and are drawn as they are. Only a coloured text is changed, because it must be
// read: its lightness moves, at the same hue, until it contrasts with what is behind it.

export type RGB = [number, number, number];

/** parse reads #rgb, #rrggbb and #rrggbbaa, of which it ignores the transparency. It returns null for anything else. */
export function parse(colour: string | null | undefined): RGB | null {
  const m = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(colour ?? "");
  if (!m) return null;
  const hex = m[1].length === 3 ? [...m[1]].map((c) => c + c).join("") : m[1];
  return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) as RGB;
}

export function hex(rgb: RGB): string {
  return "#" + rgb.map((v) => Math.round(Math.min(255, Math.max(0, v))).toString(16).padStart(2, "0")).join("");
}

/** alpha makes a colour transparent. It returns a colour that is not hex as it is. */
export function alpha(colour: string, opacity: number): string {
  const rgb = parse(colour);
  return rgb ? `rgba(${rgb.join(",")},${Math.min(1, Math.max(0, opacity))})` : colour;
}

/** over returns the colour that is seen when top covers bottom with an opacity from 0 to 1. */
export function over(top: string, bottom: string, opacity: number): string {
  const a = parse(top);
  const b = parse(bottom);
  if (!a || !b) return bottom;
  return hex(a.map((v, i) => v * opacity + b[i] * (1 - opacity)) as RGB);
}

const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const gamma = (v: number) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

function luminance(rgb: RGB): number {
  const [r, g, b] = rgb.map((v) => linear(v / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** contrast returns the contrast ratio of WCAG 2, from 1 to 21. */
export function contrast(a: RGB, b: RGB): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

// OKLab (Ottosson 2020), in which lightness can move without the hue drifting.
function toLab(rgb: RGB): RGB {
  const [r, g, b] = rgb.map((v) => linear(v / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([L, A, B]: RGB): RGB {
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3;
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3;
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => 255 * gamma(Math.min(1, Math.max(0, v)))) as RGB;
}

/** The contrast that text needs with its background (WCAG 2 AA). */
export const textContrast = 4.5;

/**
 * readable moves a colour's lightness away from the background's until the contrast is enough. It
 * returns a colour that has enough contrast, or that is not hex, as it is.
 */
export function readable(colour: string, background: string, ratio = textContrast): string {
  const text = parse(colour);
  const behind = parse(background);
  if (!text || !behind || contrast(text, behind) >= ratio) return colour;
  const [start, a, b] = toLab(text);
  const towards = contrast([255, 255, 255], behind) > contrast([0, 0, 0], behind) ? 1 : 0;
  for (let step = 1; step <= 50; step++) {
    const share = step / 50;
    // Chroma shrinks towards black and white. Without that, clipping would change the hue there.
    const fade = 1 - 0.6 * share * share;
    const moved = fromLab([start + (towards - start) * share, a * fade, b * fade]);
    const rounded = parse(hex(moved))!;
    if (contrast(rounded, behind) >= ratio) return hex(rounded);
  }
  return towards ? "#ffffff" : "#000000";
}

/** textColourOn returns black or white, whichever is easier to read on a background. */
export function textColourOn(background: string): string {
  const behind = parse(background);
  if (!behind) return "#ffffff";
  return contrast([255, 255, 255], behind) >= contrast([16, 20, 26], behind) ? "#ffffff" : "#10141a";
}
