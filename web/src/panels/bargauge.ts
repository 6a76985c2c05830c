import { el, fill } from "../base/dom";
import { parse, readable } from "../base/colour";
import { valueText } from "../base/value";
import { cells, smooth, stepped } from "../chart/gradient";
import { itemTips } from "../chart/itemtips";
import { markingOf } from "../chart/marking";
import { meterTable, meterTip } from "../chart/meters";
import { themeColours, textWidth } from "../chart/themecolours";
import { type ChartLegend, ChartShell, type Spoken } from "../chart/shell";
import type { Kind, Surroundings } from "../chart/drawing";
import type { Fitting } from "../chart/fitting";
import type { Size } from "../chart/plot";
import { cutNames } from "../chart/cutnames";
import { coverLink } from "../chart/coverlink";
import type { BarGauge, BarGaugeItem, Panel } from "../types";

export const bargauge: Kind<BarGauge> = (box, around) => new BarGaugeDrawing(box, around);

/** The least and the greatest size of a row or column, in pixels. A panel that is too small for them scrolls. */
const least = { beside: 18, above: 34, column: 44 };
const most = 76;

interface Measures {
  upright: boolean;
  /** Whether the names are above the bars and not beside them. */
  above: boolean;
  named: boolean;
  /** The font size of the values, and the width of the widest value. */
  type: number;
  reading: number;
  /** The length of a bar. */
  length: number;
}

class BarGaugeDrawing extends ChartShell<BarGauge> {
  protected readonly plotElement = el("ul", { class: "bars", tabindex: 0 });
  private title = "";
  /** The size that was painted last. */
  private size = "";

  constructor(box: HTMLElement, around: Surroundings) {
    super(box, around);
    itemTips(this.bars, () => this.shownItems.map((item, i) => ({ node: this.bars.children[i], tip: () => meterTip(item, this.title) })));
  }

  override draw(view: BarGauge, panel: Panel): void {
    this.title = panel.title;
    this.size = "";
    super.draw(view, panel);
  }

  override *fit(): Fitting {
    if (!this.view) return;
    yield* this.placeLegend(this.legendOf(this.view));
    yield;
    const size = this.measure();
    yield;
    if (`${size.width} ${size.height}` === this.size) return;
    this.paint(this.view, size);
    yield* cutNames([...this.bars.querySelectorAll<HTMLElement>(".bar-name")], this.shownItems.map((i) => i.title));
    yield;
    const scrolls = this.bars.scrollHeight > this.bars.clientHeight + 1 || this.bars.scrollWidth > this.bars.clientWidth + 1;
    yield;
    this.bars.toggleAttribute("data-scrolls", scrolls);
  }

  protected override repaint(): void {
    this.size = "";
    super.repaint();
  }

  protected legendOf({ legend }: BarGauge): ChartLegend {
    return { ...legend, items: legend.items ?? [], shape: "block" };
  }

  protected speak(view: BarGauge, { title }: Panel): Spoken {
    return { label: title, tables: [meterTable(title, view.items ?? [])] };
  }

  /** need returns the height in which the bars that lie are easy to read: few bars are thick, and many are thin. */
  need(): number {
    if (this.bars.classList.contains("is-upright") || this.view!.sizeMode === "manual") return Infinity;
    const count = this.shownItems.length;
    const above = this.bars.classList.contains("is-above");
    const row = above ? Math.min(52, Math.max(38, 600 / Math.max(1, count))) : Math.min(38, Math.max(24, 420 / Math.max(1, count)));
    return Math.ceil(count * row) + this.legendBox.offsetHeight;
  }

  private get bars(): HTMLElement {
    return this.plotElement;
  }

  private get shownItems(): readonly BarGaugeItem[] {
    return (this.view?.items ?? []).filter((i) => this.isShown(i.title));
  }

  protected paint(_: BarGauge, { width, height }: Size): void {
    this.size = `${width} ${height}`;
    const items = this.shownItems;
    if (width < 20 || items.length === 0) return fill(this.bars);
    const m = this.measures(items, width, height);
    this.bars.className = `bars is-${m.upright ? "upright" : m.above ? "above" : "beside"}`;
    this.bars.style.setProperty("--type", `${m.type}px`);
    this.bars.style.setProperty("--reading", `${m.reading}px`);
    fill(this.bars, ...items.map((item) => this.bar(item, m)));
  }

