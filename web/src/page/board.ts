import { el, fill } from "../base/dom";
import { Crosshair } from "../chart/crosshair";
import { Gutter } from "../chart/gutter";
import type { Surroundings } from "../chart/drawing";
import type { Dashboard, Panel, PanelDefinition, Range } from "../types";
import { grid, type Grid } from "./grid";
import { allPanels, sections } from "./layout";
import type { PanelActions, PanelFrame } from "./panel";
import { nothing } from "./strip";

/** What the board's panels may ask of the page. */
export interface BoardActions extends PanelActions {
  zone(): string;
  zoom(from: number, to: number): void;
  zoomOut(): void;
}

/** Board is the open dashboard's panels: how they lie, what was answered for each, what the reader did to them. */
export class Board {
  readonly element = el("div", { class: "board" });
  /** The latest range that the page's panels were computed for, once one has answered. */
  range: Range | null = null;
  private panels: readonly PanelDefinition[] = [];
  private grid: Grid | null = null;
  private alone: number | null = null;
  private readonly arrived = new Set<number>();
  private readonly answers = new Map<number, Panel>();
  private readonly memories = new Map<number, Map<string, unknown>>();
  private collapsed = new Set<number>();
  private readonly crosshair = new Crosshair();
  private readonly gutter = new Gutter();

  constructor(private readonly actions: BoardActions) {}

  /** open takes another dashboard, of which nothing is known yet. */
  open(dashboard: Dashboard): void {
    this.panels = dashboard.panels ?? [];
    this.answers.clear();
    this.memories.clear();
    this.range = null;
    this.collapsed = new Set(this.panels.filter((p) => p.type === "row" && p.collapsed).map((p) => p.id));
  }

  /** close takes everything away. */
  close(): void {
    for (const frame of this.frames) frame.dispose();
    this.grid = null;
    fill(this.element);
  }

  /** build lays the dashboard out, or the one panel that fills the screen, with the answers that are there. */
  build(alone: number | null): void {
    this.close();
    this.alone = alone;
    const found = alone == null ? null : this.definition(alone);
    const whole = found && { ...found, gridPos: { x: 0, y: 0, w: 24, h: 12 } };
    const layout = alone == null ? sections(this.panels) : whole ? [{ row: null, panels: [whole] }] : [];
    this.grid = grid(layout, this.collapsed, (p) => this.surroundings(p), this.actions,
      (ids) => ids.forEach((id) => !this.answers.has(id) && this.actions.retry(id)));
    fill(this.element, this.grid.element, alone != null && !found && nothing(`This dashboard has no panel ${alone}.`, [], () => ""));
    for (const frame of this.frames) {
      const answer = this.answers.get(frame.id);
      if (answer) this.draw(frame, answer);
    }
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
   * The width that panels are computed for: that of the whole grid of 24 columns. A panel that fills
   * the screen is wider than its share of the grid, so for it the grid is as wide as its share needs.
   */
  get width(): number {
    const width = Math.max(200, this.element.clientWidth);
    const share = this.alone == null ? 24 : this.definition(this.alone)?.gridPos.w ?? 24;
    return Math.min(8192, Math.round((width * 24) / share));
  }

  /** outdate says that what is drawn is not what is asked for now. */
  outdate(): void {
    for (const frame of this.frames) frame.loading();
    this.answers.clear();
  }

  started(): void {
    this.arrived.clear();
  }

  /** show draws an answer and returns the share of the panels that have theirs. */
  show(panel: Panel): number {
    this.arrived.add(panel.id);
    this.answers.set(panel.id, panel);
    if (panel.range && !panel.range.label) this.range = panel.range;
    const frame = this.frame(panel.id);
    if (frame) this.draw(frame, panel);
    return this.arrived.size / Math.max(1, this.grid?.frames.size ?? 1);
  }

  /** missing is whether a panel that can be seen got no answer. */
  get missing(): boolean {
    const hidden = this.grid?.hidden() ?? new Set();
    return this.frames.some((frame) => !this.arrived.has(frame.id) && !hidden.has(frame.id));
  }

  /** failed keeps what was answered to the same question before; the other panels stay empty. */
  failed(): void {
    for (const frame of this.frames) {
      const answer = this.answers.get(frame.id);
      if (answer && frame.state === "loading") this.draw(frame, answer);
      else if (!answer) frame.skip();
    }
  }

  /** redraw draws everything again in the theme that holds now. */
  redraw(): void {
    for (const frame of this.frames) this.guard(frame, () => frame.redraw());
  }

  private get frames(): PanelFrame[] {
    return [...(this.grid?.frames.values() ?? [])];
  }

  private draw(frame: PanelFrame, answer: Panel): void {
    this.guard(frame, () => frame.show(answer));
  }

  // A drawing that breaks is that panel's trouble, not the page's.
  private guard(frame: PanelFrame, draw: () => void): void {
    try {
      draw();
    } catch {
      frame.fail("This panel could not be drawn.");
    }
  }

  private surroundings({ id, gridPos }: PanelDefinition): Surroundings {
    const memory = this.memories.get(id) ?? new Map<string, unknown>();
    this.memories.set(id, memory);
    return {
      zone: this.actions.zone, zoom: this.actions.zoom, zoomOut: this.actions.zoomOut,
      crosshair: this.crosshair, gutter: this.gutter, column: `${gridPos.x} ${gridPos.w}`, memory,
    };
  }
}
