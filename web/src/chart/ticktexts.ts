// The texts at the ticks of an axis. A text that is too long is shortened in a way that leaves it different from the others.
import { shortened } from "./fit";

/** A text with a number in it: what is before it, the number, and what follows, such as a unit. */
const numbered = /^([^\d-]*)(-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)(.*)$/i;

/**
 * tickTexts shortens the texts of an axis if one of them is wider than a room. It then writes their numbers with an
 * exponent, with as few digits as tell them apart, and cuts what is still too long.
 */
export function tickTexts(texts: readonly string[], room: number, measure: (text: string) => number): string[] {
  if (texts.every((t) => measure(t) <= room)) return [...texts];
  return (briefly(texts) ?? texts).map((t) => shortened(t, room, measure));
}

function briefly(texts: readonly string[]): string[] | null {
  const parts = texts.map((t) => numbered.exec(t));
  if (parts.some((p) => p == null)) return null;
  const distinct = new Set(texts).size;
  for (let digits = 0; digits <= 12; digits++) {
    const brief = parts.map((p) => {
      const number = Number(p![2].replaceAll(",", ""));
      return p![1] + (number === 0 ? "0" : number.toExponential(digits)) + p![3];
    });
    if (new Set(brief).size === distinct) return brief;
  }
  return null;
}
