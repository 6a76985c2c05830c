import { known, picked } from "../base/choices";
import { el, fill } from "../base/dom";
import type { Surroundings } from "./drawing";
import { stepped } from "./pointing";

/** The least height in pixels at which the name of a row can be read beside its neighbours. */
const readable = 12;

/** Where the names stand in the chart: the left edge, the top of the first row, the room for a name and the height of a row, in pixels. */
export interface NamesPlace {
  left: number;
  top: number;
  width: number;
  band: number;
  /** The names as they fit into the room. */
  texts: readonly string[];
}

/**
 * RowNames are the names beside the rows of a chart. A click on a name leaves only its row, and another click shows all rows
 * again. With Ctrl, Shift or Command it adds a row or removes it. The Tab key stops at one name, and the arrow keys move to the others.
 */
export class RowNames {
  readonly element = el("div", { class: "row-names", role: "group", "aria-label": "Rows" });
  private buttons: HTMLButtonElement[] = [];
  private all: readonly string[] = [];

  constructor(private readonly around: Surroundings) {
    this.element.addEventListener("keydown", (e) => this.key(e));
    this.element.addEventListener("focusin", (e) => this.stopAt(this.buttons.indexOf(e.target as HTMLButtonElement)));
  }

  /** shown returns those of all names whose rows are to be seen. */
  shown(all: readonly string[]): readonly string[] {
    this.all = all;
    const chosen = this.chosen;
    return chosen.length > 0 ? all.filter((name) => chosen.includes(name)) : all;
  }

  /** show makes a name for each row. It keeps the focus at the name that had it. */
  show(names: readonly string[]): void {
    const alone = this.chosen.length > 0;
    const at = this.buttons.findIndex((b) => b === document.activeElement);
    const focused = at >= 0 ? this.buttons[at].dataset.name : null;
    this.buttons = names.map((name) => el("button", {
      type: "button", class: "row-name", tabindex: -1, "data-name": name, "aria-label": name, "aria-pressed": String(alone),
      "data-hint": alone ? `${name}: click to show all rows` : `${name}: click to show it alone, Ctrl-click to add it`,
      onclick: (e: MouseEvent) => this.around.choose("row", picked(this.chosen, name, e.ctrlKey || e.metaKey || e.shiftKey)),
    }));
    fill(this.element, ...this.buttons);
    const again = focused == null ? -1 : names.indexOf(focused);
    this.stopAt(Math.max(0, again));
    if (focused != null) this.buttons[Math.max(0, again)]?.focus();
  }

  /** place moves the names beside their rows. If the rows are too low for all names, only some are seen; the others when they are pointed at. */
  place({ left, top, width, band, texts }: NamesPlace): void {
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
    this.element.style.width = `${width}px`;
    const each = Math.max(1, Math.ceil(readable / Math.max(0.1, band)));
    this.buttons.forEach((b, i) => {
      b.style.top = `${i * band}px`;
      b.style.height = `${band}px`;
      b.classList.toggle("is-crowded", i % each !== 0);
      if (b.textContent !== texts[i]) b.textContent = texts[i] ?? "";
    });
  }

  private get chosen(): readonly string[] {
    return known(this.around.chosen("row"), this.all);
  }

  private stopAt(at: number): void {
    this.buttons.forEach((b, i) => (b.tabIndex = i === at ? 0 : -1));
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = at < 0 ? null : stepped(event.key, at, this.buttons.length);
    if (next == null) return;
    event.preventDefault();
    this.buttons[next].focus();
  }
}
