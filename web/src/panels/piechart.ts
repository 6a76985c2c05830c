import { fill } from "../base/dom";
import { alpha, textColourOn } from "../base/colour";
import { picture, svg } from "../base/svg";
import { valueText } from "../base/value";
import { currentZoom } from "../base/zoom";
import { polar, sector } from "../chart/arc";
import { shortened } from "../chart/fit";
import { markingOf, svgPattern } from "../chart/marking";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { legendShare } from "../chart/legend";
import { pointing, stillPlot } from "../chart/pointing";
import type { Size } from "../chart/plot";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import { type Arc, arcAt, arcs, labelFits } from "../chart/slices";
import { dataTable } from "../chart/spoken";
import { tipContent, tipLinks } from "../chart/tip";
import type { Kind, Surroundings } from "../chart/drawing";
import type { Fitting } from "../chart/fitting";
import type { Panel, PieChart, Slice, Value } from "../types";

export const piechart: Kind<PieChart> = (box, around) => new PieDrawing(box, around);

/**
 * The width in pixels that a legend beside the pie must leave for the pie. If it leaves less, the legend
 * goes below the pie.
 */
const roomBeside = 150;
/** The share of a donut's radius that is empty. */
const hole = 0.6;

let drawings = 0;

class PieDrawing extends ChartShell<PieChart> {
  protected readonly plotElement = stillPlot();
  protected override readonly smallestPlot = 30;
  private slices: Slice[] = [];
  private arcs: (Arc | null)[] = [];
  private paths: (SVGElement | null)[] = [];
  // The browser looks up a pattern's id in the whole page, so each drawing needs ids of its own.
  private readonly name = `pie-${++drawings}`;
  private middle: SVGElement | null = null;
  private centre = { x: 0, y: 0, outer: 0, inner: 0 };

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    this.chart.classList.add("pie");
    pointing(this.plotElement, { at: (x, y) => this.tip(x, y), stops: () => this.stops(), left: () => this.point(null) });
  }

  override draw(view: PieChart, panel: Panel): void {
    this.slices = view.slices.filter((s) => !s.hideFromViz);
    super.draw(view, panel);
  }

  protected legendOf(view: PieChart): ChartLegend {
    const values = view.legendValues ?? [];
    return {
      show: view.legendShow, mode: view.legendMode, placement: view.legendPlacement, shape: "block", bare: true,
      calcs: values.map((v) => (v === "percent" ? "Percent" : "Value")),
      items: view.slices.map((s, series) => ({ s, series })).filter(({ s }) => !s.hideFromLegend).map(({ s, series }) => ({
        series, name: s.title, color: s.value.color || "#808080", status: s.value.status,
        values: values.map((v) => (v === "percent" ? { text: s.percent, number: s.share } : s.value)),
      })),
    };
  }

  protected speak(_: PieChart, { title }: Panel): Spoken {
    return {
      label: `Pie chart: ${this.slices.length} slices. Arrow keys move through them.`,
      tables: [dataTable(title, ["Name", "Value", "Share"], this.slices.map((s) => [s.title, valueText(s.value), s.percent]))],
    };
  }

  /** placeLegend puts the legend below the pie where it would leave too little room for the pie. */
  protected override *placeLegend({ show, placement }: ChartLegend): Fitting {
    const list = this.legendBox.querySelector(".legend");
    const beside = (on: boolean) => {
      this.chart.classList.toggle("is-beside", on);
      list?.classList.toggle("is-right", on);
    };
    const right = show && placement === "right";
    beside(right);
    if (!right || !list) return;
    yield;
    const { clientWidth } = this.chart;
    const room = list.scrollWidth <= clientWidth * legendShare && clientWidth - list.scrollWidth >= roomBeside;
    yield;
    beside(room);
  }

  protected paint(view: PieChart, { width, height }: Size): void {
    const theme = themeColours();
    const outer = Math.max(10, Math.min(width, height) / 2 - 5);
    this.centre = { x: width / 2, y: height / 2, outer, inner: view.type === "donut" ? outer * hole : 0 };
    this.arcs = arcs(this.slices.map((s) => s.share));
    const root = picture("pie-plot", width, height);
    const { x, y, inner } = this.centre;
    if (this.arcs.every((a) => a == null)) root.append(svg("path", { class: "pie-nothing", d: sector(x, y, inner || outer - 6, outer, 0, 2 * Math.PI) }));
    const patterns = svg("defs");
    this.paths = this.arcs.map((a, i) => a && svg("path", {
      class: a.to - a.from > 2 * Math.PI - 1e-6 ? "pie-slice is-whole" : "pie-slice", d: sector(x, y, inner, outer, a.from, a.to), fill: this.fillOf(this.slices[i].value, patterns, theme), "data-color": this.slices[i].value.color,
    }));
    this.middle = svg("g", { class: "pie-middle" });
    root.append(patterns, ...this.paths.flatMap((p) => p ?? []), ...this.arcs.flatMap((a, i) => (a && this.label(view, a, this.slices[i], theme)) ?? []), this.middle);
    fill(this.plotElement, root);
    this.point(this.pointed);
  }

  /** fillOf returns what fills a slice. The pattern of a status is weak, because texts are written over it. */
  private fillOf({ color = "#808080", status }: Value, patterns: SVGElement, theme: ThemeColours): string {
    const marking = markingOf(color, status);
    if (marking === "plain") return color;
    const id = `${this.name}-${patterns.childElementCount}`;
    patterns.append(svgPattern(id, color, marking, 1, alpha(theme.surface, 0.55)));
    return `url(#${id}) ${color}`;
  }

  private label(view: PieChart, arc: Arc, slice: Slice, theme: ThemeColours): SVGElement | null {
    const labels = view.labels ?? [];
    const texts = [labels.includes("name") && slice.title, labels.includes("value") && valueText(slice.value), labels.includes("percent") && slice.percent].filter((t) => t !== false && t !== "") as string[];
    if (texts.length === 0) return null;
    const { x, y, outer, inner } = this.centre;
    const whole = arc.to - arc.from > 2 * Math.PI - 1e-6;
    const radius = whole && inner === 0 ? 0 : inner ? (inner + outer) / 2 : outer * 0.66;
    // The largest font size that fits. A text that would be too small to read is left out.
    for (let size = Math.min(15, Math.max(11, outer * 0.12)); size >= 10.5; size -= 1) {
      const width = Math.max(...texts.map((t) => textWidth(t, theme.font, size, 500)));
      if (!(radius === 0 ? width < outer * 1.6 : labelFits(arc, inner, outer, radius, width, texts.length * size * 1.2))) continue;
      const [cx, cy] = polar(x, y, radius, (arc.from + arc.to) / 2);
      const top = cy - (texts.length * size * 1.2) / 2 + size * 0.95;
      return svg("text", { class: "pie-label", "text-anchor": "middle", "font-size": size, fill: textColourOn(slice.value.color ?? ""), stroke: slice.value.color },
        ...texts.map((t, i) => svg("tspan", { x: cx, y: top + i * size * 1.2 }, t)));
    }
    return null;
  }

  /** point highlights a slice in the pie and in the legend. */
  protected override point(name: string | null): void {
    this.pointed = name;
    const lit = (title: string) => (name != null ? title === name : this.isShown(title));
    this.paths.forEach((p, i) => p?.classList.toggle("is-off", !lit(this.slices[i].title)));
    for (const b of this.legendBox.querySelectorAll<HTMLElement>(".legend-item")) {
      b.classList.toggle("is-pointed", name != null && b.dataset.name === name);
      if (b.dataset.name === name) this.reveal(b);
    }
    this.say(name ?? (this.isolated.size === 1 ? [...this.isolated][0] : null));
  }

  // scrollIntoView would also scroll the page.
  private reveal(entry: HTMLElement): void {
    const [e, b] = [entry.getBoundingClientRect(), this.legendBox.getBoundingClientRect()];
    const zoom = currentZoom();
    if (e.bottom > b.bottom) this.legendBox.scrollTop += (e.bottom - b.bottom) / zoom;
    else if (e.top < b.top + e.height) this.legendBox.scrollTop -= (b.top + e.height - e.top) / zoom; // below the headings
  }

  /** say writes a slice's share into the middle of a donut; null clears it. */
  private say(name: string | null): void {
    const slice = this.slices.find((s) => s.title === name);
    const { x, y, inner } = this.centre;
    this.middle?.replaceChildren();
    if (!slice || inner < 34) return;
    const theme = themeColours();
    const size = Math.min(30, inner * 0.42);
    const small = Math.max(11, Math.min(14, inner * 0.18));
    const cut = (t: string, room: number) => shortened(t, room, (s) => textWidth(s, theme.font, small));
    const named = inner >= 56;
    this.middle?.append(svg("text", { x, y: named ? y - small * 0.1 : y + size * 0.36, class: "pie-share", "font-size": size, "text-anchor": "middle" }, slice.percent));
    if (!named) return;
    this.middle?.append(
      svg("text", { x, y: y + small * 1.3, class: "pie-name", "font-size": small, "text-anchor": "middle" }, cut(slice.title, inner * 1.7)),
      svg("text", { x, y: y + small * 2.6, class: "pie-name", "font-size": small, "text-anchor": "middle" }, cut(valueText(slice.value), inner * 1.35)));
  }

  private stops(): { x: number; y: number }[] {
    const { x, y, outer, inner } = this.centre;
    return this.arcs.flatMap((a) => {
      if (!a) return [];
      const [px, py] = polar(x, y, (inner + outer) / 2, (a.from + a.to) / 2);
      return [{ x: px, y: py }];
    });
  }

  private tip(x: number, y: number): Node | null {
    const view = this.view!;
    const at = arcAt(this.arcs, this.centre.inner, this.centre.outer, x - this.centre.x, y - this.centre.y);
    const one = at < 0 ? null : this.slices[at];
    this.point(one?.title ?? null);
    if (!one || view.tooltip === "none") return null;
    const shown = view.tooltip === "multi" ? this.slices : [one];
    const rows = shown.filter((s) => !s.hideFromTooltip).map((s) => ({
      colour: s.value.color || "#808080", status: s.value.status, name: s.title, text: valueText(s.value), share: s.percent, strong: s === one && shown.length > 1,
    }));
    const links = tipLinks(one.links);
    return rows.length ? tipContent("", rows, links ? [links] : []) : null;
  }
}
