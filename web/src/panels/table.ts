import { brief, clipped, isProse } from "../base/brief";
import { el, fill } from "../base/dom";
import { textColourOn, parse, readable } from "../base/colour";
import { anchor, safeLinks } from "../base/link";
import { valueText } from "../base/value";
import { type Marking, markingOf } from "../chart/marking";
import { openLinks } from "../chart/coverlink";
import { themeColours } from "../chart/themecolours";
import type { Cell, Panel, Table } from "../types";
import { type Drawing, type Kind, recall, type Surroundings } from "../chart/drawing";
import { type Fitting, together } from "../chart/fitting";
import { emptyMessage } from "./message";

/** How many times as high as its rows a table may become. */
const mostSpread = 1.8;

interface Sorting {
  column: number; // -1 keeps the order of the server
  down: boolean;
}

/** long tells whether a cell's text is long or has several lines. Such a text is shown as code and can be opened. */
const long = (c: Cell | undefined) => c != null && (c.text.length > 60 || c.text.includes("\n"));

/**
 * longColumns tells which columns show long texts in full: those that wrap, or else the one with the
 * longest text. They share the room that the other columns leave. Long texts in other columns are cut.
 */
export function longColumns(view: Table): boolean[] {
  const wrapped = view.columns.map((c) => c.wrap === true);
  if (wrapped.some(Boolean)) return wrapped;
  const longest = view.columns.map((_, i) => Math.max(0, ...view.rows.map((r) => (long(r[i]) ? r[i].text.length : 0))));
  const most = Math.max(0, ...longest);
  const at = most > 0 ? longest.indexOf(most) : -1;
  return view.columns.map((_, i) => i === at);
}

/** breakable allows line breaks after the underscores of a heading such as RATES_BUTTERFLY. */
function breakable(title: string): Node[] {
  return title.split(/(?<=_)/).flatMap((part, i) => [...(i > 0 ? [el("wbr")] : []), document.createTextNode(part)]);
}

/** cellMarking returns the marking of a cell. A text says the same as its colour and has none. */
function cellMarking(c: Cell): Marking {
  return c.number != null ? markingOf(c.background ?? c.color, c.status) : "plain";
}

/**
 * twoSided reports whether colours stand for both sides of zero: a number below zero has a marking. Such a colour says how
 * far a number lies from zero, and on which side. The number says this too, so its cell needs no marking.
 */
function twoSided(view: Table): boolean {
  return view.rows.some((r) => r.some((c) => (c.number ?? 0) < 0 && cellMarking(c) !== "plain"));
}

/** The texts of cells that may be cut, and that the keyboard reaches only if they are. */
const reachable = ".cell-text:not(:has(a, button))";

/** isPrinted tells whether the page is laid out for paper. */
function isPrinted(): boolean {
  return document.body.classList.contains("is-printed");
}

/** The height of a sheet of paper, A4 on its side, without its margins, and how much of it titles take, in pixels. */
const sheet = { height: 710, titles: 76 };

/**
 * repeats returns how much room a printed table needs beside its own height: on each further sheet for the headings, which
 * are repeated, and on each sheet for the row that does not fit any more.
 */
function repeats(table: HTMLTableElement): number {
  const first = sheet.height - sheet.titles;
  if (table.offsetHeight <= first) return 0;
  const row = Math.max(0, ...[...table.tBodies].flatMap((b) => [...b.rows]).map((r) => r.offsetHeight));
  const each = (table.tHead?.offsetHeight ?? 0) + row;
  return row + Math.ceil((table.offsetHeight - first + row) / Math.max(each, sheet.height - each)) * each;
}

export const table: Kind<Table> = (box, around) => new TableDrawing(box, around);

class TableDrawing implements Drawing<Table> {
  private view: Table | null = null;
  private title = "";
  private marked = false;
  /** Which columns of long texts hold sentences alone. These are not shown as code. */
  private prose: boolean[] = [];
  private readonly opened: Set<string>;
  /** The height of all rows, none of them higher than its text, and that of a scrollbar below them. */
  private height = 0;
  /** How far the table is to be scrolled when it is fitted, because the one before was; null if it stays where it is. */
  private scrolled: { left: number; top: number } | null = null;
  private readonly scroller = el("div", { class: "table-scroll", tabindex: 0, role: "region" });

  constructor(box: HTMLElement, private readonly around: Surroundings) {
    this.opened = recall(around, "opened", () => new Set<string>());
    fill(box, this.scroller);
  }

  draw(view: Table, panel: Panel): void {
    this.view = view;
    this.title = panel.title;
    this.render();
  }

  dispose(): void {}

  need(): number {
    return this.scroller.querySelector("table") ? this.height + 1 : 0;
  }

