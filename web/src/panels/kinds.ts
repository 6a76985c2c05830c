import type { Drawing, Kind, Surroundings } from "../chart/drawing";
import type { Panel, View } from "../types";
import { barchart } from "./barchart";
import { bargauge } from "./bargauge";
import { gauge } from "./gauge";
import { heatmap } from "./heatmap";
import { message } from "./message";
import { piechart } from "./piechart";
import { stat } from "./stat";
import { stateTimeline } from "./statetimeline";
import { table } from "./table";
import { text } from "./text";
import { timeseries } from "./timeseries";

/** The fields of a view that hold a drawing, one for each panel kind: they are its only objects. */
type Part = { [P in keyof View]-?: NonNullable<View[P]> extends string | unknown[] ? never : P }[keyof View];

/**
 * The panel kinds, by the field of the view that they draw. A field without a kind, or a kind that draws
 * something else than its field, does not compile.
 */
const kinds: { [P in Part]: Kind<NonNullable<View[P]>> } = {
  stat, timeseries, stateTimeline, table, text, gauge, bargauge, barchart, piechart, heatmap,
};

/** A panel's drawing, whatever its kind. */
export interface PanelDrawing extends Pick<Drawing<unknown>, "fit" | "dispose" | "need"> {
  draw(panel: Panel): void;
}

/** kindOf names the kind that draws a view, or "message" where there is nothing to draw. */
export function kindOf(view: View | null | undefined): Part | "message" {
  return (Object.keys(kinds) as Part[]).find((part) => view?.[part] != null) ?? "message";
}

/** startDrawing starts a drawing of a kind in an empty box. */
export function startDrawing<P extends Part>(kind: P | "message", box: HTMLElement, around: Surroundings): PanelDrawing {
  if (kind === "message") return message(box);
  const drawing = kinds[kind](box, around);
  return {
    draw: (panel) => drawing.draw(panel.view![kind]!, panel),
    fit: () => drawing.fit(),
    dispose: () => drawing.dispose(),
    ...(drawing.need ? { need: () => drawing.need!() } : {}),
  };
}
