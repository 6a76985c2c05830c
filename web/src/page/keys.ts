import type { Shortcut } from "./shortcuts";

/** What the keys can do to the page. */
export interface KeyActions {
  refresh(): void;
  pickTime(): void;
  zoomOut(): void;
  shift(direction: -1 | 1): void;
  viewAimed(): void;
  inspectAimed(): void;
  kiosk(): void;
  theme(): void;
  help(): void;
  escape(): void;
}

/** shortcutsFor is the page's keys; they are Grafana's where it has one for the same. */
export function shortcutsFor(a: KeyActions): Shortcut[] {
  return [
    { keys: "r", label: "Refresh now", run: () => a.refresh() },
    { keys: "t", label: "Choose a time range", run: () => a.pickTime() },
    { keys: "t z", label: "Zoom out", run: () => a.zoomOut() },
    { keys: "t ArrowLeft", label: "Earlier", run: () => a.shift(-1) },
    { keys: "t ArrowRight", label: "Later", run: () => a.shift(1) },
    { keys: "v", label: "Panel full screen, and back", run: () => a.viewAimed() },
    { keys: "i", label: "Inspect panel", run: () => a.inspectAimed() },
    { keys: "k", label: "Kiosk: nothing but the panels", run: () => a.kiosk() },
    { keys: "d k", label: "Kiosk, as in Grafana", run: () => a.kiosk() },
    { keys: "d t", label: "Light or dark", run: () => a.theme() },
    { keys: "?", label: "This list", run: () => a.help() },
    { keys: "Escape", label: "Back: close a panel, leave kiosk", run: () => a.escape() },
  ];
}

/**
 * Aim knows the panel that keys are meant for: the last one that the pointer went over or that got
 * the focus.
 */
export class Aim {
  private last: HTMLElement | null = null;

  constructor(within: HTMLElement) {
    const take = (event: Event) => {
      this.last = (event.target as HTMLElement).closest<HTMLElement>(".panel");
    };
    within.addEventListener("pointerover", take);
    within.addEventListener("focusin", take);
    within.addEventListener("pointerleave", () => {
      if (!this.last?.contains(document.activeElement)) this.last = null;
    });
  }

  /** The panel's id, null if none is aimed at. */
  get panel(): number | null {
    return this.last?.isConnected ? Number(this.last.dataset.panelId) : null;
  }
}