  private render(): void {
    const view = this.view!;
    this.scroller.setAttribute("aria-label", `${this.title}: table`);
    if (view.rows.length === 0) {
      fill(this.scroller, emptyMessage(view.noRows || "No data"));
      return;
    }
    this.marked = !twoSided(view);
    const wide = longColumns(view);
    this.prose = wide.map((w, i) => w && view.rows.every((r) => isProse(r[i].text)));
    if (this.scroller.firstChild) this.scrolled = { left: this.scroller.scrollLeft, top: this.scroller.scrollTop };
    const focused = this.focusedColumn();
    // The roles are written out because the narrow layout changes display, and an element then loses its role.
    const table = el("table", { role: "table", class: `data-table is-${view.cellHeight || "sm"}${wide.some(Boolean) ? " has-long" : ""}` },
      el("caption", { class: "visually-hidden" }, this.title),
      view.showHeader && this.head(view),
      el("tbody", { role: "rowgroup" }, ...this.order(view).map((r) => this.row(view, r, wide))),
      view.footer?.length ? el("tfoot", { role: "rowgroup" }, this.row(view, view.footer, wide)) : null);
    fill(this.scroller, table);
    if (focused >= 0) this.scroller.querySelectorAll<HTMLElement>("th button")[focused]?.focus();
  }

  *fit(): Fitting {
    const table = this.scroller.querySelector("table");
    if (!table) return;
    table.style.height = "";
    yield* this.narrow(table);
    yield* this.spread(table);
    if (this.scrolled) this.scroller.scrollTo(this.scrolled);
    this.scrolled = null;
  }

  /**
   * spread makes the rows of a short table higher, so that they use the panel's room, but not so high that a table falls apart. It also
   * marks the texts that are cut, which it finds in the same turn.
   */
  private *spread(table: HTMLTableElement): Fitting {
    yield;
    const [rows, room] = [table.offsetHeight, this.scroller.clientHeight];
    this.height = rows + this.scroller.offsetHeight - room;
    const below = isPrinted() ? `${repeats(table)}px` : "";
    const free = rows < room && getComputedStyle(table).display === "table" && !isPrinted();
    const cut = new Set([...this.scroller.querySelectorAll(`.head-text, ${reachable}`)].filter((text) => text.scrollWidth > text.clientWidth));
    yield;
    this.scroller.style.paddingBottom = below;
    table.classList.toggle("is-spread", free);
    if (free) table.style.height = `${Math.min(room, Math.floor(rows * mostSpread))}px`;
    this.reachCut(cut);
  }

  /**
   * narrow makes the columns of a table narrower, with headings of several lines, if it is wider than its
   * panel. If that is not enough, the first column stays in sight while the others scroll.
   */
  private *narrow(table: HTMLTableElement): Fitting {
    table.classList.remove("is-tight", "is-tighter", "is-pinned");
    for (const narrower of ["is-tight", "is-tighter", ""]) {
      yield;
      const wide = this.scroller.scrollWidth > this.scroller.clientWidth + 1;
      yield;
      if (!wide) return;
      if (narrower) table.classList.add(narrower);
    }
    table.classList.remove("is-tighter");
    table.classList.toggle("is-pinned", this.view!.columns.length > 2);
  }

  /** reachCut lets the keyboard reach the texts that are cut, and gives headings tooltips with what their columns mean. */
  private reachCut(cut: ReadonlySet<Element>): void {
    this.scroller.querySelectorAll<HTMLElement>("thead th").forEach((th, i) => {
      const { title, description } = this.view!.columns[i];
      th.dataset.hint = [cut.has(th.querySelector(".head-text")!) || description ? title : "", description].filter(Boolean).join("\n");
      if (!th.dataset.hint) delete th.dataset.hint;
    });
    for (const text of this.scroller.querySelectorAll<HTMLElement>(reachable))
      if (cut.has(text)) text.tabIndex = 0;
      else text.removeAttribute("tabindex");
  }

  private focusedColumn(): number {
    return [...this.scroller.querySelectorAll("th button")].indexOf(document.activeElement as Element);
  }

