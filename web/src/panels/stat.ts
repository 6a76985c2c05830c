import { el, fill } from "../base/dom";
import { textColourOn, over, parse, readable } from "../base/colour";
import { svg } from "../base/svg";
import { timeWords } from "../base/time";
import { dataTable } from "../chart/spoken";
import { type Item, itemTips } from "../chart/itemtips";
import { valueText } from "../base/value";
import { themeColours, textWidth } from "../chart/themecolours";
import { markingOf } from "../chart/marking";
import { swatch, tipContent } from "../chart/tip";
import { gridOf, largest, tileSizes } from "../chart/statfit";
import { cutNames } from "../chart/cutnames";
import { coverLink, followText, linkedText } from "../chart/coverlink";
import { eachOnce } from "../base/link";
import { level } from "../chart/level";
import type { Link, Panel, Stat, StatItem, Value } from "../types";
import type { Drawing, Kind, Surroundings } from "../chart/drawing";
import type { Fitting } from "../chart/fitting";

/** The strength of the colour in a tile's background if the value itself is coloured. */
const tint = 0.07;

/** The largest font sizes of a number, a word and the facts below it: on a dashboard, and in a panel that fills the window. */
const most = { page: { number: 96, word: 54, fact: 18 }, single: { number: 240, word: 140, fact: 34 } };

/** The font size of a prefix or a suffix, as a share of the value's. */
const affix = 0.68;

export const stat: Kind<Stat> = (box, around) => new StatDrawing(box, around);

class StatDrawing implements Drawing<Stat> {
  private view: Stat | null = null;

  private title = "";
  private readonly root = el("div", { role: "group", tabindex: 0 });
  private readonly spokenBox = el("div");

  constructor(private readonly box: HTMLElement, private readonly around: Surroundings) {
    fill(box, this.root, this.spokenBox);
    itemTips(this.root, () => this.tips());
    followText(this.root);
  }

  draw(view: Stat, panel: Panel): void {
    this.view = view;
    this.title = panel.title;
    const plain = isTile(view.items);
    const tile = this.box.closest<HTMLElement>(".panel");
    const surface = themeColours().surface;
    const rated = plain ? ratedItem(view) : view.items[0];
    const one = rated && (plain || view.items.length === 1) ? colourOf(view, rated) : null;
    // Grey means that the number has no colour of its own, so its tile gets none either.
    const colour = one && isGrey(one) && rated.value.number != null ? null : one;
    const solid = view.colorMode.startsWith("background");
    const ground = colour ? (solid ? colour : over(colour, surface, tint)) : surface;
    if (tile) {
      tile.classList.toggle("is-tinted", colour != null);
      tile.dataset.marking = markingOf(colour, rated?.value.status);
      tile.style.setProperty("--tile", colour ?? "transparent");
      tile.style.setProperty("--tile-edge", colour && solid ? textColourOn(colour) : colour ?? "transparent");
      tile.style.setProperty("--tile-ground", ground);
      tile.style.setProperty("--tile-ink", colour && solid ? textColourOn(colour) : "");
    }
    this.root.setAttribute("aria-label", panel.title || "Values");
    this.root.removeAttribute("style"); // the layout of the last answer
    if (plain) this.tile(view, ground);
    else this.values(view, ground);
    fill(this.spokenBox, ...view.items.map((item) => this.spokenLine(item)));
  }

  /** fit makes the texts as large as the box allows. */
  *fit(): Fitting {
    const root = this.root;
    root.style.maxHeight = "";
    yield;
    const { clientWidth: width, clientHeight: height } = root;
    yield;
    if (!this.view || width < 10 || height < 10) return;
    const limits = document.body.classList.contains("is-single") ? most.single : most.page;
    const { items, textMode } = this.view;
    if (root.classList.contains("is-tile")) {
      const label = (i: StatItem) => (textMode === "value" || !i.title ? 0 : relativeWidth(i.title, 400) * 0.86 + 0.5);
      const number = items[0].value.number != null;
      const t = tileSizes(valueWidth(items[0].value), items.slice(1).map((i) => label(i) + valueWidth(i.value, 500, 1)), width, height,
        number ? limits.number : Math.min(limits.word, height * 0.45), limits.fact);
      root.style.setProperty("--main", `${t.main.toFixed(1)}px`);
      root.style.setProperty("--facts", `${t.facts.toFixed(1)}px`);
      yield;
      const scrolls = root.scrollHeight > height + 4;
      yield;
      root.toggleAttribute("data-scrolls", scrolls);
      if (scrolls) yield* endAfterALine(root, height);
      return;
    }
    const bare = textMode === "name";
    const widths = items.map((i) => (bare ? relativeWidth(i.title, 600) : valueWidth(i.value)));
    const lined = items.some((i) => i.sparkline?.length);
    const way = this.view.orientation === "vertical" ? "row" : this.view.orientation === "horizontal" ? "stacked" : "auto";
    const named = !bare && root.querySelector(".stat-name") != null;
    const room = lined ? height * 0.64 : height;
    // Grafana calls items that are side by side vertical.
    const grid = items.length === 1 ? { columns: 1, size: largest(widths[0], width, room - (named ? 18 : 0), limits.number) }
      : gridOf(widths, named, way, width, room, limits.number);
    root.style.gridTemplateColumns = `repeat(${grid.columns}, minmax(0, 1fr))`;
    root.style.setProperty("--main", `${grid.size.toFixed(1)}px`);
    // What counts is the height of the items: a glyph may reach out of its line.
    const last = root.lastElementChild as HTMLElement | null;
    delete root.dataset.fits;
    yield;
    const scrolls = last != null && last.offsetTop - root.offsetTop + last.offsetHeight > height + 4;
    yield;
    root.toggleAttribute("data-scrolls", scrolls);
    if (items.length === 1 && !named && !lined) yield* level(this.box, root, grid.size);
    if (named) yield* cutNames([...root.querySelectorAll<HTMLElement>(".stat-name .name-text")], items.flatMap((i) => i.title || []));
  }

