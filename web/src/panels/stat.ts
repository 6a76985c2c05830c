import { el, fill } from "../base/dom";
import { inkOn, over, parse, readable } from "../base/colour";
import { words } from "../base/value";
import { ink } from "../chart/ink";
import type { Panel, Stat, StatItem } from "../types";
import type { Drawing, Kind } from "./kind";

/** How much of a tile's colour its background takes on where only the value is coloured. */
const tint = 0.07;

export const stat: Kind = (box) => new StatDrawing(box);

class StatDrawing implements Drawing {
  constructor(private readonly box: HTMLElement) {}

  draw(panel: Panel): void {
    const view = panel.view!.stat!;
    const plain = isTile(view.items);
    const tile = this.box.closest<HTMLElement>(".panel");
    const surface = ink().surface;
    const one = view.items.length > 0 && (plain || view.items.length === 1) ? coloured(view, view.items[0]) : null;
    // A number in a shade of grey has the text's own colour, which says nothing about it.
    const colour = one && !plain && grey(one) ? null : one;
    const solid = view.colorMode.startsWith("background");
    const ground = colour ? (solid ? colour : over(colour, surface, tint)) : surface;
    if (tile) {
      tile.classList.toggle("is-tinted", colour != null);
      tile.style.setProperty("--tile", colour ?? "transparent");
      tile.style.setProperty("--tile-ground", ground);
      tile.style.setProperty("--tile-ink", colour && solid ? inkOn(colour) : "");
    }
    fill(this.box, plain ? this.tile(view, ground) : this.values(view, ground));
  }

  resize(): void {}

  dispose(): void {
    const tile = this.box.closest<HTMLElement>(".panel");
    tile?.classList.remove("is-tinted");
    for (const name of ["--tile", "--tile-ground", "--tile-ink"]) tile?.style.removeProperty(name);
  }

  // A word and facts about it: the word is what is read from across the room.
  private tile(view: Stat, ground: string): HTMLElement {
    const [first, ...rest] = view.items;
    return el("div", { class: "stat is-tile" },
      el("div", { class: "stat-main" }, this.value(view, first, ground)),
      el("dl", { class: "stat-facts" }, ...rest.map((item) => el("div", {},
        view.textMode === "value" || !item.title ? null : el("dt", {}, item.title),
        el("dd", {}, this.value(view, item, ground))))));
  }

  private values(view: Stat, ground: string): HTMLElement {
    const named = view.textMode === "value_and_name" || view.textMode === "name" || (view.textMode === "auto" && view.items.length > 1);
    const bare = view.textMode === "name";
    const way = view.orientation === "vertical" ? "is-stacked" : view.orientation === "horizontal" ? "is-row" : "is-auto";
    return el("div", { class: `stat ${way} is-${view.justifyMode === "center" ? "centred" : "led"}`, "data-count": Math.min(view.items.length, 6) },
      ...view.items.map((item) => {
        const node = el("div", { class: "stat-item" },
          named && item.title ? el("div", { class: bare ? "stat-value" : "stat-name" }, item.title) : null,
          bare || view.textMode === "none" ? null : el("div", { class: "stat-main" }, this.value(view, item, this.own(view, item, ground))),
          item.sparkline?.length ? sparkline(item.sparkline, coloured(view, item) ?? ink().muted) : null);
        const colour = coloured(view, item);
        if (colour && view.items.length > 1 && view.colorMode.startsWith("background")) {
          node.style.backgroundColor = colour;
          node.style.color = inkOn(colour);
        }
        return node;
      }));
  }

  private own(view: Stat, item: StatItem, ground: string): string {
    return view.items.length > 1 && view.colorMode.startsWith("background") ? coloured(view, item) ?? ground : ground;
  }

  private value(view: Stat, item: StatItem, ground: string): HTMLElement {
    const v = item.value;
    const node = el("span", { class: "stat-value", "data-text": words(v) },
      v.prefix ? el("span", { class: "stat-affix" }, v.prefix) : null, v.text, v.suffix ? el("span", { class: "stat-affix" }, v.suffix) : null);
    if (view.colorMode === "value" && parse(v.color)) node.style.color = readable(v.color!, ground);
    else if (view.colorMode.startsWith("background") && parse(ground)) node.style.color = inkOn(ground);
    if (v.color) node.dataset.color = v.color;
    return node;
  }
}

// A status tile is a text followed by what is known about it.
function isTile(items: readonly StatItem[]): boolean {
  return items.length > 1 && items[0].value.number == null && items[0].value.text !== "";
}

function grey(colour: string): boolean {
  const rgb = parse(colour);
  return rgb != null && Math.max(...rgb) - Math.min(...rgb) < 24;
}

function coloured(view: Stat, item: StatItem): string | null {
  return view.colorMode !== "none" && parse(item.value.color) ? item.value.color! : null;
}

const svg = "http://www.w3.org/2000/svg";

function sparkline(values: readonly (number | null | undefined)[], colour: string): Element {
  const known = values.filter((v): v is number => v != null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (v: number) => (high === low ? 50 : 96 - ((v - low) / (high - low)) * 92);
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
  const root = document.createElementNS(svg, "svg");
  root.setAttribute("class", "sparkline");
  root.setAttribute("viewBox", "0 0 100 100");
  root.setAttribute("preserveAspectRatio", "none");
  root.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg, "path");
  line.setAttribute("d", d);
  line.style.stroke = colour;
  root.append(line);
  return root;
}
