import { el } from "../base/dom";
import { localPoint, windowPoint } from "../base/zoom";
import { hideTip, pinTip, showTip, unpinTip, type WindowPoint } from "./tip";

/** stillPlot is a chart's plot that cannot be zoomed. */
export function stillPlot(): HTMLElement {
  return el("div", { class: "plot is-still", tabindex: 0, role: "img" });
}

/** Places is what a chart says about the places in it. */
export interface Places {
  /** The tooltip at a point of the drawing, or null. */
  at(x: number, y: number): Node | null;
  /** The points at which the arrow keys stop, in reading order. */
  stops(): { x: number; y: number }[];
  /** Called when the pointer or the focus leaves the drawing. */
  left(): void;
}

/**
 * pointing shows a drawing's tooltips under the pointer, at a touch, when the drawing gets the focus by the keyboard, and when
 * the arrow keys move through it. A click, a touch and the Enter key keep a tooltip that has links.
 */
export function pointing(element: HTMLElement, places: Places): void {
  let stop = -1;
  const leave = () => {
    stop = -1;
    hideTip();
    places.left();
  };
  const show = (x: number, y: number, place: WindowPoint, by: "pointer" | "keys") => {
    const tip = places.at(x, y);
    if (tip) showTip(tip, place, by);
    else hideTip();
  };
  const hover = (e: MouseEvent) => {
    const { x, y } = localPoint(element, e);
    show(x, y, e, "pointer");
  };
  const key = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const stops = places.stops();
    if (event.key === "Escape" && stop >= 0) {
      event.stopPropagation();
      return leave();
    }
    if (event.key === "Enter" && stop >= 0) {
      event.preventDefault();
      pinTip(element, true);
      return;
    }
    const next = stepped(event.key, stop, stops.length);
    if (next == null) return;
    event.preventDefault();
    unpinTip();
    go(next);
  };
  const go = (next: number) => {
    const { x, y } = places.stops()[next];
    show(x, y, windowPoint(element, x, y), "keys");
    stop = next;
  };
  const on = (name: string, run: (e: never) => void) => element.addEventListener(name, run as EventListener);
  on("pointermove", hover);
  on("click", (e: MouseEvent) => {
    hover(e);
    pinTip(element, false);
  });
  on("pointerleave", (e: PointerEvent) => e.pointerType !== "touch" && leave());
  on("blur", leave);
  on("focus", (e: FocusEvent) => arrivedByKeys(element, e) && places.stops().length > 0 && go(0));
  on("keydown", key);
}

/** arrivedByKeys tells whether the keyboard brought the focus here, and not from a tooltip that was kept. */
export function arrivedByKeys(element: HTMLElement, { relatedTarget }: FocusEvent): boolean {
  return element.matches(":focus-visible") && !(relatedTarget instanceof Element && relatedTarget.closest(".tip"));
}

/** stepped returns the stop that a key leads to, null if it leads nowhere. at is -1 before the first step. */
export function stepped(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  switch (key) {
    case "ArrowRight": case "ArrowDown": return Math.min(count - 1, at + 1);
    case "ArrowLeft": case "ArrowUp": return at < 0 ? count - 1 : Math.max(0, at - 1);
    case "Home": return 0;
    case "End": return count - 1;
    default: return null;
  }
}
