import { type Child, el, fill, spoken } from "../base/dom";
import { anchor, eachOnce, safeLinks } from "../base/link";
import type { Link } from "../types";
import { pinTip, showTip, tipLinks } from "./tip";

/**
 * coverLink makes an element that covers a value and follows its link. If there are several links, it opens a box with
 * all of them. It returns null if there are none. What it covers must have a position of its own.
 */
export function coverLink(all: readonly Link[] | null | undefined): HTMLElement | null {
  const links = eachOnce(safeLinks(all));
  if (links.length === 0) return null;
  if (links.length === 1) return anchor(links[0], { class: "cover-link", title: links[0].title }, spoken(links[0].title));
  return el("button", {
    type: "button", class: "cover-link", "aria-haspopup": "dialog", title: links.map((l) => l.title).join("\n"),
    onclick: (e: MouseEvent) => openLinks(e.currentTarget as HTMLElement, links),
  }, spoken(`Links: ${links.map((l) => l.title).join(", ")}`));
}

/**
 * linkedText makes the element of a value's text. The text lies over the cover link, so that it can be selected. With one
 * link the element is a link too, so that every button of the mouse acts on the text as on a link. The keyboard stops at the
 * cover link only.
 */
export function linkedText(all: readonly Link[] | null | undefined, attributes: Record<string, string>, ...children: Child[]): HTMLElement {
  const links = eachOnce(safeLinks(all));
  if (links.length !== 1) return el("span", attributes, ...children);
  // If the link could be dragged, its text could not be selected with the mouse.
  const link = anchor(links[0], { ...attributes, tabindex: "-1", draggable: "false", title: links[0].title });
  fill(link, ...children);
  return link;
}

/**
 * followText makes the texts in a box open the boxes of their cover links. A press that selects text opens and follows
 * nothing.
 */
export function followText(box: HTMLElement): void {
  box.addEventListener("click", (e) => {
    const text = (e.target as Element).closest(".stat-value");
    const chosen = getSelection();
    if (!text) return;
    if (chosen && !chosen.isCollapsed && chosen.containsNode(text, true)) return e.preventDefault();
    text.closest(".stat.is-tile, .stat-item")?.querySelector<HTMLButtonElement>(":scope > button.cover-link")?.click();
  });
}

/** openLinks shows links in a box at an element, which gets the focus back when the box closes. */
export function openLinks(at: HTMLElement, links: readonly Link[]): void {
  const { left, top, width, height } = at.getBoundingClientRect();
  showTip(tipLinks(links)!, { clientX: left + Math.min(width, 80) / 2, clientY: top + height / 2 }, "pointer");
  pinTip(at, true);
}
