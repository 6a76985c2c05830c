import type { Shortcut } from "./shortcuts";

/**
 * The keys of each action, and what the list of shortcuts says about them. They are the same as in Grafana,
 * if Grafana has such a shortcut.
 */
const keys = {
  find: [["/", "Find a dashboard"]],
  refresh: [["r", "Refresh now"]],
  pickTime: [["t", "Choose a time range"]],
  zoomOut: [["t z", "Zoom out"]],
  earlier: [["t ArrowLeft", "Earlier"]],
  later: [["t ArrowRight", "Later"]],
  viewAimed: [["v", "Panel full screen, and back"]],
  inspectAimed: [["i", "Inspect panel"]],
  kiosk: [["k", "Kiosk: nothing but the panels"], ["d k", "Kiosk, as in Grafana"]],
  theme: [["d t", "Light or dark"]],
  alerts: [["a", "What fires now"]],
  help: [["?", "This list"]],
  escape: [["Escape", "Back: close a panel, leave kiosk"]],
} satisfies Record<string, [keys: string, label: string][]>;

/** KeyActions is what the keys do to the page. An action without keys, or keys without an action, does not compile. */
export type KeyActions = Record<keyof typeof keys, () => void>;

/** shortcutsFor lists the page's shortcuts. */
export function shortcutsFor(actions: KeyActions): Shortcut[] {
  return (Object.keys(keys) as (keyof KeyActions)[]).flatMap((action) =>
    keys[action].map(([keys, label]) => ({ keys, label, run: () => actions[action]() })));
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
