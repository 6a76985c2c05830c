import { el } from "../base/dom";
import type { Annotation } from "../types";

/** The most rows that a table for screen readers has. Nobody listens to more. The panel's inspector has all rows. */
const most = 300;

/** dataTable makes the table that tells screen readers what a chart shows. */
export function dataTable(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const cut = rows.length > most ? `. The latest ${most} of ${rows.length} values; inspect the panel for all` : "";
  return el("table", { class: "visually-hidden", "data-testid": "chart-data" },
    el("caption", {}, caption + cut),
    el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.slice(-most).map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))));
}

/** annotationTable makes the table of a chart's annotations for screen readers, null if there are none. */
export function annotationTable(annotations: readonly Annotation[] | null | undefined): HTMLElement | null {
  if (!annotations?.length) return null;
  const table = dataTable("Annotations", ["Time", "Name", "Text"], annotations.map((a) => [a.timeText, a.name, a.text]));
  table.dataset.testid = "chart-annotations";
  return table;
}
