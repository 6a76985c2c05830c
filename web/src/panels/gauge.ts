import { el, fill } from "../base/dom";
import { readable } from "../base/colour";
import { picture, svg } from "../base/svg";
import { valueText } from "../base/value";
import { sector } from "../chart/arc";
import { type Box, clearOf, type Dial, dial, dialAngle, endBox, markBox, tiling, valueSize } from "../chart/dial";
import { itemTips } from "../chart/itemtips";
import { meterTable, meterTip } from "../chart/meters";
import { shortenedNames } from "../chart/fit";
import { markingOf, svgPattern } from "../chart/marking";
import { themeColours, type ThemeColours, textWidth } from "../chart/themecolours";
import { coverLink } from "../chart/coverlink";
import type { Gauge, GaugeItem, Panel, Value } from "../types";
import type { Drawing, Kind } from "../chart/drawing";
import type { Fitting } from "../chart/fitting";

/** The smallest dial, in pixels. A panel that is too small for its dials scrolls. */
const least = { width: 76, height: 56 };
const between = 10;

/** The smallest font size of a prefix or a suffix. On a wall screen it is three times as large. */
const leastAffix = 9.5;

/** The font size of a dial's number, as a share of the radius of its empty middle. */
const shareOfDial = 0.42;

export const gauge: Kind<Gauge> = (box) => new GaugeDrawing(box);

let drawings = 0;

class GaugeDrawing implements Drawing<Gauge> {
  private view: Gauge | null = null;
  private title = "";
  private size = "";
  /** The names below the dials as they are drawn, null until the first one is. */
  private names: string[] | null = null;
  private readonly dials = el("div", { class: "gauges", role: "group", tabindex: 0 });
  private readonly spokenBox = el("div");

  constructor(box: HTMLElement) {
    fill(box, this.dials, this.spokenBox);
    itemTips(this.dials, () => (this.view?.items ?? []).map((item, i) => ({ node: this.dials.children[i], tip: () => meterTip(item, this.title) })));
  }

  draw(view: Gauge, panel: Panel): void {
    this.view = view;
    this.title = panel.title;
    this.dials.setAttribute("aria-label", panel.title);
    fill(this.spokenBox, meterTable(panel.title, view.items ?? []));
    this.empty();
  }

  *fit(): Fitting {
    if (!this.view) return;
    yield;
    const same = `${this.dials.clientWidth} ${this.dials.clientHeight}` === this.size;
    yield;
    if (same) return;
    this.empty(); // the dials would be measured with the scrollbars of the former ones
    yield;
    const { clientWidth: width, clientHeight: height } = this.dials;
    yield;
    this.size = `${width} ${height}`;
    if (width < 20 || height < 20) return;
    this.paint(width, height);
    yield;
    const scrolls = this.dials.scrollHeight > height + 1 || this.dials.scrollWidth > width + 1;
    yield;
    this.dials.toggleAttribute("data-scrolls", scrolls);
  }

  dispose(): void {}

  /** empty removes the dials, so that they are painted again. */
  private empty(): void {
    fill(this.dials);
    this.names = null;
    this.size = "";
  }

  private paint(width: number, height: number): void {
    const { orientation } = this.view!;
    const items = this.view!.items ?? [];
    const count = items.length;
    // Grafana calls dials that are side by side vertical.
    const { columns, rows } = orientation === "vertical" ? { columns: count, rows: 1 }
      : orientation === "horizontal" ? { columns: 1, rows: count } : tiling(count, width, height, least.width + between);
    const manual = this.view!.sizeMode === "manual";
    const wide = Math.max((width - between * (columns - 1)) / columns, manual ? this.view!.minWidth : least.width);
    const high = Math.max((height - between * (rows - 1)) / rows, manual ? this.view!.minHeight : least.height);
    this.dials.style.gridTemplateColumns = `repeat(${columns}, ${Math.floor(wide)}px)`;
    this.dials.style.gridAutoRows = `${Math.floor(high)}px`;
    const theme = themeColours();
    this.dials.append(...items.map((item) => this.meter(item, Math.floor(wide), Math.floor(high), theme)));
  }

  private meter(item: GaugeItem, width: number, height: number, theme: ThemeColours): HTMLElement {
    const { number } = item.value;
    const known = number != null && item.min.number != null && item.max.number != null;
    const thresholds = item.marks.length ? `; thresholds at ${item.marks.map((m) => m.text).join(", ")}` : "";
    const meter = el("div", {
      class: "gauge", role: known ? "meter" : "img", "aria-label": item.title || this.title,
      "aria-valuenow": known ? number : null, "aria-valuemin": known ? item.min.number : null, "aria-valuemax": known ? item.max.number : null,
      "aria-valuetext": known ? `${valueText(item.value)}, from ${valueText(item.min)} to ${valueText(item.max)}${thresholds}` : null,
      "data-text": valueText(item.value), "data-color": item.value.color,
    }, this.picture(item, width, height, theme));
    // A meter may contain nothing that can be followed.
    const cover = coverLink(item.links);
    return cover ? el("div", { class: "gauge-linked" }, meter, cover) : meter;
  }