  private measures(items: readonly BarGaugeItem[], width: number, height: number): Measures {
    const view = this.view!;
    const font = themeColours().font;
    const widest = (texts: string[], size: number, weight = 400) => Math.ceil(Math.max(0, ...texts.map((t) => textWidth(t, font, size, weight))));
    const named = view.namePlacement !== "hidden" && items.some((i) => i.title !== "");
    const values = view.valueMode === "hidden" ? [] : items.map((i) => valueText(i.value));
    // As in Grafana, auto means upright bars in a panel that is wider than it is high.
    const upright = view.orientation === "vertical" || (view.orientation === "auto" && width > height);
    const manual = view.sizeMode === "manual";
    if (upright) {
      const column = Math.max(manual ? view.minWidth : least.column, (width - 8 * (items.length - 1)) / items.length);
      const fitting = column / Math.max(1, widest(values, 100, 600) / 100);
      const type = Math.max(11, Math.min(22, fitting * 0.96));
      this.bars.style.gridAutoColumns = `minmax(${Math.max(manual ? view.minWidth : least.column, Math.min(width / 2, widest(values, type, 600) + 2))}px, 1fr)`;
      this.bars.style.gridAutoRows = "";
      this.bars.style.setProperty("--name-type", "12px");
      return { upright, above: false, named, type, reading: 0, length: Math.max(20, height - type * 1.5 - (named ? 22 : 0)) };
    }
    const gap = height / items.length < 30 ? 4 : 6;
    this.bars.style.setProperty("--between", `${gap}px`);
    const share = (height - gap * (items.length - 1)) / items.length;
    const names = (size: number) => (named ? widest(items.map((i) => i.title), size) : 0);
    // On a phone, a name that would be cut goes above its bar even if it should be beside it.
    const cut = names(13) > width * (view.namePlacement === "left" && width < 560 ? 0.42 : 0.36);
    const above = named && (view.namePlacement === "top" || (cut && (view.namePlacement === "auto" || width < 560)));
    const low = Math.max(above ? least.above : least.beside, manual ? view.minHeight : 0);
    const high = manual && view.maxHeight > 0 ? Math.max(low, view.maxHeight) : Math.max(most, low);
    const row = Math.min(high, Math.max(low, share));
    this.bars.style.gridAutoRows = `${row}px`;
    this.bars.style.gridAutoColumns = "";
    const type = Math.max(12, Math.min(26, above ? row * 0.34 : row * 0.5, (width * 0.3) / Math.max(1, widest(values, 100, 600) / 100)));
    // A value takes at most half of the panel, because readers compare the bars.
    const reading = values.length ? Math.min(width / 2, widest(values, type, 600) + 2) : 0;
    const name = above ? Math.max(12, Math.min(18, row * 0.24)) : Math.max(12, Math.min(20, type * 0.82));
    const left = named && !above ? Math.min(names(name) + 2, width * 0.42) + 12 : 0;
    this.bars.style.setProperty("--name", `${Math.max(0, left - 12)}px`);
    this.bars.style.setProperty("--name-type", `${name}px`);
    return { upright, above, named, type, reading, length: Math.max(20, width - left - (reading ? reading + 12 : 0)) };
  }

  private bar(item: BarGaugeItem, m: Measures): HTMLElement {
    const view = this.view!;
    const text = valueText(item.value);
    const value = el("span", { class: item.value.color ? "bar-value" : "bar-value is-unrated", "data-text": text, "data-color": item.value.color }, text);
    if (view.valueMode === "color" && parse(item.value.color)) value.style.color = readable(item.value.color!, themeColours().surface);
    const { number } = item.value;
    const known = number != null && item.min.number != null && item.max.number != null;
    const track = el("span", {
      class: `bar-track${view.showUnfilled ? "" : " is-bare"} is-${view.displayMode}`, role: known ? "meter" : null, "aria-label": known ? item.title || this.title : null,
      "aria-valuenow": known ? number : null, "aria-valuemin": known ? item.min.number : null, "aria-valuemax": known ? item.max.number : null,
      "aria-valuetext": known ? `${text}, from ${valueText(item.min)} to ${valueText(item.max)}` : null,
    });
    this.colour(track, item, m);
    return el("li", { class: "bar-item" },
      m.named ? el("span", { class: "bar-name" }, item.title) : null,
      m.upright ? el("span", { class: "bar-column" }, value, track) : track,
      m.upright || view.valueMode === "hidden" ? null : value, coverLink(item.links));
  }

  private colour(track: HTMLElement, item: BarGaugeItem, m: Measures): void {
    const view = this.view!;
    const whole = Math.min(1, Math.max(0, item.fill ?? 0));
    const direction = m.upright ? "to top" : "to right";
    const colour = item.value.color || "#808080";
    const stops = item.stops ?? [];
    const lit = el("span", { class: `bar-fill is-${markingOf(item.value.color, item.value.status)}`, "aria-hidden": "true" });
    let reach = whole;
    if (view.displayMode === "lcd") {
      const c = cells(m.length, whole);
      reach = c.lit / c.count;
      const paint = stops.length ? stepped(stops, c.count, direction) : colour;
      track.style.setProperty("--cell", `${100 / c.count}%`);
      track.style.setProperty("--cells", paint.startsWith("linear") ? paint : `linear-gradient(${paint}, ${paint})`);
      lit.style.background = paint;
    } else lit.style.background = view.displayMode === "gradient" && stops.length > 1 ? smooth(stops, direction) : colour;
    // The fill is as long as the whole bar and is then clipped, so that each colour stays in the same place
    // whatever the value is.
    const rest = view.displayMode === "lcd" && reach < 1 ? `calc(${(1 - reach) * 100}% + 1px)` : `${(1 - reach) * 100}%`;
    lit.style.clipPath = m.upright ? `inset(${rest} 0 0 0)` : `inset(0 ${rest} 0 0)`;
    lit.hidden = reach <= 0;
    track.append(lit);
  }
}
