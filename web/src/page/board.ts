import { clipAll } from "../base/brief";
import type { Choices } from "../base/choices";
import { el, fill } from "../base/dom";
import { Crosshair } from "../chart/crosshair";
import { Gutter } from "../chart/gutter";
import type { Surroundings } from "../chart/drawing";
import { type Fitting, together } from "../chart/fitting";
import type { Dashboard, Panel, PanelDefinition, Range } from "../types";
import { grid, type Grid } from "./grid";
import { allPanels, sections } from "./layout";
import type { PanelActions, PanelFrame, Recolour } from "./panel";
import { DrawingQueue } from "./queue";
import { notFound } from "./strip";

/** BoardActions is what the board's panels ask the page to do. */
export interface BoardActions extends PanelActions {
  zone(): string;
  zoom(from: number, to: number): void;
  zoomOut(): void;
}

/** Board holds the panels of the open dashboard: their layout, the latest answer for each, and what the reader did to them. */
export class Board {
  readonly element = el("div", { class: "board" });
  /** The range of the latest answer, null before the first one. */
  range: Range | null = null;
  private panels: readonly PanelDefinition[] = [];
  private grid: Grid | null = null;
  private single: number | null = null;
  private readonly arrived = new Set<number>();
  private readonly answers = new Map<number, Panel>();
  /** The texts of the answers that are drawn, by which an answer that has not changed is known. */
  private readonly texts = new Map<number, string>();
  private readonly rows = new Map<number, Panel>(); // those whose titles the server has filled in
  private readonly memories = new Map<number, Map<string, unknown>>();
  private collapsed = new Set<number>();
  private readonly crosshair = new Crosshair();
  private readonly gutter = new Gutter();
  private readonly sizes = new ResizeObserver((changed) => {
    const bodies = new Set(changed.map((c) => c.target));
    together(this.frames.filter((frame) => bodies.has(frame.body)).map((frame) => frame.fit()));
  });
  /** The panels whose answers have just arrived. */
  private readonly fresh = new Set<PanelFrame>();
  private readonly later = new DrawingQueue<PanelFrame>((frame) => this.draw([frame]), (frame) => inWindow(frame.element));

  constructor(private readonly actions: BoardActions, private readonly choices: Choices) {}

  /** open changes to another dashboard and forgets everything about the one before. */
  open(dashboard: Dashboard): void {
    this.panels = dashboard.panels ?? [];
    this.answers.clear();
    this.texts.clear();
    this.rows.clear();
    this.memories.clear();
    this.range = null;
    this.collapsed = new Set(this.panels.filter((p) => p.type === "row" && p.collapsed).map((p) => p.id));
  }

  /** close removes all panels. */
  close(): void {
    this.fresh.clear();
    this.later.clear();
    for (const frame of this.frames) frame.dispose();
    this.grid = null;
    fill(this.element);
  }

  /** build lays out the dashboard, or the single panel that fills the screen, and draws the answers that are there. */
  build(single: number | null): void {
    this.close();
    this.single = single;
    const found = single == null ? null : this.definition(single);
    const whole = found && { ...found, gridPos: { x: 0, y: 0, w: 24, h: 12 } };
    const layout = single == null ? sections(this.panels) : whole ? [{ row: null, panels: [whole] }] : [];
    this.grid = grid(layout, this.collapsed, (p) => this.surroundings(p), this.actions, this.sizes,
      (ids) => ids.forEach((id) => !this.answers.has(id) && this.actions.retry(id)));
    fill(this.element, this.grid.element, single != null && !found && notFound(`This dashboard has no panel ${single}.`, [], () => ""));
    for (const row of this.rows.values()) this.grid.entitle(row);
    this.draw(this.frames.filter((frame) => this.answers.has(frame.id)));
  }

  definition(id: number): PanelDefinition | undefined {
    return allPanels(this.panels).find((p) => p.id === id);
  }

  answer(id: number): Panel | undefined {
    return this.answers.get(id);
  }

  frame(id: number): PanelFrame | undefined {
    return this.grid?.frames.get(id);
  }

  /**
   * The width that the server computes panels for is the width of the whole grid of 24 columns. If one panel
   * fills the screen, this is the width that the grid would need for that panel to be as wide as the screen.
   */
  get width(): number {
    const width = Math.max(200, this.element.clientWidth);
    const share = this.single == null ? 24 : this.definition(this.single)?.gridPos.w ?? 24;
    return Math.min(8192, Math.round((width * 24) / share));
  }

  /** outdate marks all panels as loading and forgets their answers, because the page now asks another question. */
  outdate(): void {
    this.fresh.clear();
    this.later.clear();
    for (const frame of this.frames) frame.loading();
    this.answers.clear();
    this.texts.clear();
  }

  started(): void {
    this.arrived.clear();
  }

  /** drawn is a promise that is settled when all answers that are there are drawn. */
  get drawn(): Promise<void> { return this.later.empty; }

  /** Whether answers that are there are not drawn yet. */
  get drawing(): boolean { return this.later.busy; }

