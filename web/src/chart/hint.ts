import { el } from "../base/dom";
import { hideTip, showTip, type WindowPoint } from "./tip";

/**
 * listenForHints shows the text in an element's attribute data-hint as a tooltip: under the pointer, at a
 * touch, and when the element gets the focus by the keyboard. A title attribute would show it only to a mouse.
 */
export function listenForHints(): void {
  let shown: Element | null = null;
  const show = (target: EventTarget | null, place: WindowPoint | null, by: "pointer" | "keys") => {
    const on = target instanceof Element ? target.closest<HTMLElement>("[data-hint]") : null;
    if (!on) {
      if (shown) hideTip();
      shown = null;
      return;
    }
    shown = on;
    const box = on.getBoundingClientRect();
    showTip(el("div", { class: "tip-text" }, on.dataset.hint!), place ?? { clientX: box.left, clientY: box.bottom }, by);
  };
  document.addEventListener("pointerover", (e) => show(e.target, e, "pointer"));
  document.addEventListener("click", (e) => show(e.target, e.detail > 0 ? e : null, "pointer"));
  document.addEventListener("focusin", (e) => (e.target as Element).matches(":focus-visible") && show(e.target, null, "keys"));
  document.addEventListener("focusout", () => show(null, null, "keys"));
}
