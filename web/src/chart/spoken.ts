import { el } from "../base/dom";
import type { Annotation } from "../types";

/** The most rows that a table for screen readers has. Nobody listens to more. The panel's inspector has all rows. */
export const mostTold = 300;

/** dataTable makes the table that tells screen readers what a chart shows. rows are the latest ones of a number of rows, or all of them. */
export function dataTable(caption: string, head: readonly string[], rows: readonly (readonly string[])[], count = rows.length): HTMLElement {
  const cut = count > mostTold ? `. The latest ${mostTold} of ${count} values; inspect the panel for all` : "";
  return el("table", { class: "visually-hidden", "data-testid": "chart-data" },
    el("caption", {}, caption + cut),
    el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.slice(-mostTold).map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))));
}

/** annotationTable makes the table of a chart's annotations for screen readers, null if there are none. */
export function annotationTable(annotations: readonly Annotation[] | null | undefined): HTMLElement | null {
  if (!annotations?.length) return null;
  const table = dataTable("Annotations", ["Time", "Name", "Text"], annotations.map((a) => [a.timeText, a.name, a.text]));
  table.dataset.testid = "chart-annotations";
  return table;
}
