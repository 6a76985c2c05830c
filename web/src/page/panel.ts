import { type Child, el, fill, spoken } from "../base/dom";
import { icon, type IconName } from "../base/icons";
import { anchor, safeLinks } from "../base/link";
import type { Surroundings } from "../chart/drawing";
import type { Fitting } from "../chart/fitting";
import { kindOf, type PanelDrawing, startDrawing } from "../panels/kinds";
import type { Link, Panel, PanelDefinition } from "../types";
import { menu, popover } from "./popover";

/** PanelActions is what the reader can do to a panel. */
export interface PanelActions {
  view(id: number): void;
  inspect(id: number, tab: "data" | "sql" | "json"): void;
  link(id: number): void;
  retry(id: number): void;
  /** Whether the page is a report, in which trying again changes nothing. */
  readonly final: boolean;
}

/** The height of a panel that is empty: one line with its title and the reason. */
export const lineHeight = 36;

/** The height of a panel's head, in pixels. In a line it has no box of its own. */
const headHeight = 32;

/** The borders and the padding around a panel's content, in pixels. */
const edges = 16;
/** Recolour returns an answer in other colours. */
export type Recolour = (answer: Panel) => Panel;

export type PanelState = "loading" | "ready" | "error" | "empty";

/**
 * PanelFrame is the frame of a panel: its title, its menu, its state, and the drawing in it. An old
 * drawing stays until a new answer replaces it.
 */
export class PanelFrame {
  readonly element: HTMLElement;
  /** The latest answer, null before the first. */
  answer: Panel | null = null;
  readonly body = el("div", { class: "panel-body" });
  private readonly head = el("header", { class: "panel-head" });
  private readonly flags = el("span", { class: "panel-flags" });
  private readonly title: HTMLElement;
  private drawing: PanelDrawing | null = null;
  private kind: ReturnType<typeof kindOf> | null = null;
  /** How many pixels of height are enough for the panel; null means all that it has. It stays while a new answer is on its way. */
  private enough: number | null = null;

  /**
   * heading is the level of the title: a panel in a row is below the row's own heading. sizes observes the body, so that the panel is
   * fitted again when its size changes.
   */
  constructor(
    readonly definition: PanelDefinition, heading: "h2" | "h3", private readonly around: Surroundings, private readonly actions: PanelActions,
    private readonly needs: () => void, private readonly sizes: ResizeObserver,
  ) {
    const { id, gridPos: p } = definition;
    const titleId = `panel-${id}-title`;
    this.title = el(heading, { id: titleId, class: "panel-title", title: definition.title || null }, definition.title ?? "");
    this.element = el("article", {
      class: `panel is-${definition.type}`, "data-panel-id": id, "data-state": "loading", "data-type": definition.type,
      "aria-labelledby": definition.title ? titleId : null, tabindex: -1,
    }, this.head, this.body);
    this.head.append(this.title, this.flags, this.buttons());
    this.element.style.gridColumn = `${p.x + 1} / span ${p.w}`;
    this.element.style.setProperty("--rows", String(p.h));
    this.skeleton();
    this.sizes.observe(this.body);
  }

  get id(): number { return this.definition.id; }
  get state(): PanelState { return this.element.dataset.state as PanelState; }

  /** loading shows that a new answer is on its way. An old drawing stays, dimmed. */
  loading(): void {
    if (this.drawing == null) this.skeleton();
    this.set("loading");
  }

  /** show draws an answer. */
  *show(answer: Panel): Fitting {
    this.answer = answer;
    if (answer.title) this.title.textContent = this.title.title = answer.title;
    if (answer.error) return this.fail(answer.error);
    const kind = kindOf(answer.view);
    if (kind !== this.kind || this.drawing == null) {
      this.clear();
      this.kind = kind;
      this.drawing = startDrawing(kind, this.body, this.around);
    }
    this.drawing.draw(answer);
    this.flag(answer);
    this.element.dataset.kind = answer.view?.kind ?? "";
    this.setArrived();
    yield* this.fit();
  }

  /** stays tells whether the latest answer is drawn. If it is, the panel no longer shows that a new one is on its way. */
  stays(): boolean {
    if (this.answer == null || this.answer.error || this.drawing == null) return false;
    this.setArrived();
    return true;
  }

  /** setArrived sets the state of a panel whose answer is drawn. */
  private setArrived(): void {
    this.set(this.kind === "message" || this.answer?.view?.table?.rows.length === 0 ? "empty" : "ready");
  }

  get need(): number | null { return this.enough; }

  /** collapse makes the panel a single line with its title and the reason why it is empty, or a whole panel again. */
  collapse(on: boolean): void {
    this.element.classList.toggle("is-collapsed", on);
  }

  /** fit fits the drawing into the panel, finds out how much room the panel needs, and tells the page if that has changed. */
  *fit(): Fitting {
    if (this.drawing == null) return;
    yield* this.drawing.fit();
    if (this.drawing == null || this.state === "loading") return;
    yield;
    const enough = this.state === "empty" && !this.unsupported ? lineHeight : this.drawing.need ? (this.head.offsetHeight || headHeight) + edges + this.drawing.need() : null;
    yield;
    this.settle(enough);
  }

