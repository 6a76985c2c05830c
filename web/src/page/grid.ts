import { el } from "../base/dom";
import { icon } from "../base/icons";
import type { Panel, PanelDefinition } from "../types";
import { markTiles, type Section } from "./layout";
import { lineHeight, type PanelActions, PanelFrame } from "./panel";
import type { Surroundings } from "../chart/drawing";
import { extent, heightOf, tracks } from "./tracks";

export interface Grid {
  element: HTMLElement;
  frames: Map<number, PanelFrame>;
  /** hidden returns the panels that can't be seen because their row is collapsed. */
  hidden(): Set<number>;
  /** entitle gives a row the title that its variables make, and says what the viewer does not do with the row. */
  entitle(row: Panel): void;
}

/**
 * grid lays out a dashboard. The function `around` makes each panel's surroundings. When a row opens,
 * `opened` is called with the row's panels.
 */
export function grid(
  all: readonly Section[], collapsed: Set<number>, around: (panel: PanelDefinition) => Surroundings, actions: PanelActions, sizes: ResizeObserver,
  opened: (ids: number[]) => void,
): Grid {
  const frames = new Map<number, PanelFrame>();
  const element = el("div", { class: "sections" });
  const rows = new Map<number, HTMLElement>();
  for (const section of all) {
    const tiles = markTiles(section.panels);
    const top = section.row ? section.row.gridPos.y + 1 : Math.min(...section.panels.map((p) => p.gridPos.y));
    // The positions of a collapsed row's panels may begin anywhere below the row.
    const shift = section.row?.collapsed && section.panels.length ? Math.min(...section.panels.map((p) => p.gridPos.y)) : top;
    const body = el("div", { class: "grid" });
    const fitNow = () => fitSection(body, section.panels.map((p) => ({ frame: frames.get(p.id)!, y: Math.max(0, p.gridPos.y - shift), h: p.gridPos.h })));
    const fit = once(fitNow);
    const cells = section.panels.map((p) => {
      const frame = new PanelFrame(p, section.row ? "h3" : "h2", around(p), actions, fit, sizes);
      frame.element.classList.add(...(tiles.get(p.id) ?? "").split(" ").filter(Boolean));
      frames.set(p.id, frame);
      return frame.element;
    });
    body.append(...cells);
    fitNow(); // the page is as long as it will be when its width is measured: a scrollbar takes room
    const whole = sectionElement(section, body, collapsed, opened);
    if (section.row) rows.set(section.row.id, whole);
    element.append(whole);
  }
  return {
    element, frames,
    hidden: () => new Set(all.filter((s) => s.row && collapsed.has(s.row.id)).flatMap((s) => s.panels.map((p) => p.id))),
    entitle: (row) => {
      const section = rows.get(row.id);
      if (!section) return;
      section.setAttribute("aria-label", row.title);
      section.querySelector(".row-button > span")!.replaceChildren(row.title);
      const notices = row.view?.notices?.join(" ");
      section.querySelector(".row-notice")?.remove();
      if (notices) section.querySelector(".row-title")!.append(el("span", { class: "row-notice is-notice", role: "img", "aria-label": notices, title: notices, "data-testid": "row-notice" }, icon("alert")));
    },
  };
}

/** once returns a function that runs another one soon, once for all calls until then. */
function once(run: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      run();
    });
  };
}

/** fitSection gives each panel of a section the height that it needs, as far as the panels beside it allow. */
function fitSection(body: HTMLElement, panels: readonly { frame: PanelFrame; y: number; h: number }[]): void {
  const t = tracks(panels.map(({ frame, y, h }) => ({ y, h, need: frame.need })));
  body.style.setProperty("--tracks", t.heights.map((h) => `${h}px`).join(" "));
  panels.forEach(({ frame, h }, i) => {
    const { first, last } = t.places[i];
    const { style } = frame.element;
    style.gridRow = `${first + 1} / ${last + 2}`;
    // Where panels stand one below the other, such as on a phone, none has neighbours. There a list of bars may be higher
    // than its dashboard says, because its names stand above the bars.
    const most = frame.definition.type === "bargauge" ? 2 * h : h;
    style.setProperty("--most-rows", String(most));
    if (frame.need == null || frame.need >= heightOf(most)) style.removeProperty("--need");
    else style.setProperty("--need", `${frame.need}px`);
    frame.collapse(frame.state === "empty" && extent(t, i) <= 3 * lineHeight);
  });
}

function sectionElement(section: Section, body: HTMLElement, collapsed: Set<number>, opened: (ids: number[]) => void): HTMLElement {
  const count = section.panels.length;
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
  }, icon("right"), el("span", {}, title ?? ""), el("small", {}, `${count} ${count === 1 ? "panel" : "panels"}`));
  const apply = () => {
    button.setAttribute("aria-expanded", String(!collapsed.has(id)));
    body.hidden = collapsed.has(id);
  };
  apply();
  return el("section", { class: "section", "data-row-id": id, "aria-label": title }, el("h2", { class: "row-title" }, button), body);
}
