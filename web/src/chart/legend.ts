import { picked } from "../base/choices";
import { el } from "../base/dom";
import { valueText } from "../base/value";
import type { LegendItem } from "../types";
import type { Fitting } from "./fitting";
import { swatch } from "./tip";

export interface LegendOptions {
  mode: string; // list or table
  placement: string; // bottom or right
  calcs?: readonly string[];
  /** A list shows the values without their headings. */
  bare?: boolean;
  shape: "block" | "line";
  /** The names that the reader chose to see alone. None means that all are shown. */
  isolated: ReadonlySet<string>;
  /** Called with the names that a click chooses. */
  isolate: (names: string[]) => void;
  /** Called with the name that the pointer is on, and with null when it leaves. */
  pointed: (name: string | null) => void;
}

/**
 * legend lists names with their colours. A click on a name shows it alone, and another click shows all
 * again. A click with Ctrl, Shift or Command adds a name to those that are shown, or removes it. An item
 * whose series is −1 belongs to no series and can't be clicked.
 */
export function legend(items: readonly LegendItem[], o: LegendOptions): HTMLElement {
  const entry = (item: LegendItem) => {
    if (item.series < 0) return el("span", { class: "legend-item is-fixed", "data-hint": item.name }, swatch(item.color, o.shape, item.status), el("span", { class: "legend-name" }, item.name));
    const off = o.isolated.size > 0 && !o.isolated.has(item.name);
    return el("button", {
      type: "button", class: "legend-item", "aria-pressed": String(o.isolated.has(item.name)), "data-off": off, "data-name": item.name,
      "data-hint": `${item.name}: click to show it alone, Ctrl-click to add it`,
      onclick: (e: MouseEvent) => o.isolate(picked([...o.isolated], item.name, e.ctrlKey || e.metaKey || e.shiftKey)),
      onpointerenter: () => o.pointed(item.name),
      onpointerleave: () => o.pointed(null),
    }, swatch(item.color, o.shape, item.status), el("span", { class: "legend-name" }, item.name));
  };
  const attributes = { class: `legend is-${o.placement === "right" ? "right" : "bottom"}`, "aria-label": "Legend" };
  if (o.mode !== "table")
    return el("ul", attributes, ...items.map((item) => el("li", {}, entry(item),
      ...(item.values ?? []).map((v, i) => el("span", { class: "legend-calc", "data-hint": valueText(v) }, `${o.bare ? "" : o.calcs?.[i] ?? ""} ${valueText(v)}`)))));
  return el("div", attributes, el("table", { class: "legend-table" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Name"), ...(o.calcs ?? []).map((c) => el("th", { scope: "col" }, c)))),
    el("tbody", {}, ...items.map((item) => el("tr", {}, el("td", {}, entry(item)),
      ...(item.values ?? []).map((v) => el("td", { "data-hint": valueText(v) }, valueText(v))))))));
}

/** The share of a chart's height that its legend may take. */
export const legendShare = 1 / 3;

/**
 * fold hides the last names of a list that is higher than the most pixels that it may have, and adds a button that says how many
 * they are. If the list is open, it shows all names, and the button closes it.
 */
export function* fold(list: HTMLElement, most: () => number, open: boolean, toggled: () => void): Fitting {
  // A chart is painted again while the pointer moves. The button must stay the same, or a click on it would be lost.
  let last = list.querySelector<HTMLElement>(".legend-more");
  const entries = [...list.children].filter((e) => e !== last) as HTMLElement[];
  for (const e of entries) e.hidden = false;
  if (last) last.hidden = true;
  yield;
  const room = most();
  const fits = room <= 0 || list.scrollHeight <= room;
  yield;
  if (fits) return last?.remove();
  if (!last) {
    last = el("li", { class: "legend-more" }, el("button", { type: "button", class: "legend-item legend-more-button", onclick: toggled }));
    list.append(last);
  }
  last.hidden = false;
  const button = last.firstElementChild!;
  button.setAttribute("aria-expanded", String(open));
  if (open) button.textContent = "show fewer";
  else for (let shown = entries.length - 1; shown >= 1; shown--) {
    entries[shown].hidden = true;
    button.textContent = `and ${entries.length - shown} more`;
    yield;
    const fits = list.scrollHeight <= room;
    yield;
    if (fits) break;
  }
}
