import { el, fill, type Child } from "../base/dom";
import { currentZoom } from "../base/zoom";

/** Popover is a button with a box that opens below it. The browser closes it on Escape and on a click elsewhere. */
export interface Popover {
  button: HTMLButtonElement;
  box: HTMLElement;
  open(): void;
  close(): void;
}

/**
 * popover makes a box that a button opens. The function `content` is called each time the box opens. When the
 * box is in its place, `opened` is called to set the focus. Without `opened`, the box itself gets the focus.
 */
export function popover(
  button: HTMLButtonElement, attributes: Record<string, string>, content: () => Child[], opened?: (box: HTMLElement) => void,
): Popover {
  const box = el("div", { ...attributes, popover: "auto", tabindex: -1, class: `popover ${attributes.class ?? ""}` });
  button.popoverTargetElement = box;
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", attributes.role === "menu" ? "menu" : "dialog");
  box.addEventListener("beforetoggle", (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    fill(box, ...content());
    box.style.visibility = "hidden"; // until place has moved it
  });
  box.addEventListener("toggle", (event) => {
    const open = (event as ToggleEvent).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(box, button);
    box.style.visibility = "";
    if (opened) opened(box);
    else box.focus();
  });
  button.after(box);
  return {
    button, box,
    open: () => box.isConnected && !box.matches(":popover-open") && box.showPopover(),
    close: () => box.isConnected && box.matches(":popover-open") && box.hidePopover(),
  };
}

function place(box: HTMLElement, button: HTMLElement): void {
  const b = button.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const edge = 8;
  const zoom = currentZoom();
  const right = b.left + b.width / 2 > innerWidth / 2;
  const left = right ? b.right - width : b.left;
  const below = b.bottom + 6 + height <= innerHeight - edge || b.top < innerHeight - b.bottom;
  box.style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge)) / zoom}px`;
  box.style.top = `${Math.max(edge, below ? Math.min(b.bottom + 6, innerHeight - height - edge) : b.top - 6 - height) / zoom}px`;
}

export interface MenuItem {
  label: string;
  run: () => void;
  /** The shortcut for the same action. */
  keys?: string;
  checked?: boolean;
}

/** menu makes a list of actions that a button opens. The arrow keys move through it. */
export function menu(button: HTMLButtonElement, label: string, items: () => MenuItem[]): Popover {
  const made: Popover = popover(button, { role: "menu", class: "menu", "aria-label": label }, () => {
    const list = items();
    const radio = list.some((i) => i.checked != null);
    return list.map((item) => el("button", {
      type: "button", role: radio ? "menuitemradio" : "menuitem", tabindex: -1, class: "menu-item",
      "aria-checked": radio ? String(item.checked === true) : null,
      onclick: () => { made.close(); item.run(); },
    }, el("span", {}, item.label), item.keys ? el("kbd", {}, item.keys) : null));
  }, (box) => (box.querySelector<HTMLElement>('[aria-checked="true"]') ?? box.querySelector<HTMLElement>(".menu-item"))?.focus());
  made.box.addEventListener("keydown", (event) => {
    const all = [...made.box.querySelectorAll<HTMLElement>(".menu-item")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to: Record<string, number> = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 };
    if (event.key === "Tab") made.close();
    if (!(event.key in to)) return;
    event.preventDefault();
    all[to[event.key]]?.focus();
  });
  return made;
}
