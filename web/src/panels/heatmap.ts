import { el } from "../base/dom";
import { inkOn } from "../base/colour";
import { words } from "../base/value";
import { timeAxis } from "../chart/axes";
import { columnTicks } from "../chart/columnticks";
import { scaleLegend, type ScaleLegend } from "../chart/colourscale";
import { Crosshair } from "../chart/crosshair";
import { layer, type Shape } from "../chart/echarts";
import { ink, type Ink, textWidth } from "../chart/ink";
import { TimePlot } from "../chart/plot";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { dataTable } from "../chart/spoken";
import { tipContent } from "../chart/tip";
import type { Kind } from "../chart/drawing";
import type { Heatmap, HeatmapCell, Panel, Tick } from "../types";

export const heatmap: Kind<Heatmap> = (box, around) => new HeatmapDrawing(box, around);

/** The sizes of type in a cell: as large as fits; smaller than least only where values are always to be shown. */
const type = { most: 15, least: 10, hardly: 7 };

/** No name takes more than this beside its cells, in pixels. */
const widestName = 240;

interface CellBox { c: HeatmapCell; x: number; y: number; width: number; height: number }

class HeatmapDrawing extends ChartShell<Heatmap> {
  private cells = new Map<string, HeatmapCell>();
  private plot: TimePlot | null = null;
  private pen: Ink = ink();
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

  protected override get besidePlot(): HTMLElement {
    return this.scale.element;
  }

  // The colour scale takes the legend's place.
  protected legendOf(): ChartLegend {
    return { show: false, items: [], mode: "list", placement: "bottom", shape: "block" };
  }

  protected speak(view: Heatmap, { title }: Panel): Spoken {
    const texts = view.cells.map((c) => [view.columns[c.column].text, view.rows[c.row], words(c.value)]);
    return {
      label: `Heatmap: ${view.rows.length} rows, ${view.columns.length} columns, ${texts.length} values. Arrow keys move through the columns.`,
      tables: [dataTable(title, ["Column", view.yLabel || "Row", view.valueName || "Value"], texts)],
    };
  }

