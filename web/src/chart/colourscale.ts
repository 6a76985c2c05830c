import { el, fill } from "../base/dom";
import { words } from "../base/value";
import type { HeatmapScale, Value } from "../types";
import { smooth } from "./gradient";

/** ScaleLegend is a strip of colour from the least to the greatest value. */
export interface ScaleLegend {
  element: HTMLElement;
  show(scale: HeatmapScale): void;
  /** mark shows where a value lies on it; null takes the mark away. */
  mark(value: Value | null): void;
}

/** scaleLegend makes an empty one. */
export function scaleLegend(): ScaleLegend {
  const strip = el("span", { class: "scale-strip", "aria-hidden": "true" });
  const pin = el("span", { class: "scale-pin", hidden: true });
  const [low, high] = [el("span"), el("span")];
  const element = el("div", { class: "scale" }, low, el("span", { class: "scale-box" }, strip, pin), high);
  let shown: HeatmapScale | null = null;
  return {
    element,
    show(scale) {
      shown = scale;
      element.hidden = !scale.show || scale.stops.length === 0;
      fill(low, words(scale.min));
      fill(high, words(scale.max));
      strip.style.background = scale.stops.length > 1 ? smooth(scale.stops, "to right") : scale.stops[0]?.color ?? "";
      pin.hidden = true;
    },
    mark(value) {
      const at = shown && value ? scalePlace(shown, value) : null;
      pin.hidden = at == null;
      if (at != null) pin.style.left = `${at * 100}%`;
    },
  };
}

/** scalePlace is where a value lies between the scale's ends, 0 to 1; null where there is no number. */
export function scalePlace(scale: HeatmapScale, value: Value): number | null {
  const [min, max] = [scale.min.number, scale.max.number];
  if (value.number == null || min == null || max == null || max <= min) return null;
  return Math.min(1, Math.max(0, (value.number / 2 - min / 2) / (max / 2 - min / 2)));
}
