import { alpha, textColourOn, over } from "../base/colour";
import { timeWords } from "../base/time";
import { valueText } from "../base/value";
import { annotationLayers, annotationNotes, marksOf, withAnnotations } from "../chart/annotations";
import { timeAxis } from "../chart/axes";
import { layer, type Shape } from "../chart/echarts";
import { markedFills, markingOf } from "../chart/marking";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { shortenedNames } from "../chart/fit";
import { TimePlot } from "../chart/plot";
import { RowNames } from "../chart/rownames";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { annotationTable, dataTable } from "../chart/spoken";
import { tipContent, tipLinks } from "../chart/tip";
import type { Kind, Surroundings } from "../chart/drawing";
import type { Annotation, Panel, State, StateRow, StateTimeline, Value } from "../types";

/** The least width of a state in pixels, so that a run of seconds can still be seen in a range of days. */
const narrowest = 2;

/** The most room for the names beside the states, in pixels. */
const widestName = 240;

export const stateTimeline: Kind<StateTimeline> = (box, around) => new StateTimelineDrawing(box, around);

class StateTimelineDrawing extends ChartShell<StateTimeline> {
  private readonly plot: TimePlot;
  private readonly names: RowNames;
  /** The rows that are to be seen, and the annotations that are not about others. */
  private rows: readonly StateRow[] = [];
  private marks: readonly Annotation[] = [];

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    this.names = new RowNames(around);
    this.chart.classList.add("has-row-names");
    this.plot = new TimePlot(around, { at: (t, x, y) => this.tip(t, x, y), stops: () => this.stops() }, () => this.resize());
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

  private box(s: State, row: number): { x: number; y: number; width: number; height: number } | null {
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
    const { offsetLeft, offsetTop } = this.plot.element;
    this.names.place({ left: offsetLeft, top: offsetTop + this.plot.frame.top, width: left - 4, band: this.band(), texts: shortenedNames(this.rows.map((r) => r.name), left - 8, (t) => textWidth(t, theme.font)) });
    const x = (t: number) => this.plot.x(t);
    const fill = markedFills(theme.surface);
    this.plot.render({
      grid: this.plot.grid(),
      xAxis: timeAxis(view.x, x, this.plot.width, theme),
      yAxis: {
        type: "category", inverse: true, silent: true, data: this.rows.map((r) => r.name),
        axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { show: false }, // the names are buttons beside the canvas
        splitLine: { show: true, lineStyle: { color: theme.grid } },
      },
      series: [
        layer("states", this.rows.flatMap((r, row) => r.spans.flatMap((s) => this.shapes(s, row, theme, fill))), 2),
        layer("pins", this.rows.flatMap((r, row) => r.spans.flatMap((s) => this.pin(s, row, theme.surface))), 3),
        ...annotationLayers(this.marks, this.plot),
      ],
    });
  }

  private shapes(s: State, row: number, { font, surface }: ThemeColours, fill: ReturnType<typeof markedFills>): Shape[] {
    const view = this.view!;
    const box = this.box(s, row);
    if (!box) return [];
    const colour = this.value(s).color || "#808080";
    const opacity = this.strength(s);
    const share = view.fillOpacity / 100;
    const text = valueText(this.value(s));
    const written = text !== "" && view.showValue !== "never" && box.height >= 12 && textWidth(text, font) + 8 <= box.width;
    const density = box.width < 6 ? Math.max(0.85, share) : share;
    const shapes: Shape[] = [{
      type: "rect", shape: { ...box, r: box.width > 6 ? 2 : 0 },
      style: {
        // A state with a text needs no marking: the text says the same, and is easier to read without one. A narrow
        // state has no room for a marking.
        fill: written || isNarrow(box) ? alpha(colour, density) : fill({ colour, status: this.value(s).status }, density), opacity,
        ...(view.lineWidth > 0 && box.width > 6 ? { stroke: colour, lineWidth: Math.min(view.lineWidth, 1.5) } : {}),
      },
    }];
    if (written)
      shapes.push({
        type: "text",
        style: {
          text, x: box.x + box.width / 2, y: box.y + box.height / 2, align: "center", verticalAlign: "middle", opacity,
          fill: textColourOn(over(colour, surface, share)), font: `11px ${font}`,
        },
      });
    return shapes;
  }

  /** pin is the marking of a narrow state: a diamond on a state that would be hatched, a disc on one that would be dashed. */
  private pin(s: State, row: number, surface: string): Shape[] {
    const box = this.box(s, row);
    const marking = markingOf(this.value(s).color, this.value(s).status);
    if (!box || !isNarrow(box) || marking === "plain") return [];
    const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, Math.min(pinSize, box.height) / 2];
    const style = { fill: this.value(s).color, stroke: surface, lineWidth: 1, opacity: this.strength(s) };
    if (marking === "dashed") return [{ type: "circle", shape: { cx: x, cy: y, r: r * 0.8 }, style }];
    return [{ type: "polygon", shape: { points: [[x, y - r], [x + r, y], [x, y + r], [x - r, y]] }, style }];
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
