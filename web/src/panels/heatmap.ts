import { el } from "../base/dom";
import { textColourOn } from "../base/colour";
import { valueText } from "../base/value";
import { lettering, nameMiddle, timeAxis } from "../chart/axes";
import { columnTicks } from "../chart/columnticks";
import { scaleLegend, type ScaleLegend } from "../chart/colourscale";
import { Crosshair } from "../chart/crosshair";
import { shortenedNames } from "../chart/fit";
import type { Box, Pen } from "../chart/pen";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { type Size, TimePlot } from "../chart/plot";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { dataTable } from "../chart/spoken";
import { tipContent, tipLinks } from "../chart/tip";
import type { Kind } from "../chart/drawing";
import type { Heatmap, HeatmapCell, Panel } from "../types";

export const heatmap: Kind<Heatmap> = (box, around) => new HeatmapDrawing(box, around);

/** The font sizes in a cell. A text is as large as fits. It is smaller than least only if values are always shown. */
const type = { most: 15, least: 10, hardly: 7 };

/** The most room for the names beside the cells, in pixels. */
const widestName = 240;

/** The height that a name takes, in pixels. */
const nameHeight = 14;

interface CellBox extends Box { c: HeatmapCell }

class HeatmapDrawing extends ChartShell<Heatmap> {
  private cells = new Map<string, HeatmapCell>();
  private plot: TimePlot | null = null;
  private theme: ThemeColours = themeColours();
  private readonly frame = el("div", { class: "cell-frame", hidden: true });
  private readonly scale: ScaleLegend = scaleLegend();

  override draw(view: Heatmap, panel: Panel): void {
    this.cells = new Map(view.cells.map((c) => [`${c.column} ${c.row}`, c]));
    if (!this.plot || this.view?.xTime !== view.xTime) this.newPlot(view);
    this.scale.show(view.scale);
    super.draw(view, panel);
  }

  override dispose(): void {
    this.plot?.dispose();
  }

  protected get plotElement(): HTMLElement {
    return this.plot!.element;
  }

  protected override measure(): Size {
    return this.plot!.measure();
  }

  protected override get besidePlot(): HTMLElement {
    return this.scale.element;
  }

  // The colour scale takes the legend's place.
  protected legendOf(): ChartLegend {
    return { show: false, items: [], mode: "list", placement: "bottom", shape: "block" };
  }

  protected speak(view: Heatmap, { title }: Panel): Spoken {
    const texts = view.cells.map((c) => [view.columns[c.column].text, view.rows[c.row], valueText(c.value)]);
    return {
      label: `Heatmap: ${view.rows.length} rows, ${view.columns.length} columns, ${texts.length} values. Arrow keys move through the columns.`,
      tables: [dataTable(title, ["Column", view.yLabel || "Row", view.valueName || "Value"], texts)],
    };
  }

  // An axis of numbers has no times to zoom to, and none to share with the crosshair of other charts.
  private newPlot(view: Heatmap): void {
    this.plot?.dispose();
    const around = view.xTime ? this.around : { ...this.around, crosshair: new Crosshair(), zoom: () => {}, zoomOut: () => {} };
    this.plot = new TimePlot(around, { at: (t, x, y) => this.tip(t, x, y), stops: () => this.stops() }, () => this.repaint());
    this.plot.element.append(this.frame);
    for (const event of ["pointerleave", "blur"]) this.plot.element.addEventListener(event, () => this.mark(null));
  }

  private stops(): number[] {
    const { columns, cells, x } = this.view!;
    const used = [...new Set(cells.map((c) => c.column))].sort((a, b) => columns[a].from - columns[b].from);
    return used.map((c) => Math.min(x.max, Math.max(x.min, (columns[c].from + columns[c].to) / 2)));
  }

  private band(plot: TimePlot): number {
    return plot.frame.height / Math.max(1, this.view!.rows.length);
  }

  protected paint(view: Heatmap): void {
    const plot = this.plot!;
    const theme = (this.theme = themeColours());
    const hidden = view.yPlacement === "hidden";
    const right = view.yPlacement === "right";
    const widest = Math.max(0, ...view.rows.map((r) => textWidth(r, theme.font, 12)));
    const names = hidden ? 0 : Math.ceil(view.yWidth || Math.min(widest, plot.width * 0.3, widestName)) + 10;
    const left = right || hidden ? 10 : plot.room(names);
    const cutNames = shortenedNames(view.rows, names - 8, (t) => textWidth(t, theme.font, 12));
    const top = view.yLabel ? 20 : 4;
    plot.scale(view.x, { left, top, width: Math.max(1, plot.width - left - (right ? names : 10)), height: Math.max(1, plot.height - top - 24) });
    this.mark(null);
    plot.render((pen) => {
      const boxes = view.cells.map((c) => ({ c, ...this.box(c, plot) })).filter((b) => b.width > 0);
      const size = this.typeFor(boxes, plot, theme);
      const ticks = columnTicks(view.x, view.columns, plot.density, (t) => textWidth(t, theme.font));
      timeAxis(pen, { ...view.x, ticks }, { frame: plot.frame, at: (t) => plot.x(t) }, plot.width, theme, false);
      if (!hidden) this.drawNames(pen, cutNames, right, plot, theme);
      plot.within(pen, () => {
        for (const b of boxes) pen.rect(b, { fill: b.c.value.color || theme.muted }, view.cellRadius);
        for (const b of size ? boxes : []) this.drawText(pen, b, size, theme);
      });
      if (view.yLabel && !hidden) pen.text(view.yLabel, right ? plot.width - 4 : 4, nameMiddle, { ...lettering(theme), align: right ? "right" : "left" });
    });
  }

