import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import type { Kind } from "./kind";

/** What is shown instead of a drawing: that there is nothing, or that a kind isn't supported. */
export const message: Kind = (box) => ({
  draw(panel) {
    const unsupported = panel.view?.kind === "unsupported";
    const text = panel.view?.message || (unsupported ? `A panel of type ${panel.type} can't be shown here` : "No data");
    fill(box, el("div", { class: `message ${unsupported ? "is-unsupported" : "is-empty"}` }, unsupported && icon("alert"), el("p", {}, text)));
  },
  resize() {},
  dispose() {},
});
