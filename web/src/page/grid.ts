import { el } from "../base/dom";
import { icon } from "../base/icons";
import type { PanelDefinition } from "../types";
import { markTiles, type Section } from "./layout";
import { type PanelActions, PanelFrame } from "./panel";
import type { Surroundings } from "../chart/drawing";

export interface Grid {
  element: HTMLElement;
  frames: Map<number, PanelFrame>;
  /** hidden returns the panels that can't be seen because their row is collapsed. */
  hidden(): Set<number>;
}

/**
 * grid lays out a dashboard. The function `around` makes each panel's surroundings. When a row opens,
 * `opened` is called with the row's panels.
 */
export function grid(
  all: readonly Section[], collapsed: Set<number>, around: (panel: PanelDefinition) => Surroundings, actions: PanelActions, opened: (ids: number[]) => void,
): Grid {
  const frames = new Map<number, PanelFrame>();
  const element = el("div", { class: "sections" });
  for (const section of all) {
    const tiles = markTiles(section.panels);
    const top = section.row ? section.row.gridPos.y + 1 : Math.min(...section.panels.map((p) => p.gridPos.y));
    // The positions of a collapsed row's panels may begin anywhere below the row.
    const shift = section.row?.collapsed && section.panels.length ? Math.min(...section.panels.map((p) => p.gridPos.y)) : top;
    const cells = section.panels.map((p) => {
      const frame = new PanelFrame(p, section.row ? "h3" : "h2", around(p), actions);
      const y = Math.max(0, p.gridPos.y - shift);
      frame.element.style.gridRow = `${y + 1} / span ${p.gridPos.h}`;
      frame.element.classList.add(...(tiles.get(p.id) ?? "").split(" ").filter(Boolean));
      frames.set(p.id, frame);
      return frame.element;
    });
    element.append(sectionElement(section, cells, collapsed, opened));
  }
  return {
    element, frames,
    hidden: () => new Set(all.filter((s) => s.row && collapsed.has(s.row.id)).flatMap((s) => s.panels.map((p) => p.id))),
  };
}

function sectionElement(section: Section, cells: HTMLElement[], collapsed: Set<number>, opened: (ids: number[]) => void): HTMLElement {
  const body = el("div", { class: "grid" }, ...cells);
  if (!section.row) return el("section", { class: "section" }, body);
  const { id, title } = section.row;
  const button = el("button", {
    type: "button", class: "row-button",
    onclick: () => {
      if (collapsed.has(id)) collapsed.delete(id);
      else collapsed.add(id);
      apply();
      if (!collapsed.has(id)) opened(section.panels.map((p) => p.id));
    },
  }, icon("right"), el("span", {}, title ?? ""), el("small", {}, `${cells.length} ${cells.length === 1 ? "panel" : "panels"}`));
  const apply = () => {
    button.setAttribute("aria-expanded", String(!collapsed.has(id)));
    body.hidden = collapsed.has(id);
  };
  apply();
  return el("section", { class: "section", "data-row-id": id, "aria-label": title }, el("h2", { class: "row-title" }, button), body);
}