  dispose(): void {
    const tile = this.box.closest<HTMLElement>(".panel");
    tile?.classList.remove("is-tinted");
    delete tile?.dataset.marking;
    for (const name of ["--tile", "--tile-edge", "--tile-ground", "--tile-ink"]) tile?.style.removeProperty(name);
  }

  // The first item is a word that is read from across the room. The others are facts about it.
  // If the items have links of their own, such as a list of steps, each leads where its link does. Else the whole tile does.
  private tile(view: Stat, ground: string): void {
    const [first, ...rest] = view.items;
    const own = ownLinks(view);
    this.root.className = "stat is-tile";
    fill(this.root,
      el("div", { class: "stat-main" }, this.value(view, first, ground), own && coverLink(first.links)),
      el("dl", { class: "stat-facts" }, ...rest.map((item) => el("div", {},
        view.textMode === "value" || !item.title ? null : el("dt", {}, item.title),
        el("dd", {}, this.value(view, item, ground), own && coverLink(item.links))))),
      own ? null : coverLink(linksOf(view)));
  }

  private values(view: Stat, ground: string): void {
    const named = view.textMode === "value_and_name" || view.textMode === "name" || (view.textMode === "auto" && view.items.length > 1);
    const bare = view.textMode === "name";
    this.root.className = `stat is-grid is-${view.justifyMode === "center" ? "centred" : "led"}`;
    fill(this.root,
      ...view.items.map((item) => {
        const node = el("div", { class: "stat-item" },
          named && item.title ? el("div", { class: bare ? "stat-value stat-main" : "stat-name" },
            !bare && view.items.length > 1 && markingOf(colourOf(view, item), item.value.status) !== "plain" ? swatch(item.value.color!, "block", true) : null, bare ? item.title : el("span", { class: "name-text" }, item.title)) : null,
          bare || view.textMode === "none" ? null : el("div", { class: "stat-main" }, this.value(view, item, this.groundOf(view, item, ground))),
          item.sparkline?.length ? sparkline(item.sparkline, colourOf(view, item) ?? themeColours().muted) : null,
          coverLink(item.links));
        const colour = colourOf(view, item);
        if (colour && view.items.length > 1 && view.colorMode.startsWith("background")) {
          node.style.backgroundColor = colour;
          node.style.color = textColourOn(colour);
        }
        return node;
      }));
  }

  /** tips are the tooltips: one for a tile or a value, and one for each value of a sparkline. */
  private tips(): Item[] {
    const { items } = this.view!;
    const row = (i: StatItem) => ({ colour: i.value.color ?? "", status: i.value.status, name: i.title || this.title, text: valueText(i.value) });
    if (isTile(items)) return [{ node: this.root, tip: () => tipContent(this.title, items.map(row)) }];
    return items.flatMap((item, i) => {
      const node = this.root.children[i];
      const line = node.querySelector(".sparkline");
      const points = line ? item.sparkline!.flatMap((v, at) => (v == null ? [] : [at])) : [];
      return [{ node, tip: () => tipContent("", [row(item)]) }, ...points.map((at) => ({
        node: line!, at: at / Math.max(1, item.sparkline!.length - 1),
        tip: () => tipContent(timeWords(item.sparkTimes![at], this.around.zone()), [{ ...row(item), status: false, text: item.sparkTexts![at] }]),
      }))];
    });
  }

