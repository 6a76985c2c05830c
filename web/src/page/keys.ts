import type { Shortcut } from "./shortcuts";

/** KeyActions is what the keys can do to the page. */
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

/** shortcutsFor lists the page's shortcuts. They are Grafana's, as far as Grafana has one for the same action. */
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

/** Aim knows which panel the keys are meant for: the last one that the pointer went over or that got the focus. */
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

  /** The id of that panel, or null. */
  get panel(): number | null {
    return this.last?.isConnected ? Number(this.last.dataset.panelId) : null;
  }
}
