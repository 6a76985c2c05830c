import { alpha } from "../base/colour";
import { timeWords } from "../base/time";
import { annotationLines, annotationMarks, annotationNotes, marksOf, withAnnotations } from "../chart/annotations";
import { labelRoom, lettering, nameMiddle, shareOn, timeAxis, valueAxes } from "../chart/axes";
import { type Bar, bars } from "../chart/bars";
import { liesBelow } from "../chart/beyond";
import { shortened } from "../chart/fit";
import { hueAt, markedFills } from "../chart/marking";
import { drawColouredLine, drawLine, drawPoints, type Line, runsOf } from "../chart/lines";
import type { Pen, Place } from "../chart/pen";
import { type Size, TimePlot } from "../chart/plot";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { annotationTable, dataTable, mostTold } from "../chart/spoken";
import { type Piece, type Pieces, pieces } from "../chart/stack";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { tipContent, tipLinks, type TipRow } from "../chart/tip";
import type { Kind, Surroundings } from "../chart/drawing";
import type { Annotation, Axis, Panel, Series, TimeSeries } from "../types";

/** The distance, in pixels, within which the pointer finds a bar or a single point. */
const reach = 24;

/** How far beyond its axis a value is drawn at most, in heights of the plot. A line to it is as steep as one to the value itself. */
const farthest = 50;

export const timeseries: Kind<TimeSeries> = (box, around) => new TimeSeriesDrawing(box, around);

