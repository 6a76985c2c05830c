// What gauges and bar gauges say of their values to those who can't see the drawing, or want to know more.
import { valueText } from "../base/value";
import type { BarGaugeItem, GaugeItem } from "../types";
import { dataTable } from "./spoken";
import { tipContent } from "./tip";

type Meter = GaugeItem | BarGaugeItem;

const thresholds = (m: Meter) => ("marks" in m ? m.marks.map((mark) => mark.text).join(", ") : "");

/** meterTip is the tooltip of a dial or a bar: its value, the ends of its scale, and its thresholds. */
export function meterTip(m: Meter, title: string): Node {
  const marks = thresholds(m);
  const plain = (name: string, text: string) => ({ colour: "transparent", name, text });
  return tipContent("", [
    { colour: m.value.color ?? "", status: m.value.status, name: m.title || title, text: valueText(m.value), strong: true },
    plain("Scale", `${valueText(m.min)} to ${valueText(m.max)}`),
    ...(marks ? [plain("Thresholds", marks)] : []),
  ]);
}

/** meterTable is the table of dials or bars for screen readers. */
export function meterTable(title: string, meters: readonly Meter[]): HTMLElement {
  const marked = meters.some((m) => thresholds(m) !== "");
  return dataTable(title, ["Name", "Value", "From", "To", ...(marked ? ["Thresholds"] : [])],
    meters.map((m) => [m.title || title, valueText(m.value), valueText(m.min), valueText(m.max), ...(marked ? [thresholds(m)] : [])]));
}
