/** Attributes of an element; on… are listeners, booleans switch an attribute, null leaves it out. */
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

export type Child = Node | string | null | undefined | false;

/**
 * el makes an element. There is deliberately no way to pass a style or markup: the page's content
 * security policy allows neither.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value as EventListener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** append adds children, leaving out those that are not there. */
export function append(parent: Element, children: Child[]): void {
  for (const child of children) if (child != null && child !== false) parent.append(child);
}

/** fill replaces what an element holds. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** hidden text for those who listen to the page. */
export function spoken(text: string): HTMLElement {
  return el("span", { class: "visually-hidden" }, text);
}

/** typing reports whether a key press is meant for a field that takes text. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** overlayOpen reports whether a menu, popover or dialog is open and has the Escape key first. */
export function overlayOpen(): boolean {
  return document.querySelector("dialog[open], [popover]:popover-open") != null;
}

/** remembered keeps a small preference in the browser; without storage it forgets, silently. */
export const remembered = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(`macrowatch.${key}`);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(`macrowatch.${key}`, value);
    } catch {
      // Private windows may refuse; the preference then lasts as long as the page.
    }
  },
};
