import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import type { PanelDrawing } from "./kinds";

/** message is what a panel shows instead of a drawing: that it has no data, or that its type is not supported. */
export function message(box: HTMLElement): PanelDrawing {
  return {
    draw(panel) {
      const unsupported = panel.view?.kind === "unsupported";
      const text = panel.view?.message || (unsupported ? `A panel of type ${panel.type} can't be shown here` : "No data");
      if (unsupported) fill(box, el("div", { class: "message is-unsupported" }, icon("alert"), el("p", {}, text)));
      else fill(box, emptyMessage(text));
    },
    *fit() {},
    dispose() {},
  };
}

/** emptyMessage is a short text in the middle of a panel that has nothing to draw. */
export function emptyMessage(text: string): HTMLElement {
  return el("div", { class: "message is-empty" }, el("p", {}, text));
}
