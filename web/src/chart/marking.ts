// Colour is never the only sign of how good or bad a value is. Where a threshold or a value mapping makes a
// value red, it is hatched too, and where it makes it yellow or orange, it is dashed. So readers who can't tell
// red from green see the difference, and so does a printer without colours. A colour that only tells series
// apart has no marking: an orange line is no warning.
import { alpha, parse } from "../base/colour";
import { svg } from "../base/svg";
import type { Series } from "../types";
import type { Fill, Pen } from "./pen";

/** Marking is how a status is drawn: hatched if its colour is red, dashed if it is yellow or orange, plain for all others. */
export type Marking = "hatched" | "dashed" | "plain";

/** A colour with less saturation looks grey or brown and has no marking. */
const leastSaturation = 0.5;

/** Hue is a colour, and whether it says how good or bad a value is. */
export interface Hue {
  colour: string;
  status?: boolean;
}

/** hueAt returns the colour of a value of a series. */
export function hueAt(s: Series, index: number): Hue {
  const own = s.colors?.[index];
  return own ? { colour: own, status: s.statuses?.[index] } : { colour: s.color, status: s.status };
}

/** markingOf returns the marking of a colour, which is plain unless the colour is that of a status. */
export function markingOf(colour: string | null | undefined, status: boolean | undefined): Marking {
  const rgb = status ? parse(colour) : null;
  if (!rgb) return "plain";
  const [most, least] = [Math.max(...rgb), Math.min(...rgb)];
  const saturation = (most - least) / (255 - Math.abs(most + least - 255) || 1);
  if (saturation < leastSaturation) return "plain";
  const [r, g, b] = rgb;
  const sector = most === r ? (g - b) / (most - least) : most === g ? 2 + (b - r) / (most - least) : 4 + (r - g) / (most - least);
  const hue = (60 * sector + 360) % 360;
  return hue >= 340 || hue < 20 ? "hatched" : hue < 65 ? "dashed" : "plain";
}

/** The size of a pattern's tile, and how much of it is a gap, in pixels. */
const tile = { size: 6, gap: 2 };

/**
 * markedFills returns a function that fills shapes of the canvas with a colour and its marking. ground is the
 * colour in the gaps. Call it once for a drawing: all shapes of a colour share one pattern.
 */
export function markedFills(pen: Pen, ground: string): (hue: Hue, opacity: number) => Fill {
  const made = new Map<string, Fill>();
  return ({ colour, status }, opacity) => {
    const key = `${colour} ${status} ${opacity}`;
    const fill = made.get(key) ?? patternOf(pen, { colour, status }, opacity, ground);
    made.set(key, fill);
    return fill;
  };
}

function patternOf(pen: Pen, { colour, status }: Hue, opacity: number, ground: string): Fill {
  const marking = markingOf(colour, status);
  if (marking === "plain") return alpha(colour, opacity);
  // The tile has the sharpness of the canvas, so that its edges are not blurred.
  const pixels = Math.max(1, Math.round(tile.size * pen.sharpness));
  const image = document.createElement("canvas");
  image.width = image.height = pixels;
  const on = image.getContext("2d");
  if (!on) return alpha(colour, opacity);
  on.scale(pixels / tile.size, pixels / tile.size);
  on.fillStyle = alpha(colour, opacity);
  on.fillRect(0, 0, tile.size, tile.size);
  on.strokeStyle = on.fillStyle = ground;
  on.lineWidth = tile.gap;
  if (marking === "dashed") on.fillRect(0, 0, tile.size, tile.gap);
  else {
    // The lines in the corners make the diagonal continue from tile to tile.
    on.beginPath();
    for (const shift of [-tile.size, 0, tile.size]) {
      on.moveTo(shift - 1, tile.size + 1);
      on.lineTo(shift + tile.size + 1, -1);
    }
    on.stroke();
  }
  const pattern = pen.on.createPattern(image, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(tile.size / pixels));
  return pattern ?? alpha(colour, opacity);
}

/**
 * svgPattern makes a pattern with an id that fills the shapes of an SVG drawing with a colour and its marking.
 * ground is the colour in the gaps.
 */
export function svgPattern(id: string, colour: string, marking: Exclude<Marking, "plain">, opacity: number, ground: string): SVGElement {
  const { size, gap } = tile;
  return svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: marking === "hatched" ? "rotate(45)" : null },
    svg("rect", { width: size, height: size, fill: colour, "fill-opacity": opacity }),
    svg("rect", marking === "hatched" ? { width: gap, height: size, fill: ground } : { width: size, height: gap, fill: ground }));
}
