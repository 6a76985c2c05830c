import { el, fill } from "../base/dom";
import type { LegendItem, Panel } from "../types";
import { known } from "../base/choices";
import type { Drawing, Surroundings } from "./drawing";
import { type Fitting, together } from "./fitting";
import { fold, legend, legendShare } from "./legend";
import type { Size } from "./plot";

/** A chart's legend, as its view describes it. */
export interface ChartLegend {
  show: boolean;
  items: readonly LegendItem[];
  mode: string; // list or table
  placement: string; // bottom or right
  /** The headings of the items' values. */
  calcs?: readonly string[];
  /** A list shows the values without their headings. */
  bare?: boolean;
  shape: "block" | "line";
}

/** What a chart says to those who cannot see it: a label, and its data in tables. */
export interface Spoken {
  label: string;
  tables: (HTMLElement | null)[];
}

/**
 * ChartShell is what all charts share: a plot with a legend beside it, names that the reader isolates in
 * the legend, a label and tables for screen readers, and drawing again when the size changes. A chart
 * says what its legend and its tables hold, and paints the plot.
 */
export abstract class ChartShell<V> implements Drawing<V> {
  protected view: V | null = null;
  /** The names in the legend that the reader chose to see alone. None means that all are shown. */
  protected isolated: ReadonlySet<string> = new Set();
  /** The name in the legend that the pointer is on. */
  protected pointed: string | null = null;
  protected readonly chart = el("div", { class: "chart" });
  protected readonly legendBox = el("div", { class: "legend-box" });
  /** Whether the reader has opened a legend that is too long for its place. */
  private unfolded = false;
  private readonly spokenBox = el("div");
  /** The smallest plot that is painted, in pixels. A smaller one is still being laid out. */
  protected readonly smallestPlot: number = 40;

  constructor(box: HTMLElement, protected readonly around: Surroundings) {
    fill(box, this.chart, this.spokenBox);
  }

  /** plotElement is the element that paint draws in. */
  protected abstract get plotElement(): HTMLElement;

  /** besidePlot is the element below or beside the plot. */
  protected get besidePlot(): HTMLElement {
    return this.legendBox;
  }

  protected abstract legendOf(view: V): ChartLegend;
  protected abstract speak(view: V, panel: Panel): Spoken;
  /** paint draws into a plot of a size. It measures nothing. */
  protected abstract paint(view: V, size: Size): void;

  draw(view: V, panel: Panel): void {
    this.view = view;
    if (this.plotElement.parentElement !== this.chart) fill(this.chart, this.plotElement, this.besidePlot);
    const { show, items } = this.legendOf(view);
    this.isolated = new Set(show ? known(this.around.chosen("only"), items.filter((item) => item.series >= 0).map((item) => item.name)) : []);
    this.showLegend();
    const { label, tables } = this.speak(view, panel);
    this.plotElement.setAttribute("aria-label", label);
    fill(this.spokenBox, ...tables);
  }

  *fit(): Fitting {
    if (!this.view) return;
    yield* this.placeLegend(this.legendOf(this.view));
    yield* this.foldLegend();
    yield;
    const size = this.measure();
    yield;
    if (size.width > this.smallestPlot && size.height > this.smallestPlot) this.paint(this.view, size);
  }

  dispose(): void {}

  /** measure returns the size of the plot. */
  protected measure(): Size {
    const { clientWidth: width, clientHeight: height } = this.plotElement;
    return { width, height };
  }

  protected repaint(): void {
    together([this.fit()]);
  }

  protected *placeLegend({ placement }: ChartLegend): Fitting {
    this.chart.classList.toggle("has-legend-right", placement === "right");
  }

  /**
   * foldLegend leaves out the names of a list that need more than a third of the chart's height. A button says how
   * many these are and shows them; then the legend scrolls.
   */
  protected *foldLegend(): Fitting {
    const list = this.legendBox.querySelector<HTMLElement>("ul.legend.is-bottom");
    if (list) yield* fold(list, () => Math.floor(this.chart.clientHeight * legendShare), this.unfolded, () => {
      this.unfolded = !this.unfolded;
      this.repaint();
    });
  }

  /** isShown tells whether a name is among those that the reader chose to see. */
  protected isShown(name: string): boolean {
    return this.isolated.size === 0 || this.isolated.has(name);
  }

  /** isDimmed tells whether a name steps back because the pointer is on another one in the legend. */
  protected isDimmed(name: string): boolean {
    return this.pointed != null && this.pointed !== name;
  }

  /** point is called when the pointer goes to a name in the legend, and with null when it leaves. */
  protected point(name: string | null): void {
    this.pointed = name;
    this.repaint();
  }

  private showLegend(): void {
    const l = this.legendOf(this.view!);
    const focused = this.legendBox.contains(document.activeElement) ? document.activeElement!.textContent : null;
    fill(this.legendBox, l.show && l.items.length > 0 && legend(l.items, {
      ...l, isolated: this.isolated,
      isolate: (names) => this.around.choose("only", names),
      pointed: (name) => this.point(name),
    }));
    if (focused) [...this.legendBox.querySelectorAll("button")].find((b) => b.textContent === focused)?.focus();
  }
}
