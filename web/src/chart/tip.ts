import { el, fill } from "../base/dom";
import { currentZoom } from "../base/zoom";
import { markingOf } from "./marking";

let box: HTMLElement | null = null;

// The page makes its own tooltip. Chart libraries write style attributes into markup, which the content
// security policy refuses.
function element(): HTMLElement {
  if (!box?.isConnected) {
    box = el("div", { class: "tip", "aria-live": "off", hidden: true });
    document.body.append(box);
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

export function hideTip(): void {
  if (box) box.hidden = true;
}

/** TipRow is one line of a tooltip. */
export interface TipRow {
  colour: string;
  name: string;
  text: string;
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
        swatch(row.colour, "block", row.status), el("span", { class: "tip-name" }, row.name), el("span", { class: row.text.length > 32 ? "tip-value is-long" : "tip-value" }, row.text)),
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