  // An axis of numbers has no times to zoom to, and none to share with the crosshair of other charts.
  private newPlot(view: Heatmap): void {
    this.plot?.dispose();
    const around = view.xTime ? this.around : { ...this.around, crosshair: new Crosshair(), zoom: () => {}, zoomOut: () => {} };
    this.plot = new TimePlot(around, { at: (t, x, y) => this.tip(t, x, y), stops: () => this.stops() }, () => this.resize());
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
    const pen = (this.pen = ink());
    const hidden = view.yPlacement === "hidden";
    const right = view.yPlacement === "right";
    const widest = Math.max(0, ...view.rows.map((r) => textWidth(r, pen.font, 12)));
    const names = hidden ? 0 : Math.ceil(view.yWidth || Math.min(widest, plot.width * 0.3, widestName)) + 10;
    const left = right || hidden ? 10 : plot.room(names);
    const top = view.yLabel ? 20 : 4;
    plot.scale(view.x, { left, top, width: Math.max(1, plot.width - left - (right ? names : 10)), height: Math.max(1, plot.height - top - 24) });
    this.mark(null);
    const band = this.band(plot);
    const boxes = view.cells.map((c) => ({ c, ...this.box(c, plot) })).filter((b) => b.width > 0);
    const size = this.typeFor(boxes, plot, pen);
    plot.render({
      grid: plot.grid(),
      xAxis: { ...timeAxis({ ...view.x, ticks: this.ticks(view, plot, pen) }, (t) => plot.x(t), plot.width, pen), type: view.xTime ? "time" : "value", splitLine: { show: false } },
      yAxis: {
        type: "category", silent: true, data: view.rows, position: right ? "right" : "left", axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false },
        axisLabel: { show: !hidden, color: pen.muted, fontFamily: pen.font, fontSize: 12, margin: 7, width: names - 8, overflow: "truncate", interval: Math.ceil(14 / band) - 1 },
      },
      series: [
        layer("cells", [picture(boxes.map((b) => ({ ...b, colour: b.c.value.color || pen.muted })), view.cellRadius, plot.width, plot.height)], 2),
        layer("texts", size ? boxes.flatMap((b) => this.text(b, size, pen)) : [], 3),
        layer("label", view.yLabel && !hidden ? [{
          type: "text", style: { text: view.yLabel, x: right ? plot.width - 4 : 4, y: 3, align: right ? "right" : "left", fill: pen.muted, font: `11px ${pen.font}` },
        }] : [], 4, false),
      ],
    });
  }

  private ticks(view: Heatmap, plot: TimePlot, pen: Ink): Tick[] {
    const ticks = columnTicks(view.x, view.columns, plot.density, (t) => textWidth(t, pen.font));
    // The library's time axis knows whole milliseconds only, and finds no text for half of one.
    return view.xTime ? ticks.map((t) => ({ ...t, value: Math.round(t.value) })) : ticks;
  }

  private box(c: HeatmapCell, plot: TimePlot): { x: number; y: number; width: number; height: number } {
    const { left, top, width, height } = plot.frame;
    const column = this.view!.columns[c.column];
    const gap = this.view!.cellGap;
    const [from, to] = [Math.max(left, plot.x(column.from)), Math.min(left + width, plot.x(column.to))];
    const band = this.band(plot);
    const y = top + height - (c.row + 1) * band;
    // A gap as wide as the cell would leave nothing of it.
    const [gx, gy] = [Math.min(gap, (to - from) / 3), Math.min(gap, band / 3)];
    return { x: from + gx / 2, y: y + gy / 2, width: to - from - gx, height: Math.max(0.5, band - gy) };
  }

  /**
   * typeFor is the size of the texts in the cells, 0 where they are not written. A column that the
   * range cuts off counts as whole: it must not take the texts from the others.
   */
  private typeFor(boxes: readonly CellBox[], plot: TimePlot, pen: Ink): number {
    const { showValue, columns, cellGap } = this.view!;
    const smallest = Math.min(...columns.map((c) => (c.to - c.from) * plot.density)) - cellGap;
    if (showValue === "never" || boxes.length === 0 || smallest < type.least) return 0;
    const widest = Math.max(0.01, ...boxes.map((b) => textWidth(words(b.c.value), pen.font, 100, 500) / 100));
    const room = Math.min((smallest - 6) / widest, (this.band(plot) - cellGap - 2) / 1.15);
    if (room >= type.least) return Math.min(type.most, room);
    return showValue === "always" && room >= type.hardly ? room : 0;
  }

  private text(b: CellBox, most: number, pen: Ink): Shape[] {
    const text = words(b.c.value);
    const size = Math.min(most, (b.width - 2) / Math.max(0.01, textWidth(text, pen.font, 100, 500) / 100));
    if (size < type.hardly || (size < type.least && size < most)) return [];
    return [{
      type: "text",
      style: {
        text, x: b.x + b.width / 2, y: b.y + b.height / 2, align: "center", verticalAlign: "middle",
        fill: inkOn(b.c.value.color || pen.muted), font: `500 ${size.toFixed(1)}px ${pen.font}`,
      },
    }];
  }

  /** mark sets the cell under the pointer off, and shows where its value lies on the scale. */
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
    // With the keys, the whole column is read.
    const keyed = y === plot.frame.top + plot.frame.height / 2 && document.activeElement === plot.element && !plot.element.matches(":hover");
    const many = view.tooltip === "multi" || keyed;
    if (one?.tip && !many) return tipContent("", [{ colour: one.value.color || this.pen.muted, name: one.tip, text: "" }]);
    const rows = many ? view.rows.map((_, r) => view.rows.length - 1 - r) : [row];
    const lines = rows.flatMap((r) => {
      const c = this.cells.get(`${column} ${r}`);
      return c ? [{ colour: c.value.color || this.pen.muted, name: many ? view.rows[r] : view.valueName || "Value", text: words(c.value), strong: r === row && many && !keyed }] : [];
    });
    return lines.length ? tipContent(many ? view.columns[column].text : `${view.columns[column].text}  ${view.rows[row]}`, lines) : null;
  }
}

/** picture paints cells into one image: ten thousand shapes would each be looked after by the library. */
function picture(
  cells: readonly { x: number; y: number; width: number; height: number; colour: string }[], radius: number, width: number, height: number,
): Shape {
  const canvas = document.createElement("canvas");
  const sharp = devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.round(width * sharp), Math.round(height * sharp)];
  const pen = canvas.getContext("2d");
  pen?.scale(sharp, sharp);
  for (const c of pen ? cells : []) {
    pen!.fillStyle = c.colour;
    pen!.beginPath();
    if (radius > 0) pen!.roundRect(c.x, c.y, c.width, c.height, Math.min(radius, c.width / 2, c.height / 2));
    else pen!.rect(c.x, c.y, c.width, c.height);
    pen!.fill();
  }
  return { type: "image", style: { image: canvas, x: 0, y: 0, width, height } };
}
