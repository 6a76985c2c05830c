// Colour is never the only sign. What is red is hatched too, and what is yellow or orange is dashed, so that
// readers who can't tell red from green see the difference, and so does a printer without colours.
import { alpha, parse } from "../base/colour";

/** Marking is how a colour is drawn: hatched for red, dashed for yellow and orange, plain for all others. */
export type Marking = "hatched" | "dashed" | "plain";

/** A colour with less saturation looks grey or brown and has no marking. */
const leastSaturation = 0.5;

/** markingOf returns the marking of a colour. */
export function markingOf(colour: string | null | undefined): Marking {
  const rgb = parse(colour);
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

/** A fill of a shape on the canvas: a colour, or a pattern that is repeated. */
type Fill = string | { image: HTMLCanvasElement; repeat: "repeat" };

/**
 * markedFills returns a function that fills shapes of the canvas with a colour and its marking. ground is the
 * colour in the gaps. Call it once for a drawing: all shapes of a colour share one pattern.
 */
export function markedFills(ground: string): (colour: string, opacity: number) => Fill {
  const made = new Map<string, Fill>();
  return (colour, opacity) => {
    const key = `${colour} ${opacity}`;
    const fill = made.get(key) ?? patternOf(colour, opacity, ground);
    made.set(key, fill);
    return fill;
  };
}

function patternOf(colour: string, opacity: number, ground: string): Fill {
  const marking = markingOf(colour);
  if (marking === "plain") return alpha(colour, opacity);
  const image = document.createElement("canvas");
  image.width = image.height = tile.size;
  const pen = image.getContext("2d");
  if (!pen) return alpha(colour, opacity);
  pen.fillStyle = alpha(colour, opacity);
  pen.fillRect(0, 0, tile.size, tile.size);
  pen.strokeStyle = pen.fillStyle = ground;
  pen.lineWidth = tile.gap;
  if (marking === "dashed") pen.fillRect(0, 0, tile.size, tile.gap);
  else {
    // The lines in the corners make the diagonal continue from tile to tile.
    pen.beginPath();
    for (const shift of [-tile.size, 0, tile.size]) {
      pen.moveTo(shift - 1, tile.size + 1);
      pen.lineTo(shift + tile.size + 1, -1);
    }
    pen.stroke();
  }
  return { image, repeat: "repeat" };
}
