import { alpha, textColourOn, over } from "../base/colour";
import { timeWords } from "../base/time";
import { valueText } from "../base/value";
import { annotationLines, annotationMarks, annotationNotes, marksOf, withAnnotations } from "../chart/annotations";
import { acrossAt, lettering, timeAxis } from "../chart/axes";
import { markedFills, markingOf } from "../chart/marking";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { shortenedNames } from "../chart/fit";
import type { Box, Pen } from "../chart/pen";
import { type Size, TimePlot } from "../chart/plot";
import { RowNames } from "../chart/rownames";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { annotationTable, dataTable } from "../chart/spoken";
import { tipContent, tipLinks } from "../chart/tip";
import type { Kind, Surroundings } from "../chart/drawing";
import type { Annotation, Panel, State, StateRow, StateTimeline, Value } from "../types";

/** The least width of a state in pixels, so that a run of seconds can still be seen in a range of days. */
const narrowest = 2;

/** The least height of a row that is divided from the next one by a line, in pixels. */
const leastBand = 6;

/** The most room for the names beside the states, in pixels. */
const widestName = 240;

export const stateTimeline: Kind<StateTimeline> = (box, around) => new StateTimelineDrawing(box, around);

class StateTimelineDrawing extends ChartShell<StateTimeline> {
  private readonly plot: TimePlot;
  /** Where the plot is in the chart. */
  private corner = { left: 0, top: 0 };
  private readonly names: RowNames;
  /** The rows that are to be seen, and the annotations that are not about others. */
  private rows: readonly StateRow[] = [];
  private marks: readonly Annotation[] = [];

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    this.names = new RowNames(around);
    this.chart.classList.add("has-row-names");
    this.plot = new TimePlot(around, { at: (t, x, y) => this.tip(t, x, y), stops: () => this.stops() }, () => this.repaint());
  }

  override dispose(): void {
    this.plot.dispose();
  }

  override draw(view: StateTimeline, panel: Panel): void {
    const all = view.rows.map((r) => r.name);
    const shown = this.names.shown(all);
    this.rows = view.rows.filter((r) => shown.includes(r.name));
    const hidden = all.filter((name) => !shown.includes(name));
    this.marks = marksOf(view.annotations, shown, hidden);
    this.names.show(shown);
    super.draw(view, panel);
    if (this.names.element.parentElement !== this.chart) this.chart.prepend(this.names.element);
  }

  /** need returns the height in which the rows are easy to read. */
  need(): number {
    return this.rows.length * 36 + 34 + this.legendBox.offsetHeight + 4;
  }

  protected get plotElement(): HTMLElement {
    return this.plot.element;
  }

  protected override measure(): Size {
    const { offsetLeft: left, offsetTop: top } = this.plot.element;
    this.corner = { left, top };
    return this.plot.measure();
  }

  protected legendOf(view: StateTimeline): ChartLegend {
    // Grafana does not list a transparent state, which it does not draw either.
    const items = view.legend.filter((l) => l.color !== "transparent");
    return { show: view.legendShow, mode: "list", placement: view.legendPlacement, items, shape: "block" };
  }

  protected speak(view: StateTimeline, { title }: Panel): Spoken {
    const rows = this.rows.flatMap((r) => r.spans.flatMap((s) =>
      (s.parts ?? [s]).map((part) => ({ from: part.from, cells: [r.name, valueText(this.value(s)), part.span ?? ""] }))));
    rows.sort((a, b) => a.from - b.from);
    return {
      label: `State timeline: ${this.rows.length === view.rows.length ? "" : `${this.rows.length} of `}${view.rows.length} rows, ${rows.length} states. Arrow keys move through them.`,
      tables: [dataTable(title, ["Row", "State", "Time"], rows.map((r) => r.cells)), annotationTable(this.marks)],
    };
  }

  private value(s: State): Value {
    return this.view!.states[s.state];
  }

  private strength(s: State): number {
    const name = valueText(this.value(s));
    if (!this.isShown(name)) return 0.08;
    return this.isDimmed(name) ? 0.2 : 1;
  }

  /** band returns the height of a row, in pixels. */
  private band(): number {
    return this.plot.frame.height / Math.max(1, this.rows.length);
  }

  private box(s: State, row: number): Box | null {
    const { left, top, width } = this.plot.frame;
    const [from, to] = [Math.max(left, this.plot.x(s.from)), Math.min(left + width, this.plot.x(s.to))];
    if (to < left || from > left + width) return null;
    const wide = Math.max(narrowest, to - from);
    const high = Math.max(2, this.band() * (this.view!.rowHeight || 0.9));
    return { x: Math.min(from, left + width - wide), y: top + this.band() * (row + 0.5) - high / 2, width: wide, height: high };
  }

  protected paint(view: StateTimeline): void {
    const theme = themeColours();
    const widest = Math.max(0, ...view.rows.map((r) => textWidth(r.name, theme.font)));
    const left = this.plot.room(Math.ceil(Math.min(widest, this.plot.width * 0.3, widestName)) + 10);
    const right = 14;
    this.plot.scale(view.x, { left, top: 6, width: Math.max(1, this.plot.width - left - right), height: Math.max(1, this.plot.height - 30) });
    const { left: x, top: y } = this.corner;
    this.names.place({ left: x, top: y + this.plot.frame.top, width: left - 4, band: this.band(), texts: shortenedNames(this.rows.map((r) => r.name), left - 8, (t) => textWidth(t, theme.font)) });
    this.plot.render((pen) => this.drawOn(pen, view, theme));
  }

  private drawOn(pen: Pen, view: StateTimeline, theme: ThemeColours): void {
    const { plot } = this;
    const fill = markedFills(pen, theme.surface);
    const each = (draw: (s: State, row: number) => void) => this.rows.forEach((r, row) => r.spans.forEach((s) => draw(s, row)));
    timeAxis(pen, view.x, { frame: plot.frame, at: (t) => plot.x(t) }, plot.width, theme);
    if (this.band() >= leastBand) for (let row = 0; row < this.rows.length; row++) acrossAt(pen, plot.frame.top + row * this.band(), plot.frame, theme);
    plot.within(pen, () => {
      annotationLines(pen, this.marks, plot);
      each((s, row) => this.drawState(pen, s, row, theme, fill));
      each((s, row) => this.drawPin(pen, s, row, theme.surface));
    });
    annotationMarks(pen, this.marks, plot);
  }

  private drawState(pen: Pen, s: State, row: number, theme: ThemeColours, fill: ReturnType<typeof markedFills>): void {
    const view = this.view!;
    const box = this.box(s, row);
    if (!box) return;
    const colour = this.value(s).color || "#808080";
    const opacity = this.strength(s);
    const share = view.fillOpacity / 100;
    const text = valueText(this.value(s));
    const written = text !== "" && view.showValue !== "never" && box.height >= 12 && textWidth(text, theme.font) + 8 <= box.width;
    const density = box.width < 6 ? Math.max(0.85, share) : share;
    pen.rect(box, {
      // A state with a text needs no marking: the text says the same, and is easier to read without one. A narrow
      // state has no room for a marking.
      fill: written || isNarrow(box) ? alpha(colour, density) : fill({ colour, status: this.value(s).status }, density), opacity,
      ...(view.lineWidth > 0 && box.width > 6 ? { stroke: colour, width: Math.min(view.lineWidth, 1.5) } : {}),
    }, box.width > 6 ? 2 : 0);
    if (written)
      pen.text(text, box.x + box.width / 2, box.y + box.height / 2, { ...lettering(theme), colour: textColourOn(over(colour, theme.surface, share)), align: "center", opacity });
  }

  /** drawPin draws the marking of a narrow state: a diamond on a state that would be hatched, a disc on one that would be dashed. */
  private drawPin(pen: Pen, s: State, row: number, surface: string): void {
    const box = this.box(s, row);
    const marking = markingOf(this.value(s).color, this.value(s).status);
    if (!box || !isNarrow(box) || marking === "plain") return;
    const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, Math.min(pinSize, box.height) / 2];
    const look = { fill: this.value(s).color, stroke: surface, opacity: this.strength(s) };
    if (marking === "dashed") pen.disc(x, y, r * 0.8, look);
    else pen.polygon([[x, y - r], [x + r, y], [x, y + r], [x - r, y]], look);
  }

  private stops(): number[] {
    const spans = this.rows.flatMap((r) => r.spans);
    const { min, max } = this.view!.x;
    const middle = (from: number, to: number) => (Math.max(min, from) + Math.min(max, to)) / 2;
    const middles = (s: State) => (s.parts ?? [s]).map((p, i, all) => middle(p.from, all[i + 1]?.from ?? s.to));
    return withAnnotations(spans.filter((s) => s.to >= min && s.from <= max).flatMap(middles), this.marks, this.view!.x);
  }

  private tip(time: number, x: number, y: number): Node | null {
    const view = this.view!;
    if (view.tooltip === "none") return null;
    const notes = annotationNotes(this.marks, this.plot, x);
    const middle = y === this.plot.frame.top + this.plot.frame.height / 2 && document.activeElement === this.plot.element;
    const row = Math.floor((y - this.plot.frame.top) / this.band());
    const under = this.rows.flatMap((r, i) => {
      if (view.tooltip !== "multi" && !middle && i !== row) return [];
      return r.spans.filter((s) => this.covers(s, i, x)).slice(-1).map((s) => ({ r, s, i }));
    });
    if (under.length === 0 && notes.length === 0) return null;
    const spans = under.map(({ r, s, i }) => ({
      colour: this.value(s).color || "#808080", name: r.name, text: valueText(this.value(s)), strong: i === row && under.length > 1, status: this.value(s).status, note: this.span(s, time),
    }));
    // Each state says its own times. The instant under the pointer would only confuse.
    const links = tipLinks(under.flatMap(({ r, s }) => s.links ?? r.links ?? []));
    return tipContent(spans.length ? "" : timeWords(time, this.around.zone()), spans, links ? [links, ...notes] : notes);
  }

  /**
   * span returns the times of a state as text. If the state has parts, these are the times of the part at an instant.
   */
  private span(s: State, time: number): string {
    return (s.parts?.findLast((p) => p.from <= time) ?? s.parts?.[0] ?? s).span ?? "";
  }

  private covers(s: State, row: number, x: number): boolean {
    const box = this.box(s, row);
    if (!box) return false;
    const more = isNarrow(box) && markingOf(this.value(s).color, this.value(s).status) !== "plain" ? pinSize / 2 : 2;
    return x >= box.x - more && x <= box.x + box.width + more;
  }
}

/** A state that is narrower than this, in pixels, gets a pin instead of a pattern. */
const narrow = 10;

/** The width and the height of a pin, in pixels. */
const pinSize = 9;

const isNarrow = (box: { width: number }) => box.width < narrow;
