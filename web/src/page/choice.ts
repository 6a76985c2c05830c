import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import { choices, everything, found, sameValues, toggled } from "../base/variables";
import type { Variable, VariableOption } from "../types";
import { popover, type Popover } from "./popover";
import type { Control } from "./variables";

/** If there are more choices than this, the list has a search box. */
const manyChoices = 10;
/** The most choices that are listed at once. The search finds all of them. */
const mostListed = 250;

/** Choice is a button that opens a list of choices. Several choices are applied together when the list closes. */
export class Choice implements Control {
  readonly element: HTMLElement;
  private v: Variable | null = null;
  /** The values that are ticked while the list is open. */
  private ticked: string[] = [];
  private discarded = false;
  private readonly text = el("span", { class: "variable-value" });
  private readonly button: HTMLButtonElement;
  private readonly list = el("div", { class: "options", role: "listbox" });
  private readonly count = el("span", { class: "options-count", role: "status" });
  private search: HTMLInputElement | null = null;
  private readonly pop: Popover;

  constructor(id: string, private readonly name: string, private readonly choose: (values: string[]) => void) {
    this.button = el("button", { id, type: "button", class: "button variable-button" }, this.text, icon("down"));
    this.list.setAttribute("aria-label", name);
    this.element = el("div", { class: "variable-choice" }, this.button);
    this.pop = popover(this.button, { class: "options-box", role: "dialog", "aria-label": `Choose: ${name}` }, () => this.content(), () => this.opened());
    this.pop.box.addEventListener("keydown", (e) => this.key(e));
    this.pop.box.addEventListener("toggle", (e) => (e as ToggleEvent).newState === "closed" && this.closed());
  }

  show(v: Variable): void {
    this.v = v;
    this.text.textContent = v.text || "none";
    this.text.classList.toggle("is-none", !v.text);
    this.button.title = v.text;
    this.button.setAttribute("aria-label", `${this.name}: ${v.text || "none"}`);
  }

  private content(): HTMLElement[] {
    const v = this.v!;
    this.ticked = [...v.current];
    this.discarded = false;
    this.search = choices(v).length <= manyChoices ? null : el("input", {
      type: "search", class: "field", placeholder: "Search", "aria-label": `Search ${this.name}`, autocomplete: "off", spellcheck: "false", oninput: () => this.fill(),
    });
    this.list.setAttribute("aria-multiselectable", String(v.multi === true));
    this.fill();
    const apply = v.multi && el("div", { class: "options-foot" }, this.count,
      el("button", { type: "button", class: "button is-primary", onclick: () => this.pop.close() }, "Apply"));
    return [...(this.search ? [this.search] : []), this.list, ...(apply ? [apply] : [])];
  }

  private fill(): void {
    const v = this.v!;
    const all = found(choices(v), this.search?.value ?? "");
    const more = all.length - mostListed;
    fill(this.list, ...all.slice(0, mostListed).map((o) => this.option(o)),
      all.length === 0 && el("p", { class: "options-note" }, v.error || (v.options.length === 0 ? "There is nothing to choose." : "Nothing matches.")),
      more > 0 && el("p", { class: "options-note" }, `and ${more} more: search for them`));
    this.tally();
  }

  private option(o: VariableOption): HTMLElement {
    const multi = this.v!.multi === true;
    return el("button", {
      type: "button", role: "option", tabindex: -1, title: o.text.length > 60 ? o.text : null, class: `option${multi ? " is-tick" : ""}`, "data-value": o.value,
      "aria-selected": String(this.ticked.includes(o.value)), onclick: () => this.take(o.value),
    }, el("span", { class: "option-mark", "aria-hidden": "true" }, icon("check")), el("span", { class: "option-text" }, o.text));
  }

  private take(value: string): void {
    const v = this.v!;
    if (!v.multi) {
      this.pop.close();
      if (v.current.length !== 1 || v.current[0] !== value) this.choose([value]);
      return;
    }
    this.ticked = toggled(this.ticked, value, v);
    for (const option of this.options) option.setAttribute("aria-selected", String(this.ticked.includes(option.dataset.value!)));
    this.tally();
  }

  private tally(): void {
    this.count.textContent = this.ticked.includes(everything) ? "All" : `${this.ticked.length} chosen`;
  }

  private get options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(".option")];
  }

  private opened(): void {
    const first = this.options.find((o) => o.getAttribute("aria-selected") === "true") ?? this.options[0];
    first?.scrollIntoView({ block: "nearest" });
    (this.search ?? first ?? this.pop.box).focus();
  }

  private closed(): void {
    const v = this.v!;
    if (this.search?.isConnected || this.pop.box.contains(document.activeElement)) this.button.focus();
    if (!v.multi || this.discarded || sameValues(this.ticked, v.current)) return;
    this.choose(this.ticked);
  }

  private key(event: KeyboardEvent): void {
    const options = this.options;
    const at = options.indexOf(document.activeElement as HTMLElement);
    const typing = document.activeElement === this.search;
    if (event.key === "Escape") this.discarded = true;
    else if (event.key === "Enter" && typing) {
      event.preventDefault();
      if (this.search!.value === "") return this.pop.close();
      if (options[0]) this.take(options[0].dataset.value!);
    } else if (event.key in moves && !(typing && (event.key === "Home" || event.key === "End"))) {
      event.preventDefault();
      const to = moves[event.key](at, options.length);
      if (to < 0 && this.search) this.search.focus();
      else options[Math.min(options.length - 1, Math.max(0, to))]?.focus();
    } else if (at >= 0 && this.search && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.search.focus(); // so that the letter goes into the search box
    }
  }
}

const moves: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};
