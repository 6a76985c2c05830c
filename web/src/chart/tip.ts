import { el, fill } from "../base/dom";
import { anchor, eachOnce, safeLinks } from "../base/link";
import { currentZoom } from "../base/zoom";
import type { Link } from "../types";
import { markingOf } from "./marking";

let box: HTMLElement | null = null;

/** What the tooltip was pinned at, null while it is not pinned. A pinned tooltip stays, so that its links can be followed. */
let pinnedAt: (HTMLElement | SVGElement) | null = null;

/** Where in the window the element stood when the tooltip was pinned at it. */
let pinnedTop = 0;

// The page makes its own tooltip. Chart libraries write style attributes into markup, which the content
// security policy refuses.
function element(): HTMLElement {
  if (!box?.isConnected) {
    box = el("div", { class: "tip", "aria-live": "off", hidden: true, inert: true });
    document.body.append(box);
    pinnedAt = null;
  }
  return box;
}

/** WindowPoint is a place of the window, as events have it. */
export interface WindowPoint {
  clientX: number;
  clientY: number;
}

/**
 * showTip shows the tooltip beside a point of the window and keeps it inside the window. Screen readers
 * read it out if the keys move through a chart, and not while the pointer moves.
 */
export function showTip(content: Node, { clientX: x, clientY: y }: WindowPoint, by: "pointer" | "keys"): void {
  const tip = element();
  if (pinnedAt) return;
  tip.setAttribute("aria-live", by === "keys" ? "polite" : "off");
  fill(tip, content);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const zoom = currentZoom();
  const gap = 14 * zoom;
  const left = x + gap + width + 4 <= innerWidth ? x + gap : Math.max(4, Math.min(x - gap - width, innerWidth - width - 4));
  const top = Math.max(4, Math.min(y + gap, innerHeight - height - 4));
  tip.style.transform = `translate(${Math.round(left / zoom)}px, ${Math.round(top / zoom)}px)`;
}

/** hideTip hides the tooltip unless it is pinned. */
export function hideTip(): void {
  if (box && !pinnedAt) box.hidden = true;
}

/**
 * pinTip keeps the tooltip that is shown, if it has links, and lets the reader use them. With `focus` the first link gets
 * the focus. Escape, a press elsewhere and the end of the focus close it.
 */
export function pinTip(at: HTMLElement | SVGElement, focus: boolean): boolean {
  const first = box && !box.hidden ? box.querySelector<HTMLElement>("a[href]") : null;
  if (!box || !first) return false;
  pinnedAt = at;
  pinnedTop = at.getBoundingClientRect().top;
  box.inert = false;
  box.classList.add("is-pinned");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "Links");
  addEventListener("pointerdown", pressed, true);
  addEventListener("keydown", keyed, true);
  addEventListener("scroll", scrolled);
  box.addEventListener("focusout", left);
  if (focus) first.focus();
  return true;
}

/** unpinTip closes a pinned tooltip and hides every other. */
export function unpinTip(): void {
  const back = pinnedAt != null && box?.contains(document.activeElement) ? pinnedAt : null;
  if (box && pinnedAt) {
    box.inert = true;
    box.classList.remove("is-pinned");
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
    removeEventListener("pointerdown", pressed, true);
    removeEventListener("keydown", keyed, true);
    removeEventListener("scroll", scrolled);
    box.removeEventListener("focusout", left);
  }
  pinnedAt = null;
  hideTip();
  if (back?.isConnected) back.focus();
}

function pressed(event: Event): void {
  if (!box?.contains(event.target as Node)) unpinTip();
}

// The event of a scroll comes a frame later, and so it may come after the tooltip was pinned. Then nothing has moved since.
function scrolled(): void {
  if (Math.abs((pinnedAt?.getBoundingClientRect().top ?? 0) - pinnedTop) >= 1) unpinTip();
}

function keyed(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  event.preventDefault();
  unpinTip();
}

function left(event: FocusEvent): void {
  if (event.relatedTarget && !box?.contains(event.relatedTarget as Node)) unpinTip();
}

/** tipLinks makes the lines of a tooltip with links, null if there are none. */
export function tipLinks(links: readonly Link[] | null | undefined): HTMLElement | null {
  const list = eachOnce(safeLinks(links));
  return list.length === 0 ? null : el("div", { class: "tip-links" }, ...list.map((l) => anchor(l, { class: "tip-link" })));
}

/** TipRow is one line of a tooltip. */
export interface TipRow {
  colour: string;
  name: string;
  text: string;
  /** The value's share of a whole. */
  share?: string;
  strong?: boolean;
  /** Whether the colour is that of a status, which the row's sample marks as the drawing does. */
  status?: boolean;
  /** A remark in a line of its own. */
  note?: string;
}

/** tipContent lays out a tooltip: a heading, "" for none, and the rows below it. */
export function tipContent(head: string, rows: readonly TipRow[], more: readonly Node[] = []): DocumentFragment {
  const fragment = document.createDocumentFragment();
  if (head) fragment.append(el("div", { class: "tip-head" }, head));
  const most = 24;
  for (const row of rows.slice(0, most)) {
    fragment.append(
      el("div", { class: row.strong ? "tip-row is-strong" : "tip-row" },
        swatch(row.colour, "block", row.status), el("span", { class: "tip-name" }, row.name), el("span", { class: row.text.length > 32 ? "tip-value is-long" : "tip-value" }, row.text),
        row.share ? el("span", { class: "tip-share" }, row.share) : null),
    );
    if (row.note) fragment.append(el("div", { class: "tip-note" }, row.note));
  }
  if (rows.length > most) fragment.append(el("div", { class: "tip-note" }, `and ${rows.length - most} more`));
  fragment.append(...more);
  return fragment;
}

/** swatch makes a small sample of a colour, with its marking if it is that of a status. A script sets the colour: the page allows no style attributes. */
export function swatch(colour: string, shape: "block" | "line" = "block", status = false): HTMLElement {
  const mark = el("span", { class: `swatch is-${shape} is-${shape === "block" ? markingOf(colour, status) : "plain"}`, "aria-hidden": "true" });
  mark.style.backgroundColor = colour;
  return mark;
}