  /** drawNames writes the names of the rows, as many as can be read. */
  private drawNames(pen: Pen, names: readonly string[], right: boolean, plot: TimePlot, theme: ThemeColours): void {
    const { left, top, width, height } = plot.frame;
    const band = this.band(plot);
    const each = Math.ceil(nameHeight / band);
    names.forEach((name, row) => {
      if (row % each === 0) pen.text(name, right ? left + width + 7 : left - 7, top + height - (row + 0.5) * band, { colour: theme.muted, font: `12px ${theme.font}`, align: right ? "left" : "right" });
    });
  }

  private box(c: HeatmapCell, plot: TimePlot): Box {
    const { left, top, width, height } = plot.frame;
    const column = this.view!.columns[c.column];
    const gap = this.view!.cellGap;
    const [from, to] = [Math.max(left, plot.x(column.from)), Math.min(left + width, plot.x(column.to))];
    const band = this.band(plot);
    const y = top + height - (c.row + 1) * band;
    // A gap must leave something of a small cell.
    const [gx, gy] = [Math.min(gap, (to - from) / 3), Math.min(gap, band / 3)];
    return { x: from + gx / 2, y: y + gy / 2, width: to - from - gx, height: Math.max(0.5, band - gy) };
  }

  /**
   * typeFor returns the font size of the texts in the cells, 0 if there are none. A column that the range
   * cuts counts with its full width, so that the other columns keep their texts.
   */
  private typeFor(boxes: readonly CellBox[], plot: TimePlot, theme: ThemeColours): number {
    const { showValue, columns, cellGap } = this.view!;
    const smallest = Math.min(...columns.map((c) => (c.to - c.from) * plot.density)) - cellGap;
    if (showValue === "never" || boxes.length === 0 || smallest < type.least) return 0;
    const widest = Math.max(0.01, ...boxes.map((b) => textWidth(valueText(b.c.value), theme.font, 100, 500) / 100));
    const room = Math.min((smallest - 6) / widest, (this.band(plot) - cellGap - 2) / 1.15);
    if (room >= type.least) return Math.min(type.most, room);
    return showValue === "always" && room >= type.hardly ? room : 0;
  }

  private drawText(pen: Pen, b: CellBox, most: number, theme: ThemeColours): void {
    const text = valueText(b.c.value);
    const size = Math.min(most, (b.width - 2) / Math.max(0.01, textWidth(text, theme.font, 100, 500) / 100));
    if (size < type.hardly || (size < type.least && size < most)) return;
    pen.text(text, b.x + b.width / 2, b.y + b.height / 2, { colour: textColourOn(b.c.value.color || theme.muted), font: `500 ${size.toFixed(1)}px ${theme.font}`, align: "center" });
  }

  /** mark highlights a cell and shows where its value is on the scale. null removes both. */
  private mark(cell: HeatmapCell | null): void {
    this.scale.mark(cell?.value ?? null);
    this.frame.hidden = cell == null;
    if (!cell) return;
    const b = this.box(cell, this.plot!);
    Object.assign(this.frame.style, { width: `${b.width}px`, height: `${b.height}px`, transform: `translate(${b.x}px, ${b.y}px)` });
  }

  private tip(at: number, _: number, y: number): Node | null {
    const view = this.view!;
    const plot = this.plot!;
    const row = Math.floor((plot.frame.top + plot.frame.height - y) / this.band(plot));
    const column = view.columns.findIndex((c) => at >= c.from && at < c.to);
    const one = this.cells.get(`${column} ${row}`) ?? null;
    this.mark(one);
    if (view.tooltip === "none" || column < 0) return null;
    // The arrow keys go from column to column, so the tooltip has the whole column.
    const keyed = y === plot.frame.top + plot.frame.height / 2 && document.activeElement === plot.element && !plot.element.matches(":hover");
    const many = view.tooltip === "multi" || keyed;
    const links = tipLinks(keyed ? view.cells.filter((c) => c.column === column).flatMap((c) => c.links ?? []) : one?.links);
    const more = links ? [links] : [];
    if (one?.tip && !many) return tipContent("", [{ colour: one.value.color || this.theme.muted, name: one.tip, text: "" }], more);
    const rows = many ? view.rows.map((_, r) => view.rows.length - 1 - r) : [row];
    const lines = rows.flatMap((r) => {
      const c = this.cells.get(`${column} ${r}`);
      return c ? [{ colour: c.value.color || this.theme.muted, name: many ? view.rows[r] : view.valueName || "Value", text: valueText(c.value), strong: r === row && many && !keyed }] : [];
    });
    return lines.length ? tipContent(many ? view.columns[column].text : `${view.columns[column].text}  ${view.rows[row]}`, lines, more) : null;
  }
}
