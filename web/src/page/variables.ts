import { Refused, variables } from "../base/api";
import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import { corrections, shownVariables } from "../base/variables";
import type { Dashboard, Variable } from "../types";
import { Choice } from "./choice";
import { popover } from "./popover";

/** A variable's control; show is called again with each new answer. */
export interface Control {
  element: HTMLElement;
  show(v: Variable): void;
}

export interface VariableActions {
  /** choose changes a variable's values. */
  choose(name: string, values: string[]): void;
  /** correct takes values into the address in place of such as can't be chosen any more. */
  correct(values: Record<string, string[]>): void;
  /** reset takes all variables out of the address. */
  reset(): void;
  /** summed hears what is chosen, in words. */
  summed(text: string): void;
}

/** VariableBar is the line of template variables above the panels; a dashboard without any has none. */
export class VariableBar {
  readonly element = el("div", { class: "variables", role: "group", "aria-label": "Variables", hidden: true });
  /** Settled when what was asked for last is there, or is not to be had. */
  settled: Promise<void> = Promise.resolve();
  private any = false;
  private shape = "";
  private controls: { place: HTMLElement; control: Control }[] = [];
  private abort: AbortController | null = null;

  constructor(private readonly actions: VariableActions) {}

  /** open takes another dashboard. */
  open(dashboard: Dashboard): void {
    this.any = (dashboard.templating?.list ?? []).length > 0;
    this.abort?.abort();
    this.show([]);
  }

  /** ask fetches the variables anew: their choices follow the range and each other. Null where there are none. */
  ask(uid: string, query: URLSearchParams): Promise<void> | null {
    this.abort?.abort();
    if (!this.any) return null;
    const abort = (this.abort = new AbortController());
    return (this.settled = variables(uid, query, abort.signal).then((list) => {
      this.show(list);
      const values = corrections(list, query);
      if (Object.keys(values).length > 0) this.actions.correct(values);
    }, (error) => {
      // While the server is away the page as a whole says so.
      if (error instanceof Refused && !abort.signal.aborted) this.fail(error);
    }).catch(reportError)); // the panels wait for this, whatever becomes of it
  }

  private show(list: readonly Variable[]): void {
    const shown = shownVariables(list);
    const shape = JSON.stringify(shown.map((v) => [v.name, v.label, v.kind, v.hide, v.multi]));
    // Controls stay while they are used, so that none closes under the reader's hand.
    if (shape !== this.shape) {
      this.shape = shape;
      this.controls = shown.map((v) => this.control(v));
      fill(this.element, ...this.controls.map((c) => c.place));
    }
    shown.forEach((v, i) => {
      const { control, place } = this.controls[i];
      control.show(v);
      warn(place, v);
    });
    this.element.hidden = shown.length === 0;
    this.actions.summed(shown.filter((v) => v.text).map((v) => `${v.label || v.name}: ${v.text}`).join(" · "));
  }

  private fail({ message, status }: Refused): void {
    this.shape = "";
    fill(this.element, el("p", { class: "wrong", role: "alert" }, icon("alert"), message),
      // Only what the address says can be taken back.
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
