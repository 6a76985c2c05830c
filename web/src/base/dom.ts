/** Attributes of an element. A function is a listener (onclick), true sets an empty attribute, false and null set none. */
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

export type Child = Node | string | null | undefined | false;

/** el makes an element. It takes neither styles nor markup, because the content security policy allows neither. */
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

/** append adds children and leaves out those that are null, undefined or false. */
export function append(parent: Element, children: Child[]): void {
  for (const child of children) if (child != null && child !== false) parent.append(child);
}

/** fill replaces the content of an element. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** spoken makes a text that only screen readers get. */
export function spoken(text: string): HTMLElement {
  return el("span", { class: "visually-hidden" }, text);
}

/** typing tells whether a key press goes to a field that takes text. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** overlayOpen tells whether a menu, a popover or a dialog is open. The keys are then meant for it. */
export function overlayOpen(): boolean {
  return document.querySelector("dialog[open], [popover]:popover-open") != null;
}

/** remembered keeps small preferences in the browser. A browser without storage keeps none. */
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
      // A private window may refuse to store anything. The preference then ends with the page.
    }
  },
};
