import { arrivedByKeys, stepped } from "./pointing";
import { hideTip, showTip, type WindowPoint } from "./tip";

/** Item is a thing with a tooltip in a drawing that is made of elements: a tile, a dial, a bar, or a place of a sparkline. */
export interface Item {
  node: Element;
  /** Where the place is between the left and the right edge of the node, from 0 to 1. The middle if it is not set. */
  at?: number;
  tip(): Node;
}

/**
 * itemTips shows the tooltips of a drawing's items under the pointer, at a touch, when the drawing gets the
 * focus by the keyboard, and when the arrow keys move through it. items lists them in reading order.
 */
export function itemTips(box: HTMLElement, items: () => readonly Item[]): void {
  let stop = -1;
  const leave = () => {
    stop = -1;
    hideTip();
  };
  const middle = ({ node, at = 0.5 }: Item): WindowPoint => {
    const { left, top, width, height } = node.getBoundingClientRect();
    return { clientX: left + width * at, clientY: top + height / 2 };
  };
  const hover = (event: MouseEvent) => {
    const away = (i: Item) => Math.abs(middle(i).clientX - event.clientX);
    const under = items().filter((i) => i.node.contains(event.target as Node)).sort((a, b) => away(a) - away(b));
    // The innermost node counts: a sparkline lies in its tile.
    const found = under.find((i) => !under.some((o) => o.node !== i.node && i.node.contains(o.node)));
    if (found) showTip(found.tip(), event, "pointer");
    else hideTip();
  };
  const show = (next: number) => {
    const item = items()[next];
    item.node.scrollIntoView({ block: "nearest", inline: "nearest" });
    showTip(item.tip(), middle(item), "keys");
    stop = next;
  };
  box.addEventListener("pointermove", hover);
  box.addEventListener("click", hover);
  box.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && leave());
  box.addEventListener("blur", leave);
  box.addEventListener("focus", (event) => arrivedByKeys(box, event) && items().length > 0 && show(0));
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && stop >= 0) {
      event.stopPropagation();
      return leave();
    }
    const next = stepped(event.key, stop, items().length);
    if (next == null) return;
    event.preventDefault();
    show(next);
  });
}
