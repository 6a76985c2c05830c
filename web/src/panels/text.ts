import { el, fill } from "../base/dom";
import { markup } from "../base/markup";
import type { Kind } from "../chart/drawing";
import type { Text } from "../types";

/** text shows the HTML of a text panel. */
export const text: Kind<Text> = (box) => ({
  draw(view) {
    fill(box, el("div", { class: "prose", tabindex: 0 }, ...markup(view.html)));
  },
  *fit() {},
  dispose() {},
});
