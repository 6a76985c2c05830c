import { Refused, variables } from "../base/api";
import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import { corrections, shownVariables } from "../base/variables";
import type { Dashboard, Variable } from "../types";
import { Choice } from "./choice";
import { popover } from "./popover";

/** Control is the element with which a reader changes a variable. Its method show is called with each new answer. */
export interface Control {
  element: HTMLElement;
  show(v: Variable): void;
}

export interface VariableActions {
  /** choose changes a variable's values. */
  choose(name: string, values: string[]): void;
  /** correct replaces values in the address that can't be chosen any more. */
  correct(values: Record<string, string[]>): void;
  /** reset removes all variables from the address. */
  reset(): void;
  /** summed gets the current choices as a text. */
  summed(text: string): void;
}

/** VariableBar is the line of template variables above the panels. */
export class VariableBar {
  readonly element = el("div", { class: "variables", role: "group", "aria-label": "Variables", hidden: true });
  /** A promise that is settled when the latest request has got its answer or has failed. */
  settled: Promise<void> = Promise.resolve();
  private any = false;
  private shape = "";
  private controls: { place: HTMLElement; control: Control }[] = [];
  private abort: AbortController | null = null;

  /** fixed shows the variables and lets nobody change them. */
  constructor(private readonly fixed: boolean, private readonly actions: VariableActions) {}

  /** open changes to another dashboard. */
  open(dashboard: Dashboard): void {
    this.any = (dashboard.templating?.list ?? []).length > 0;
    this.abort?.abort();
    this.show([]);
  }

  /** ask fetches the variables again, because their choices depend on the range and on each other. It returns null if there are none. */
  ask(uid: string, query: URLSearchParams): Promise<void> | null {
    this.abort?.abort();
    if (!this.any) return null;
    const abort = (this.abort = new AbortController());
    return (this.settled = variables(uid, query, abort.signal).then((list) => {
      this.show(list);
      const values = corrections(list, query);
      if (Object.keys(values).length > 0) this.actions.correct(values);
    }, (error) => {
      // If the server is away, the page's banner already tells the reader.
      if (error instanceof Refused && !abort.signal.aborted) this.fail(error);
    }).catch(reportError)); // the panels wait for this promise, so it must not fail
  }

  private show(list: readonly Variable[]): void {
    const shown = shownVariables(list);
    const shape = JSON.stringify(shown.map((v) => [v.name, v.label, v.kind, v.hide, v.multi]));
    // The same controls are used again, so that an open list does not close.
    if (shape !== this.shape) {
      this.shape = shape;
      this.controls = shown.map((v) => this.control(v));
      fill(this.element, ...this.controls.map((c) => c.place));
    }
    shown.forEach((v, i) => {
      const { control, place } = this.controls[i];
      control.show(v);
      if (this.fixed) for (const e of control.element.parentElement!.querySelectorAll<HTMLButtonElement | HTMLInputElement>(".variable-button, input")) e.disabled = true;
      warn(place, v);
    });
    this.element.hidden = shown.length === 0;
    this.actions.summed(variablesText(list));
  }

  private fail({ message, status }: Refused): void {
    this.shape = "";
    fill(this.element, el("p", { class: "wrong", role: "alert" }, icon("alert"), message),
      // A reset helps only if the server refuses what the address says.
      status === 400 && el("button", { type: "button", class: "button", onclick: () => this.actions.reset() }, "Reset variables"));
    this.element.hidden = false;
  }

  private control(v: Variable): { place: HTMLElement; control: Control } {
    const id = `variable-${v.name}`;
    const name = v.label || v.name;
    const choose = (values: string[]) => this.actions.choose(v.name, values);
    const control: Control = v.kind === "textbox" ? textBox(id, name, choose) : new Choice(id, name, choose);
    const label = v.hide === "label" ? null : el("label", { class: "variable-label", for: id, title: [name, v.description].filter(Boolean).join("\n") }, name);
    return { control, place: el("div", { class: "variable", "data-variable": v.name }, label, control.element) };
  }
}

/** variablesText writes out what is chosen. */
export function variablesText(list: readonly Variable[]): string {
  return shownVariables(list).filter((v) => v.text).map((v) => `${v.label || v.name}: ${v.text}`).join(" · ");
}

function warn(place: HTMLElement, v: Variable): void {
  place.querySelector(".is-notice")?.remove();
  place.querySelector(".note")?.remove();
  if (!v.error) return;
  const button = el("button", { type: "button", class: "icon-button is-notice", "aria-label": `${v.label || v.name}: ${v.error}`, title: v.error }, icon("alert"));
  place.append(button);
  popover(button, { class: "note", role: "note" }, () => [el("p", {}, v.error!)]);
}

function textBox(id: string, name: string, choose: (values: string[]) => void): Control {
  let shown = "";
  const input = el("input", {
    id, class: "field", type: "text", "aria-label": name, autocomplete: "off", spellcheck: "false",
    onchange: () => input.value !== shown && choose([input.value]),
  });
  return {
    element: input,
    show(v) {
      const value = v.current[0] ?? "";
      if (value !== shown || document.activeElement !== input) input.value = value;
      shown = value;
    },
  };
}
