import { el } from "../base/dom";
import { words } from "../base/value";
import type { LegendItem } from "../types";
import { swatch } from "./tip";

export interface LegendOptions {
  mode: string; // list or table
  placement: string; // bottom or right
  calcs?: readonly string[];
  /** A list gives the values without saying what they are. */
  bare?: boolean;
  shape: "block" | "line";
  /** The names that are shown alone; empty shows all. */
  isolated: Set<string>;
  /** Called after isolated has changed. */
  changed: () => void;
  /** Called with the name under the pointer, or null. */
  pointed: (name: string | null) => void;
}

/**
 * legend lists names with their colours. An item that stands for no series (−1) is only read. Clicking one shows it alone, again shows all; with Ctrl,
 * Shift or Command it joins or leaves those that are shown.
 */
export function legend(items: readonly LegendItem[], o: LegendOptions): HTMLElement {
  const entry = (item: LegendItem) => {
    if (item.series < 0) return el("span", { class: "legend-item is-fixed", title: item.name }, swatch(item.color, o.shape), el("span", { class: "legend-name" }, item.name));
    const off = o.isolated.size > 0 && !o.isolated.has(item.name);
    return el("button", {
      type: "button", class: "legend-item", "aria-pressed": String(o.isolated.has(item.name)), "data-off": off, "data-name": item.name,
      title: `${item.name}: click to show it alone, Ctrl-click to add it`,
      onclick: (e: MouseEvent) => {
        toggle(o.isolated, item.name, e.ctrlKey || e.metaKey || e.shiftKey);
        o.changed();
      },
      onpointerenter: () => o.pointed(item.name),
      onpointerleave: () => o.pointed(null),
    }, swatch(item.color, o.shape), el("span", { class: "legend-name" }, item.name));
  };
  const attributes = { class: `legend is-${o.placement === "right" ? "right" : "bottom"}`, "aria-label": "Legend" };
  if (o.mode !== "table")
    return el("ul", attributes, ...items.map((item) => el("li", {}, entry(item),
      ...(item.values ?? []).map((v, i) => el("span", { class: "legend-calc", title: words(v) }, `${o.bare ? "" : o.calcs?.[i] ?? ""} ${words(v)}`)))));
  return el("div", attributes, el("table", { class: "legend-table" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Name"), ...(o.calcs ?? []).map((c) => el("th", { scope: "col" }, c)))),
    el("tbody", {}, ...items.map((item) => el("tr", {}, el("td", {}, entry(item)),
      ...(item.values ?? []).map((v) => el("td", { title: words(v) }, words(v))))))));
}

function toggle(isolated: Set<string>, name: string, add: boolean): void {
  const had = isolated.has(name);
  if (!add) {
    const alone = had && isolated.size === 1;
    isolated.clear();
    if (!alone) isolated.add(name);
  } else if (had) isolated.delete(name);
  else isolated.add(name);
}