class TimeSeriesDrawing extends ChartShell<TimeSeries> {
  /** Where each value is drawn, by series. Nothing is drawn of hidden series. */
  private places: Pieces[] = [];
  private bars: Bar[] = [];
  /** The indices of the instants at which something is drawn. */
  private used: number[] = [];
  private readonly plot: TimePlot;

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    this.plot = new TimePlot(around, { at: (t, x, y) => this.tip(t, x, y), stops: () => this.stops() }, () => this.repaint());
  }

  override dispose(): void {
    this.plot.dispose();
  }

  protected get plotElement(): HTMLElement {
    return this.plot.element;
  }

  protected override measure(): Size {
    return this.plot.measure();
  }

  protected legendOf({ legend, series }: TimeSeries): ChartLegend {
    return { ...legend, shape: series.every((s) => s.style === "line") ? "line" : "block" };
  }

  protected speak({ times, series, annotations }: TimeSeries, { title }: Panel): Spoken {
    const shown = series.filter((s) => !s.hideFromViz);
    const count = shown.reduce((sum, s) => sum + s.texts.filter(Boolean).length, 0);
    const rows: string[][] = []; // from the latest
    for (let at = times.length - 1; at >= 0 && rows.length < mostTold; at--)
      for (const s of shown.toReversed()) if (s.texts[at]) rows.push([s.notes?.[at] ?? timeWords(times[at], this.around.zone()), s.name, s.texts[at]]);
    return {
      label: `Chart: ${series.length} series, ${count} values. Arrow keys move through them.`,
      tables: [dataTable(title, ["Time", "Series", "Value"], rows.reverse(), count), annotationTable(annotations)],
    };
  }

  /** marks are the annotations, except those that are about hidden series. */
  private get marks(): readonly Annotation[] {
    const { annotations, series } = this.view!;
    const names = (shown: boolean) => series.filter((s) => this.isShown(s.name) === shown).map((s) => s.name);
    return marksOf(annotations, names(true), names(false));
  }

  private shown(s: Series): boolean {
    return !s.hideFromViz && this.isShown(s.name);
  }

  private y(axis: number, value: number): number {
    return this.yOn(axis)(value);
  }

  /** yOn returns where the values of an axis are on the canvas. */
  private yOn(axis: number): (value: number) => number {
    const share = shareOn(this.view!.axes[axis]);
    const { top, height } = this.plot.frame;
    return (value) => top + height * (1 - Math.min(farthest, Math.max(-farthest, share(value))));
  }

  protected paint(view: TimeSeries): void {
    const theme = themeColours();
    this.frame(view, theme);
    const y = (axis: number, v: number) => this.y(axis, v);
    const x = (t: number) => this.plot.x(t);
    const drawn = view.series.map((s) => (this.shown(s) ? s : { ...s, values: [], plot: [] }));
    this.places = pieces(drawn, view.times.length);
    this.used = view.times.map((_, i) => i).filter((i) => this.places.some((p) => p.has(i)));
    this.bars = bars(view.times, drawn, this.places, { x, density: this.plot.density, y });
    this.plot.render((pen) => this.drawOn(pen, view, theme));
  }

  /** drawOn draws the chart, from what is farthest behind to what is in front. */
  private drawOn(pen: Pen, view: TimeSeries, theme: ThemeColours): void {
    const { plot } = this;
    const { frame } = plot;
    const x = (t: number) => plot.x(t);
    const lines = view.series.flatMap((series, i): Line[] => (series.style === "bars" || !this.shown(series) ? [] : [{
      series, times: view.times, places: this.places[i], runs: runsOf(view.times, series, this.places[i]),
      at: { frame, x, y: this.yOn(series.axis) }, opacity: this.strength(series),
    }]));
    timeAxis(pen, view.x, { frame, at: x }, plot.width, theme);
    valueAxes(pen, view.axes, frame, (axis, v) => this.y(axis, v), theme);
    plot.within(pen, () => {
      this.thresholds(pen, view);
      annotationLines(pen, this.marks, plot);
      this.drawBars(pen, view, theme);
    });
    for (const line of lines) plot.within(pen, () => drawLine(pen, line), line.series.lineWidth / 2);
    for (const line of lines) drawPoints(pen, line);
    plot.within(pen, () => {
      for (const line of lines) drawColouredLine(pen, line);
      this.beyondMarks(pen, view, theme);
    });
    annotationMarks(pen, this.marks, plot);
    this.axisNames(pen, view.axes, theme);
  }

  private strength(s: Series): number {
    return this.isDimmed(s.name) ? 0.2 : 1;
  }

  private frame(view: TimeSeries, theme: ThemeColours): void {
    const room = (side: string) => view.axes.filter((a) => a.placement === side).reduce((sum, a) => sum + labelRoom(a, theme), 0);
    const named = view.axes.some((a) => a.label && a.placement !== "hidden");
    const left = this.plot.room(Math.max(8, room("left")));
    const right = Math.max(14, room("right"));
    const top = named ? 22 : 10;
    this.plot.scale(view.x, { left, top, width: Math.max(1, this.plot.width - left - right), height: Math.max(1, this.plot.height - top - 24) });
  }

  private axisNames(pen: Pen, axes: readonly Axis[], theme: ThemeColours): void {
    const { left, width } = this.plot.frame;
    for (const { label, placement } of axes) {
      if (!label || placement === "hidden") continue;
      const right = placement === "right";
      const text = shortened(label, width / 2, (t) => textWidth(t, theme.font));
      pen.text(text, right ? left + width : left, nameMiddle, { ...lettering(theme), align: right ? "right" : "left" });
    }
  }

  private drawBars(pen: Pen, view: TimeSeries, theme: ThemeColours): void {
    const fill = markedFills(pen, theme.surface);
    // Bars may overlap. The short ones are drawn last so that the tall ones don't hide them.
    for (const b of [...this.bars].sort((a, b) => b.height - a.height)) {
      const s = view.series[b.series];
      const hue = hueAt(s, b.index);
      // Bars in a stack have a gap of one pixel. A thin bar has no outline, which would cover all of it.
      const height = s.stack && b.height > 3 ? b.height - 1 : b.height;
      const outlined = s.lineWidth > 0 && b.width >= 8 && s.fillOpacity < 100;
      pen.rect({ x: b.x, y: b.y, width: b.width, height }, {
        fill: fill(hue, b.width < 8 ? Math.max(0.85, s.fillOpacity / 100) : s.fillOpacity / 100), opacity: this.strength(s),
        ...(outlined ? { stroke: hue.colour, width: Math.min(s.lineWidth, 1.5) } : {}),
      }, b.width >= 8 && !s.stack ? 1.5 : 0);
    }
  }

  /** beyondMarks are arrows at the edge of the plot where a value is too large to be drawn with the others. */
  private beyondMarks(pen: Pen, view: TimeSeries, theme: ThemeColours): void {
    const { top, height } = this.plot.frame;
    for (const s of view.series) for (const at of (this.shown(s) && s.beyond) || []) {
      const drawn = s.plot?.[at];
      if (drawn == null) continue;
      const x = this.plot.x(view.times[at]);
      const [edge, inward] = liesBelow(drawn, view.axes[s.axis]) ? [top + height, -1] : [top, 1];
      const arrow: Place[] = [[x, edge], [x - 5, edge + inward * 8], [x + 5, edge + inward * 8]];
      pen.polygon(arrow, { fill: s.color, stroke: theme.surface });
    }
  }

  private thresholds(pen: Pen, view: TimeSeries): void {
    const { left, top, width, height } = this.plot.frame;
    const inside = (py: number) => Math.min(top + height, Math.max(top, py));
    (view.thresholds ?? []).forEach((t, i, all) => {
      const next = all.slice(i + 1).find((n) => n.axis === t.axis);
      const low = t.value == null ? top + height : inside(this.y(t.axis, t.value));
      const high = next?.value == null ? top : inside(this.y(t.axis, next.value));
      if (t.area && low > high) pen.rect({ x: left, y: high, width, height: low - high }, { fill: alpha(t.color, 0.1) });
      if (t.line && t.value != null && this.y(t.axis, t.value) === low)
        pen.line([[left, low], [left + width, low]], { stroke: t.color, width: 1.25, dash: t.dash ? [6, 4] : null, opacity: 0.9 });
    });
  }

  /** stops are the instants at which something is drawn: values, and annotations that begin in the range. */
  private stops(): number[] {
    const { times, x } = this.view!;
    return withAnnotations(this.used.map((i) => times[i]), this.marks, x);
  }

  private tip(time: number, x: number, y: number): Node | null {
    const view = this.view!;
    if (view.tooltip === "none") return null;
    const notes = annotationNotes(this.marks, this.plot, x);
    const at = this.nearest(time);
    const rows = at == null ? [] : this.rows(at, x, y);
    if (rows.length === 0 && notes.length === 0) return null;
    // If every row states its own time, the tooltip has no time above them: the time of the drawn position
    // would contradict theirs.
    const timed = rows.length > 0 && rows.every((r) => r.note);
    // A tooltip of all series has the links of all of them.
    const linked = at == null ? [] : view.tooltip === "single" ? [this.pointedAt(at, x, y)] : this.here(at);
    const links = tipLinks(linked.flatMap((h) => (h ? this.linksOf(h.s)?.[at!] ?? [] : [])));
    return tipContent(timed ? "" : timeWords(rows.length ? view.times[at!] : time, this.around.zone()), rows, links ? [links, ...notes] : notes);
  }

  /** linksOf returns the links of a series by the index of a value. They may be those of an earlier series. */
  private linksOf({ links, linksOf }: Series): Series["links"] {
    return linksOf == null ? links : this.view!.series[linksOf].links;
  }

  private nearest(time: number): number | null {
    const { times, series } = this.view!;
    let best: number | null = null;
    for (const i of this.used) if (best == null || Math.abs(times[i] - time) < Math.abs(times[best] - time)) best = i;
    const far = best != null && Math.abs(times[best] - time) * this.plot.density > reach;
    const lines = series.some((s) => s.style === "line" && this.shown(s));
    const onBar = this.bars.find((b) => this.plot.x(time) >= b.x && this.plot.x(time) <= b.x + b.width);
    if (onBar) return onBar.index;
    return far && !lines ? null : best;
  }

  private rows(at: number, x: number, y: number): TipRow[] {
    const { tooltip } = this.view!;
    const here = this.here(at);
    const bar = this.barUnder(at, x, y);
    const one = this.pointedAt(at, x, y);
    return here.filter((h) => tooltip !== "single" || h.s === one?.s).map((h) => ({
      ...hueAt(h.s, at), name: h.s.name, text: h.s.texts[at], share: h.s.shares?.[at], strong: bar != null && h.s === one?.s && here.length > 1, note: h.s.notes?.[at],
    }));
  }

  /** here are the series that have a value at an instant. */
  private here(at: number): { s: Series; i: number; place: Piece }[] {
    return this.view!.series.flatMap((s, i) => {
      const place = this.places[i].at(at);
      return place && !s.hideFromTooltip ? [{ s, i, place }] : [];
    });
  }

  private barUnder(at: number, x: number, y: number): Bar | undefined {
    return this.bars.find((b) => b.index === at && x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height);
  }

  /** pointedAt is the series whose value is under the pointer, or nearest to it. */
  private pointedAt(at: number, x: number, y: number): { s: Series } | undefined {
    const here = this.here(at);
    const bar = this.barUnder(at, x, y);
    const away = ({ s, place }: (typeof here)[number]) => Math.abs(this.y(s.axis, place.hi) - y);
    return bar ? here.find(({ i }) => i === bar.series) : [...here].sort((a, b) => away(a) - away(b))[0];
  }
}
