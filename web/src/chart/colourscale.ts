import { el, fill } from "../base/dom";
import { valueText } from "../base/value";
import type { HeatmapScale, Value } from "../types";
import { smooth } from "./gradient";

/** ScaleLegend is a strip of colours from the smallest to the largest value. */
export interface ScaleLegend {
  element: HTMLElement;
  show(scale: HeatmapScale): void;
  /** mark shows where a value is on the strip; null removes the mark. */
  mark(value: Value | null): void;
}

/** scaleLegend makes an empty strip. */
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
      fill(low, valueText(scale.min));
      fill(high, valueText(scale.max));
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

/** scalePlace returns where a value is between the scale's ends, from 0 to 1; null if it is not a number. */
export function scalePlace(scale: HeatmapScale, value: Value): number | null {
  const [min, max] = [scale.min.number, scale.max.number];
  if (value.number == null || min == null || max == null || max <= min) return null;
  return Math.min(1, Math.max(0, (value.number / 2 - min / 2) / (max / 2 - min / 2)));
}
