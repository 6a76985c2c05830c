import { el, overlayOpen, typing } from "../base/dom";
import { licences } from "../base/settings";
import { openDialog } from "./dialog";

/** Shortcut is one key, or two keys after each other ("t z"). */
export interface Shortcut {
  keys: string;
  label: string;
  run: () => void;
}

/** The most time between the two keys of a pair, in milliseconds. */
const pairTimeout = 700;

/** listenToKeys runs shortcuts. A key that may be the first of a pair waits a moment for the second one. */
export function listenToKeys(shortcuts: readonly Shortcut[]): void {
  let first: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const find = (keys: string) => shortcuts.find((s) => s.keys === keys);
  const handle = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || overlayOpen()) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    clearTimeout(timer);
    const pair = first == null ? undefined : find(`${first} ${key}`);
    first = null;
    if (pair) {
      event.preventDefault();
      event.stopPropagation();
      return pair.run();
    }
    const single = find(key);
    if (shortcuts.some((s) => s.keys.startsWith(`${key} `))) {
      first = key;
      timer = setTimeout(() => {
        first = null;
        single?.run();
      }, pairTimeout);
      event.preventDefault();
    } else if (single) {
      event.preventDefault();
      single.run();
    }
  };
  // Shortcuts get a key before the element with the focus. Otherwise a chart would take the arrow key of "t
  // ←". Escape goes to the element first.
  document.addEventListener("keydown", (event) => event.key !== "Escape" && handle(event), { capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && handle(event));
}

const names: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };

/** showHelp opens the list of shortcuts. */
export function showHelp(shortcuts: readonly Shortcut[], version: string): void {
  const { address, text } = licences();
  openDialog({ class: "help", "aria-label": "Keyboard shortcuts" }, el("h2", {}, "Keyboard shortcuts"),
    el("dl", { class: "keys" }, ...shortcuts.map((s) => el("div", {},
      el("dt", {}, ...s.keys.split(" ").map((k) => el("kbd", {}, names[k] ?? k))), el("dd", {}, s.label)))),
    el("dl", { class: "keys" },
      el("div", {}, el("dt", {}, el("kbd", {}, "←"), el("kbd", {}, "→")), el("dd", {}, "Move through a focused chart's values")),
      el("div", {}, el("dt", {}, "Drag"), el("dd", {}, "Zoom a chart in to a time range; double click zooms out")),
      el("div", {}, el("dt", {}, "Click"), el("dd", {}, "Show one legend entry alone; with Ctrl add another"))),
    el("footer", { class: "help-foot" }, version ? `macrowatch ${version}` : "macrowatch",
      address ? el("a", { href: address, target: "_blank", rel: "noopener" }, licencesLabel) : null,
      text ? el("button", { type: "button", class: "button", onclick: () => showLicences(text) }, licencesLabel) : null));
}

const licencesLabel = "Licences of what is bundled";

function showLicences(text: string): void {
  openDialog({ class: "drawer", "aria-label": licencesLabel }, el("h2", {}, licencesLabel),
    el("div", { class: "drawer-body" }, el("pre", { class: "code", tabindex: 0 }, text)));
}