  private head(view: Table): HTMLElement {
    const { column, down } = this.sorting;
    // On paper nothing can be sorted, and Chromium leaves out buttons when it repeats the headings on the next page.
    const heading = (i: number, ...content: HTMLElement[]) => (isPrinted() ? el("span", { class: "head" }, ...content)
      : el("button", { type: "button", class: "head", onclick: () => this.sort(i) }, ...content));
    return el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...view.columns.map((c, i) => {
      const th = el("th", {
        role: "columnheader", scope: "col", class: `is-${c.align || "left"}`,
        "aria-sort": i === column ? (down ? "descending" : "ascending") : "none",
      }, heading(i, el("span", { class: "head-text" }, ...breakable(c.title)), el("span", { class: "sort-mark", "aria-hidden": "true" }, i !== column ? "" : down ? "↓" : "↑")));
      // A column of long texts would shrink a column that has only a width and no minimum.
      if (c.width) th.style.width = th.style.minWidth = `${c.width}px`;
      return th;
    })));
  }

  /** sorting is the order that the reader has chosen: the title of a column, and "down" for a descending one. */
  private get sorting(): Sorting {
    const [title, order] = this.around.chosen("sort");
    return { column: this.view!.columns.findIndex((c) => c.title === title), down: order === "down" };
  }

  private sort(column: number): void {
    const s = this.sorting;
    const { title } = this.view!.columns[column];
    this.around.choose("sort", s.column !== column ? [title] : s.down ? [] : [title, "down"]);
  }

  private order(view: Table): Cell[][] {
    const { column, down } = this.sorting;
    if (column < 0) return view.rows;
    const sign = down ? -1 : 1;
    const numbers = view.rows.some((r) => r[column].number != null) && view.rows.every((r) => r[column].number != null || valueText(r[column]) === "");
    const number = (c: Cell) => c.number ?? -Infinity;
    return [...view.rows].sort((a, b) => {
      const [x, y] = [a[column], b[column]];
      // As in Grafana: missing numbers come first, and texts are compared without regard to case.
      if (numbers) return sign * (number(x) < number(y) ? -1 : number(x) > number(y) ? 1 : 0);
      return sign * valueText(x).localeCompare(valueText(y), "en", { sensitivity: "base" });
    });
  }

  private row(view: Table, cells: readonly Cell[], wide: readonly boolean[]): HTMLElement {
    const key = cells.map(valueText).join("\u0001");
    const open = this.opened.has(key);
    return el("tr", { role: "row", class: open ? "is-open" : "" }, ...cells.map((c, i) => this.cell(view, c, i, wide[i], open, key)));
  }

  private cell(view: Table, c: Cell, i: number, wide: boolean, open: boolean, key: string): HTMLElement {
    const column = view.columns[i];
    const whole = valueText(c);
    const text = clipped(whole);
    let content: Node | string = text;
    const links = text === "" ? [] : safeLinks(c.links);
    if (links.length === 1) content = anchor(links[0], { title: links[0].title, "aria-label": `${text}: ${links[0].title}` }, text);
    else if (links.length > 1)
      content = el("button", {
        type: "button", class: "cell-links", "aria-haspopup": "dialog", "aria-label": `${text}: links`, title: links.map((l) => l.title).join("\n"),
        onclick: (e: MouseEvent) => openLinks(e.currentTarget as HTMLElement, links),
      }, text);
    else if (wide && long(c))
      content = el("button", {
        type: "button", class: "long-text", "aria-expanded": String(open), title: open ? "Show less" : "Show all of it",
        onclick: (e: MouseEvent) => this.open(e.currentTarget as HTMLElement, key),
      }, ...(open ? [whole] : brief(whole).map((l) => el("span", { class: `long-line${l.error ? " is-error" : ""}${l.aside ? " is-aside" : ""}` }, (l.after ? "… " : "") + l.text))));
    const cut = !wide && text.length > 24;
    const td = el("td", { role: "cell", class: `is-${column?.align || "left"}${wide ? " is-long" : ""}${this.prose[i] ? " is-prose" : ""}`, "data-label": column?.title, "data-hint": cut ? text : null },
      cut ? el("div", { class: "cell-text" }, content) : content);
    if (cut && column?.width) (td.firstElementChild as HTMLElement).style.maxWidth = `${Math.max(24, column.width - 24)}px`;
    const marking = cellMarking(c);
    if (marking !== "plain" && this.marked) td.dataset.marking = marking;
    this.colour(td, c);
    return td;
  }

  private open(button: HTMLElement, key: string): void {
    // A reader who has just selected a piece of the text does not want to close it.
    if (getSelection()?.isCollapsed === false) return;
    const open = !this.opened.has(key);
    if (open) this.opened.add(key);
    else this.opened.delete(key);
    const at = [...this.scroller.querySelectorAll(".long-text")].indexOf(button);
    this.render();
    together([this.fit()]);
    this.scroller.querySelectorAll<HTMLElement>(".long-text")[at]?.focus();
  }

  private colour(td: HTMLElement, c: Cell): void {
    const background = parse(c.background) ? c.background! : null;
    if (background) {
      if (parse(c.backgroundFrom)) td.style.background = `linear-gradient(120deg, ${c.backgroundFrom}, ${background})`;
      else td.style.backgroundColor = background;
      td.style.color = textColourOn(background);
    } else if (parse(c.color)) td.style.color = readable(c.color!, themeColours().surface);
  }
}
