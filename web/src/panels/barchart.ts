import { fill } from "../base/dom";
import { textColourOn, over } from "../base/colour";
import { timeWords } from "../base/time";
import { picture, svg } from "../base/svg";
import { categoryPosition, valuePosition, type BarFrame, barFrame, categoryAt, leastReading, type Reading } from "../chart/barframe";
import { barAxes, zeroLine } from "../chart/baraxes";
import { BarFills } from "../chart/barfill";
import { hueAt } from "../chart/marking";
import { barPath, type Column, columns, type Side } from "../chart/columns";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { pointing, stillPlot } from "../chart/pointing";
import type { Size } from "../chart/plot";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { dataTable } from "../chart/spoken";
import { tipContent, tipLinks } from "../chart/tip";
import type { Kind, Surroundings } from "../chart/drawing";
import type { BarChart, Panel } from "../types";

export const barchart: Kind<BarChart> = (box, around) => new BarChartDrawing(box, around);

interface Box { x: number; y: number; width: number; height: number }

class BarChartDrawing extends ChartShell<BarChart> {
  protected readonly plotElement = stillPlot();
  private frame: BarFrame | null = null;
  private bars: (Column & Box)[] = [];
  private shapes: SVGElement[] = [];
  private readonly highlight = svg("rect", { class: "bar-highlight", visibility: "hidden" });

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    pointing(this.plotElement, { at: (x, y) => this.tip(x, y), stops: () => this.stops(), left: () => this.mark(null) });
  }

  protected legendOf({ legend }: BarChart): ChartLegend {
    return { ...legend, shape: "block" };
  }

  protected speak(view: BarChart, { title }: Panel): Spoken {
    const shown = view.series.filter((s) => !s.hideFromViz);
    return {
      label: `Bar chart: ${view.categories.length} categories, ${view.series.length} series. Arrow keys move through them.`,
      tables: [dataTable(title, [view.categoryLabel || "Category", ...shown.map((s) => s.name)],
        view.categories.map((c, i) => [c.text, ...shown.map((s) => s.texts[i] ?? "")]))],
    };
  }

  protected paint(view: BarChart, { width, height }: Size): void {
    const theme = themeColours();
    const placed = columns(view, (s) => !s.hideFromViz && this.isShown(s.name));
    const all: Reading[] = view.showValue === "never" ? [] : placed.map((column) => ({
      column, axis: view.axes[view.series[column.series].axis] ?? view.axes[0], text: (view.series[column.series].endTexts ?? view.series[column.series].texts)[column.index] ?? "",
    }));
    let readings = all;
    let f = barFrame(view, width, height, readings, theme);
    if (view.showValue !== "always" && !this.roomy(f, readings, theme)) f = barFrame(view, width, height, (readings = readings.filter((r) => r.column.stacked)), theme);
    this.frame = f;
    this.bars = placed.map((c) => ({ ...c, ...this.box(view, f, c) }));
    const root = picture("bar-plot", width, height);
    const fills = new BarFills(theme.surface);
    this.shapes = this.bars.map((b) => this.bar(view, f, b, fills));
    root.append(fills.defs, this.highlight, barAxes(view, f, theme), ...this.shapes);
    const zero = zeroLine(view, f);
    if (zero) root.append(zero);
    root.append(...readings.flatMap((r) => this.reading(view, f, r, theme) ?? []));
    this.mark(null);
    fill(this.plotElement, root);
  }

  /** roomy tells whether every text at a bar's end can be read and does not touch its neighbours. */
  private roomy(f: BarFrame, readings: readonly Reading[], theme: ThemeColours): boolean {
    const count = this.view!.categories.length;
    return readings.filter((r) => !r.column.stacked).every((r) => {
      const room = Math.abs(categoryPosition(f, 0, r.column.to, count) - categoryPosition(f, 0, r.column.from, count));
      return f.horizontal ? room >= 9 : room + 8.5 >= textWidth(r.text, theme.font, f.reading, 500);
    });
  }

  private box(view: BarChart, f: BarFrame, c: Column): Box {
    const count = view.categories.length;
    const axis = view.axes[view.series[c.series].axis] ?? view.axes[0];
    const [a, b] = [valuePosition(f, axis, c.lo), valuePosition(f, axis, c.hi)];
    const [from, to] = [categoryPosition(f, c.index, c.from, count), categoryPosition(f, c.index, c.to, count)];
    // A value that is not zero is at least one pixel long. Bars in a stack have a gap of one pixel.
    const long = Math.abs(a - b);
    const size = c.hi !== c.lo && long < 1 ? 1 : c.stacked && long > 3 ? long - 1 : long;
    const start = b >= a ? a : a - size;
    return f.horizontal ? { x: start, y: from, width: size, height: to - from } : { x: from, y: start, width: to - from, height: size };
  }

  private bar(view: BarChart, f: BarFrame, b: Column & Box, fills: BarFills): SVGElement {
    const s = view.series[b.series];
    const hue = hueAt(s, b.index);
    const back = b.hi < b.lo;
    const side: Side = f.horizontal ? (back ? "left" : "right") : back ? "bottom" : "top";
    const thick = f.horizontal ? b.height : b.width;
    const outlined = s.lineWidth > 0 && thick >= 6 && s.fillOpacity < 100;
    return svg("path", {
      class: "bar-shape", d: barPath(b.x, b.y, b.width, b.height, b.stacked ? 0 : view.barRadius * thick, side), ...fills.of(s, hue, side, thick),
      opacity: this.isDimmed(s.name) ? 0.2 : null,
      stroke: outlined ? hue.colour : null, "stroke-width": outlined ? Math.min(s.lineWidth, 1.5) : null, "data-color": hue.colour,
    });
  }

  private reading(view: BarChart, f: BarFrame, { column, text }: Reading, theme: ThemeColours): SVGElement | null {
    const b = this.bars.find((o) => o.series === column.series && o.index === column.index);
    const s = view.series[column.series];
    if (!b || text === "" || this.isDimmed(s.name)) return null;
    const back = b.hi < b.lo;
    const [middleX, middleY] = [b.x + b.width / 2, b.y + b.height / 2];
    if (b.stacked) {
      const size = Math.min(f.reading, b.height - 2, (b.width - 5) / (textWidth(text, theme.font, 100, 500) / 100));
      if (size < leastReading) return null;
      const colour = over(s.colors?.[b.index] || s.color, theme.surface, s.fillOpacity / 100);
      return svg("text", { class: "bar-reading", x: middleX, y: middleY + size * 0.36, "text-anchor": "middle", "font-size": size, fill: textColourOn(colour) }, text);
    }
    const at = f.horizontal ? { x: back ? b.x - 5 : b.x + b.width + 5, y: middleY + f.reading * 0.36, "text-anchor": back ? "end" : "start" }
      : { x: middleX, y: back ? b.y + b.height + f.reading + 1 : b.y - 4, "text-anchor": "middle" };
    return svg("text", { class: "bar-reading", ...at, "font-size": f.reading, fill: theme.text }, text);
  }

  private stops(): { x: number; y: number }[] {
    const f = this.frame;
    const count = this.view?.categories.length ?? 0;
    if (!f) return [];
    return this.view!.categories.map((_, i) => {
      const at = categoryPosition(f, i, 0.5, count);
      return f.horizontal ? { x: f.left + f.width / 2, y: at } : { x: at, y: f.top + f.height / 2 };
    });
  }

  /** mark highlights the category that is pointed at: its whole band, or only its bars. */
  private mark(index: number | null): void {
    const f = this.frame;
    const whole = index != null && f != null && this.view!.fullHighlight;
    this.highlight.setAttribute("visibility", whole ? "visible" : "hidden");
    this.shapes.forEach((shape, i) => shape.classList.toggle("is-pointed", index != null && !whole && this.bars[i].index === index));
    if (!whole) return;
    const count = this.view!.categories.length;
    const [from, to] = [categoryPosition(f, index, 0, count), categoryPosition(f, index, 1, count)];
    const box = f.horizontal ? { x: 0, y: from, width: f.left + f.width + 10, height: to - from } : { x: from, y: f.top, width: to - from, height: f.height };
    for (const [name, v] of Object.entries(box)) this.highlight.setAttribute(name, v.toFixed(1));
  }

  private tip(x: number, y: number): Node | null {
    const view = this.view!;
    const f = this.frame;
    const index = f ? categoryAt(f, x, y, view.categories.length) : -1;
    this.mark(index < 0 ? null : index);
    if (index < 0 || view.tooltip === "none") return null;
    const here = this.bars.filter((b) => b.index === index && !view.series[b.series].hideFromTooltip);
    const grip = 2;
    const on = here.find((b) => x >= b.x - grip && x <= b.x + b.width + grip && y >= b.y - grip && y <= b.y + b.height + grip);
    const rows = here.filter((b) => view.tooltip !== "single" || !on || b === on).map((b) => {
      const s = view.series[b.series];
      return { ...hueAt(s, index), name: s.name, text: s.texts[index] ?? "", share: s.shares?.[index], strong: b === on && here.length > 1 };
    });
    const links = tipLinks((on ? [on] : here).flatMap((b) => view.series[b.series].links?.[index] ?? []));
    const { text, time } = view.categories[index];
    return tipContent(time == null ? text : timeWords(time, this.around.zone()), rows, links ? [links] : []);
  }
}