  private settle(enough: number | null): void {
    if (enough === this.enough) return;
    this.enough = enough;
    this.needs();
  }

  private get unsupported(): boolean {
    return this.answer?.view?.kind === "unsupported";
  }

  /** fail shows an error, and a button that tries again where that may help. */
  fail(text: string): void {
    this.message("is-error", icon("alert"), el("p", { role: "alert", title: text }, text),
      !this.actions.final && el("button", { type: "button", class: "button", onclick: () => { this.loading(); this.actions.retry(this.id); } }, "Try again"));
  }

  /** skip says that the panel is not loaded. The banner of the page says why. */
  skip(): void {
    this.message("is-empty", el("p", {}, "Not loaded"));
  }

  private message(kind: string, ...content: Child[]): void {
    this.clear();
    fill(this.body, el("div", { class: `message ${kind}` }, ...content));
    this.set("error");
    this.settle(null);
  }

  /**
   * redraw draws the same answer again, after the theme or what the reader has chosen has changed. recolour changes the colours of
   * what is drawn.
   */
  *redraw(recolour: Recolour = (answer) => answer): Fitting {
    if (this.answer && this.drawing) this.drawing.draw(recolour(this.answer));
    yield* this.fit();
  }

  dispose(): void {
    this.sizes.unobserve(this.body);
    this.clear();
  }

  private set(state: PanelState): void {
    this.element.dataset.state = state;
    this.element.setAttribute("aria-busy", String(state === "loading"));
  }

  private clear(): void {
    const drawing = this.drawing;
    this.drawing = null;
    try {
      drawing?.dispose();
    } catch (error) {
      reportError(error); // the rest of the drawing goes when the body is emptied
    }
    this.kind = null;
    fill(this.body);
    fill(this.flags);
  }

  private skeleton(): void {
    this.clear();
    fill(this.body, el("div", { class: "skeleton" }, spoken("Loading"), el("i"), el("i"), el("i")));
  }

  private flag(answer: Panel): void {
    const notices = answer.view?.notices ?? [];
    const cut = answer.view?.cut;
    fill(this.flags, cut ? el("span", { class: "chip is-cut", "data-testid": "cut", title: cut }, el("span", { class: "chip-text" }, cut)) : null, answer.range?.label
      ? el("span", { class: "chip", title: `This panel has a time range of its own: ${answer.range.label}` }, icon("clock"), el("span", { class: "chip-text" }, answer.range.label)) : null);
    this.showLinks(safeLinks(answer.links));
    if (notices.length === 0) return;
    const button = this.iconButton("alert", `Notices: ${notices.join(" ")}`, "is-notice");
    this.flags.append(button);
    popover(button, { class: "note", role: "note" }, () => notices.map((n) => el("p", {}, n)));
  }

  /** showLinks shows the panel's own links: the only one as it is, several behind a button. */
  private showLinks(links: readonly Link[]): void {
    if (links.length === 1) this.flags.append(anchor(links[0], { class: "icon-button", "aria-label": links[0].title, title: links[0].title }, icon("link")));
    if (links.length < 2) return;
    const button = this.iconButton("link", `Links: ${links.map((l) => l.title).join(", ")}`);
    this.flags.append(button);
    popover(button, { class: "note", role: "dialog", "aria-label": "Links" }, () => links.map((l) => anchor(l, { class: "tip-link" })),
      (box) => box.querySelector("a")?.focus());
  }

  private iconButton(name: IconName, label: string, more = ""): HTMLButtonElement {
    return el("button", { type: "button", class: `icon-button ${more}`, "aria-label": label, title: label }, icon(name));
  }

  private buttons(): HTMLElement {
    const { id, description, title } = this.definition;
    const bar = el("span", { class: "panel-actions" });
    const of = title ? `: ${title}` : "";
    if (description) {
      const info = this.iconButton("info", `About this panel${of}`, "is-info");
      bar.append(info);
      popover(info, { class: "note", role: "note", "aria-label": `About this panel${of}` },
        () => description.split(/\n{2,}/).map((text) => el("p", {}, text.trim())));
    }
    const expand = this.iconButton("expand", `Full screen${of}`, "is-view");
    expand.addEventListener("click", () => this.actions.view(id));
    const more = this.iconButton("more", `Panel menu${of}`, "is-menu");
    bar.append(expand, more);
    menu(more, `Panel menu${of}`, () => [
      { label: "View full screen", keys: "v", run: () => this.actions.view(id) },
      { label: "Inspect data", keys: "i", run: () => this.actions.inspect(id, "data") },
      { label: "Inspect SQL", run: () => this.actions.inspect(id, "sql") },
      { label: "Inspect JSON", run: () => this.actions.inspect(id, "json") },
      { label: "Copy link to panel", run: () => this.actions.link(id) },
    ]);
    return bar;
  }
}
