import type { View } from "../types";
import { barchart } from "./barchart";
import { bargauge } from "./bargauge";
import { gauge } from "./gauge";
import { heatmap } from "./heatmap";
import type { Kind } from "./kind";
import { message } from "./message";
import { piechart } from "./piechart";
import { stat } from "./stat";
import { stateTimeline } from "./statetimeline";
import { table } from "./table";
import { text } from "./text";
import { timeseries } from "./timeseries";

// One line for each kind of drawing, by the part of the view that it draws.
const kinds = {
  stat, timeseries, stateTimeline, table, text, gauge, bargauge, barchart, piechart, heatmap,
} satisfies Partial<Record<keyof View, Kind>>;

/** kindOf finds the drawing for a view; what has none is a message. */
export function kindOf(view: View | null | undefined): Kind {
  for (const [part, kind] of Object.entries(kinds)) if (view?.[part as keyof typeof kinds] != null) return kind;
  return message;
}
