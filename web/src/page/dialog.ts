import { type Attributes, type Child, el } from "../base/dom";
import { icon } from "../base/icons";

/**
 * openDialog shows content above the page, under a heading with a button that closes it. A click beside
 * the dialog closes it too. A closed dialog leaves the page.
 */
export function openDialog(attributes: Attributes, heading: Child, ...content: Child[]): HTMLDialogElement {
  const dialog = el("dialog", attributes,
    el("header", { class: "drawer-head" }, heading,
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", title: "Close", onclick: () => dialog.close() }, icon("close"))),
    ...content);
  dialog.addEventListener("click", (e) => {
    if (e.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