  private picture(item: GaugeItem, width: number, height: number, theme: ThemeColours): SVGElement {
    const view = this.view!;
    const measure = (text: string) => textWidth(text, theme.font, 100) / 100;
    const wanted = view.showThresholdLabels ? item.marks.map((m) => ({ ...m, width: measure(m.text) })) : [];
    // A panel without data has a scale from 0 to 0, on which nothing can be read.
    const scaled = item.min.number !== item.max.number || item.value.color != null;
    const banded = scaled && view.showThresholdMarkers && item.bands.length > 0;
    const d = dial(width, height, { bands: banded, marks: wanted, title: item.title !== "" });
    const marks = d.marks ? wanted : [];
    const root = picture("dial", width, height);
    root.append(svg("path", { d: ring(d, d.inner, d.track, 0, 1), class: "dial-track" }));
    if (item.fill != null && item.fill !== item.fillFrom)
      root.append(svg("path", { d: ring(d, d.inner, d.track, Math.min(item.fill, item.fillFrom), Math.max(item.fill, item.fillFrom)), fill: this.filling(item, root, theme), "data-color": item.fillColor }));
    if (item.fillFrom > 0 && item.fillFrom < 1) root.append(svg("path", { d: ring(d, d.inner, d.track, item.fillFrom - 0.004, item.fillFrom + 0.004), fill: theme.muted }));
    if (banded) for (const b of item.bands) root.append(svg("path", { d: ring(d, d.track + 2, d.radius, b.from, b.to), fill: b.color, class: "dial-band" }));
    root.append(this.reading(item.value, d, theme));
    if (scaled) this.ends(root, item, d, marks, measure, theme);
    if (item.title) root.append(this.name(item.title, d, width, theme));
    return root;
  }

  /** filling returns what fills the ring: a colour, or the pattern of a status. */
  private filling({ fillColor, value }: GaugeItem, root: SVGElement, theme: ThemeColours): string {
    const marking = markingOf(fillColor, value.status && value.color === fillColor);
    if (marking === "plain") return fillColor || theme.muted;
    const id = `dial-${++drawings}`; // the browser looks it up in the whole page
    root.append(svg("defs", {}, svgPattern(id, fillColor, marking, 1, theme.surface)));
    return `url(#${id}) ${fillColor}`;
  }

  private ends(root: SVGElement, item: GaugeItem, d: Dial, marks: readonly { at: number; text: string; color: string; width: number }[], measure: (t: string) => number, theme: ThemeColours): void {
    const texts = [valueText(item.min), valueText(item.max)];
    const ends = texts.map((t, i) => endBox(d, i as 0 | 1, measure(t)));
    const [low, high] = ends;
    const label = (box: Box, text: string, colour: string) => svg("text", {
      x: box.x + box.width / 2, y: box.y + box.height * 0.86, "text-anchor": "middle", "font-size": d.small, fill: colour,
    }, text);
    // On a small dial, two long texts at the ends would overlap. Then both are left out.
    if (low.x + low.width + 4 <= high.x) root.append(label(low, texts[0], theme.muted), label(high, texts[1], theme.muted));
    const boxes = marks.map((m) => markBox(d, m));
    clearOf(boxes, ends).forEach((free, i) => free && root.append(label(boxes[i], marks[i].text, readable(marks[i].color, theme.surface))));
  }

  private reading(value: Value, d: Dial, theme: ThemeColours): SVGElement {
    const { prefix = "", text, suffix = "" } = value;
    const affix = 0.6;
    const width = (t: string) => textWidth(t, theme.font, 100, 600) / 100;
    const fits = valueSize(d, width(text) + affix * width(prefix + suffix));
    // A size that the dashboard sets is for Grafana's smallest dial. In a large dial the number grows with it.
    const size = Math.min(fits, Math.max(this.view!.valueSize || fits, d.inner * shareOfDial));
    const side = (t: string) => (t ? svg("tspan", { "font-size": Math.max(leastAffix, size * affix) }, t) : null);
    return svg("text", {
      class: "dial-value", x: d.cx, y: d.cy + size * 0.36, "text-anchor": "middle", "font-size": size,
      fill: value.color ? readable(value.color, theme.surface) : theme.muted,
    }, side(prefix), text, side(suffix));
  }

  private name(title: string, d: Dial, width: number, theme: ThemeColours): SVGElement {
    const titles = this.view!.items.map((i) => i.title);
    this.names ??= shortenedNames(titles, width - 4, (t) => textWidth(t, theme.font, d.title));
    const cut = this.names[titles.indexOf(title)];
    return svg("text", { class: "dial-title", x: d.cx, y: d.titleY, "text-anchor": "middle", "font-size": d.title }, cut);
  }
}

function ring(d: Dial, inner: number, outer: number, from: number, to: number): string {
  return sector(d.cx, d.cy, inner, outer, dialAngle(from), dialAngle(to));
}