  /**
   * show draws an answer, a little later if its panel is outside the window. If its text is the same as that of the answer that is
   * drawn, the drawing stays as it is. It returns the share of the panels that have arrived.
   */
  show(panel: Panel, text?: string): number {
    if (panel.type === "row") {
      this.rows.set(panel.id, panel);
      this.grid?.entitle(panel);
      return this.share;
    }
    this.arrived.add(panel.id);
    const same = text != null && this.texts.get(panel.id) === text;
    if (text == null) this.texts.delete(panel.id);
    else this.texts.set(panel.id, text);
    if (text == null || text.length > 100_000) clipNames(panel);
    this.answers.set(panel.id, panel);
    if (panel.range && !panel.range.label) this.range = panel.range;
    const frame = this.frame(panel.id);
    if (!frame || same && (this.fresh.has(frame) || this.later.has(frame) || frame.stays())) return this.share;
    if (this.fresh.size === 0) queueMicrotask(() => this.drawFresh());
    this.fresh.add(frame);
    return this.share;
  }

  /** drawFresh draws the answers that have arrived at once: those in the window together, and the others later. */
  private drawFresh(): void {
    const seen = [...this.fresh].filter((frame) => inWindow(frame.element));
    for (const frame of this.fresh) if (!seen.includes(frame)) this.later.add(frame);
    this.fresh.clear();
    this.draw(seen);
  }

  private get share(): number { return this.arrived.size / Math.max(1, this.grid?.frames.size ?? 1); }

  /**
   * The panels in and near the window that have no answer, if there are others without one. Panels become smaller when they are
   * drawn, and so those near the window may come into it.
   */
  get first(): number[] {
    const waiting = this.frames.filter((frame) => !this.answers.has(frame.id));
    const seen = waiting.filter((frame) => inWindow(frame.element, innerHeight / 2));
    return seen.length < waiting.length ? seen.map((frame) => frame.id) : [];
  }

  /** Whether a visible panel has got no answer. */
  get missing(): boolean {
    const hidden = this.grid?.hidden() ?? new Set();
    return this.frames.some((frame) => !this.arrived.has(frame.id) && !hidden.has(frame.id));
  }

  /** failed draws the earlier answers to the same question again. Panels without one say that they are not loaded. */
  failed(): void {
    this.draw(this.frames.filter((frame) => this.answers.has(frame.id) && frame.state === "loading"));
    for (const frame of this.frames) if (!this.answers.has(frame.id)) frame.skip();
  }

  /** redrawPanel draws a panel again, after the reader has chosen something in it. */
  redrawPanel(id: number): void {
    const frame = this.frame(id);
    if (frame) together([this.guard(frame, frame.redraw())]);
  }

  /** redraw draws all panels again in the current theme. */
  redraw(recolour?: Recolour): void {
    this.later.flush();
    together(this.frames.map((frame) => this.guard(frame, frame.redraw(recolour))));
  }

  /**
   * scrollForward scrolls the page so that the first panel that is cut at the bottom of the window is at its top.
   * It returns false if all panels have been seen.
   */
  scrollForward(): boolean {
    const cut = this.frames.map((f) => f.element).filter((e) => {
      const { top, bottom } = e.getBoundingClientRect();
      return top > 1 && bottom > innerHeight + 1 && e.checkVisibility();
    }).sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    cut[0]?.scrollIntoView({ block: "start", behavior: "instant" });
    return cut.length > 0;
  }

  private get frames(): PanelFrame[] {
    return [...(this.grid?.frames.values() ?? [])];
  }

  /** draw draws the answers of some panels together. */
  private draw(frames: readonly PanelFrame[]): void {
    for (const frame of frames) this.later.remove(frame);
    together(frames.map((frame) => this.guard(frame, frame.show(this.answers.get(frame.id)!))));
  }

  // An error in one drawing must not stop the others.
  private *guard(frame: PanelFrame, drawing: Fitting): Fitting {
    try {
      yield* drawing;
    } catch {
      frame.fail("This panel could not be drawn.");
    }
  }

  private surroundings({ id, gridPos }: PanelDefinition): Surroundings {
    const memory = this.memories.get(id) ?? new Map<string, unknown>();
    this.memories.set(id, memory);
    return {
      zone: this.actions.zone, zoom: this.actions.zoom, zoomOut: this.actions.zoomOut,
      chosen: (what) => this.choices.of(id, what), choose: (what, values) => this.choices.choose(id, what, values),
      crosshair: this.crosshair, gutter: this.gutter, column: `${gridPos.x} ${gridPos.w}`, memory,
    };
  }
}

/** clipNames clips the texts of a chart. A table clips its own, because a reader can open them, and a text panel is a text. */
function clipNames({ view }: Panel): void {
  if (view && !view.table && !view.text) clipAll(view);
}

/** inWindow tells whether the reader sees a panel, or its place, or would see it if the window were higher by a margin at both ends. */
function inWindow(element: HTMLElement, margin = 0): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return element.checkVisibility() && top < innerHeight + margin && bottom > -margin;
}
