import { el, fill } from "../base/dom";
import { currentZoom } from "../base/zoom";
import { shortenedNames } from "./fit";
import type { Fitting } from "./fitting";
import { textWidth } from "./themecolours";

/**
 * cutNames shortens names that are too long for their elements, so that they still differ. Screen readers get the whole
 * names.
 */
export function* cutNames(elements: readonly HTMLElement[], names: readonly string[]): Fitting {
  if (elements.length === 0 || elements.length !== names.length) return;
  elements.forEach((e, i) => fill(e, names[i]));
  yield;
  const style = getComputedStyle(elements[0]);
  const [font, size, weight] = [style.fontFamily, Number.parseFloat(style.fontSize) / currentZoom(), Number(style.fontWeight) || 400];
  const rooms = elements.map((e) => (e.scrollWidth > e.clientWidth ? e.clientWidth : Infinity));
  yield;
  const room = Math.min(...rooms);
  if (room === Infinity) return;
  const cut = shortenedNames(names, room, (t) => textWidth(t, font, size, weight));
  elements.forEach((e, i) => {
    if (rooms[i] !== Infinity && cut[i] !== names[i]) fill(e, el("span", { "aria-hidden": "true" }, cut[i]), el("span", { class: "visually-hidden" }, names[i]));
  });
}
