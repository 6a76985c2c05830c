import { el, spoken } from "../base/dom";
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
 * followText makes the values in a box lead where their cover links lead. The values lie over the links so that their text
 * can be selected. A press that selects text leads nowhere.
 */
export function followText(box: HTMLElement): void {
  box.addEventListener("click", (e) => {
    const text = (e.target as Element).closest(".stat-value");
    const cover = text?.closest(".stat.is-tile, .stat-item")?.querySelector(":scope > .cover-link");
    const chosen = getSelection();
    if (!cover || (chosen && !chosen.isCollapsed && chosen.containsNode(text!, true))) return;
    const { ctrlKey, metaKey, shiftKey, altKey } = e;
    cover.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey, altKey }));
  });
}

/** openLinks shows links in a box at an element, which gets the focus back when the box closes. */
export function openLinks(at: HTMLElement, links: readonly Link[]): void {
  const { left, top, width, height } = at.getBoundingClientRect();
  showTip(tipLinks(links)!, { clientX: left + Math.min(width, 80) / 2, clientY: top + height / 2 }, "pointer");
  pinTip(at, true);
}