  /** spokenLine is the table of a sparkline for screen readers. */
  private spokenLine({ title, sparkline: line, sparkTimes, sparkTexts }: StatItem): HTMLElement | null {
    if (!line?.length) return null;
    const rows = line.flatMap((v, at) => (v == null ? [] : [[timeWords(sparkTimes![at], this.around.zone()), sparkTexts![at]]]));
    return dataTable(title || this.title, ["Time", "Value"], rows);
  }

  private groundOf(view: Stat, item: StatItem, ground: string): string {
    return view.items.length > 1 && view.colorMode.startsWith("background") ? colourOf(view, item) ?? ground : ground;
  }

  private value(view: Stat, item: StatItem, ground: string): HTMLElement {
    const v = item.value;
    const links = isTile(view.items) && !ownLinks(view) ? linksOf(view) : item.links;
    const node = linkedText(links, { class: v.color ? "stat-value" : "stat-value is-unrated", "data-text": valueText(v) },
      v.prefix ? el("span", { class: "stat-affix" }, v.prefix) : null, v.text, v.suffix ? el("span", { class: "stat-affix" }, v.suffix) : null);
    if (view.colorMode === "value" && parse(v.color)) node.style.color = readable(v.color!, ground);
    else if (view.colorMode.startsWith("background") && parse(ground)) node.style.color = textColourOn(ground);
    if (v.color) node.dataset.color = v.color;
    // The edge of a tile marks one of its values. Each other fact has its marking below it.
    if (isTile(view.items) && item !== view.items[0] && item !== ratedItem(view)) node.dataset.marking = markingOf(colourOf(view, item), v.status);
    return node;
  }
}

// isTile tells whether items make a tile: a text with facts about it, or a number with texts.
function isTile(items: readonly StatItem[]): boolean {
  const text = (i: StatItem) => i.value.number == null && i.value.text !== "";
  return items.length > 1 && (text(items[0]) || items.slice(1).every(text));
}

/**
 * ratedItem is the value that gives a tile its colour: the first one whose colour says how good or bad it is. "Stress loss
 * 90.3%" has no colour of its own, and "nearly used up" below it is red.
 */
function ratedItem(view: Stat): StatItem {
  return view.items.find((i) => i.value.status && parse(i.value.color) && !isGrey(i.value.color!)) ?? view.items[0];
}

/** endAfterALine makes a tile that scrolls a little lower, so that its last line is seen whole. */
function* endAfterALine(root: HTMLElement, height: number): Fitting {
  yield;
  const ends = [...root.querySelectorAll<HTMLElement>(".stat-facts > div")].map((line) => line.offsetTop - root.offsetTop + line.offsetHeight);
  yield;
  const last = Math.max(0, ...ends.filter((end) => end <= height));
  if (last > 0) root.style.maxHeight = `${last}px`;
}

/** linksOf returns the links of a tile: those of all its items. */
function linksOf(view: Stat): Link[] {
  return view.items.flatMap((i) => i.links ?? []);
}

/** ownLinks tells whether several items of a tile have a link each, and not all the same one. */
function ownLinks(view: Stat): boolean {
  return view.items.every((i) => eachOnce(i.links ?? []).length <= 1) && eachOnce(linksOf(view)).length > 1;
}

/** relativeWidth returns the width of a text divided by its font size. */
function relativeWidth(text: string, weight: number): number {
  return textWidth(text, themeColours().font, 100, weight) / 100;
}

/** valueWidth returns the width of a value with its prefix and suffix, divided by its font size. */
function valueWidth(v: Value, weight = 600, share = affix): number {
  const beside = [v.prefix, v.suffix].filter((t): t is string => Boolean(t));
  return relativeWidth(v.text, weight) + beside.reduce((sum, t) => sum + (relativeWidth(t, 500) + 0.3) * share, 0);
}

function isGrey(colour: string): boolean {
  const rgb = parse(colour);
  return rgb != null && Math.max(...rgb) - Math.min(...rgb) < 24;
}

function colourOf(view: Stat, item: StatItem): string | null {
  return view.colorMode !== "none" && parse(item.value.color) ? item.value.color! : null;
}

function sparkline(values: readonly (number | null | undefined)[], colour: string): Element {
  const known = values.filter((v): v is number => v != null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // The difference of two huge numbers may overflow. That of their halves can't.
  const y = (v: number) => (high === low ? 50 : 96 - ((v / 2 - low / 2) / (high / 2 - low / 2)) * 92);
  const x = (i: number) => (values.length < 2 ? 50 : (i / (values.length - 1)) * 100);
  let d = "";
  let pen = false;
  values.forEach((v, i) => {
    if (v == null) pen = false;
    else {
      d += `${pen ? "L" : "M"}${x(i).toFixed(2)} ${y(v).toFixed(2)}`;
      pen = true;
    }
  });
  return svg("svg", { class: "sparkline", viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { d, stroke: colour }));
}
