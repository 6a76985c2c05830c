import type { DeskVerdict } from "../base/api";
import { el, fill } from "../base/dom";
import { icon, type IconName } from "../base/icons";
import { clockText, momentText } from "../base/time";

/** How old a verdict may be before it says so, in milliseconds. The page asks more often than that. */
export const freshFor = 90_000;

/** What the page knows of the desk. */
export interface VerdictState {
  /** The last verdict that the server gave; null if there was nothing to judge, undefined before the first answer. */
  verdict: DeskVerdict | null | undefined;
  /** When that answer came, on the browser's clock. */
  heardAt: number;
  /** Why the last question was not answered; "" if it was. */
  failure: string;
}

/** isStale tells whether the verdict may no longer hold. */
export function isStale({ verdict, heardAt, failure }: VerdictState, now: number): boolean {
  if (verdict === undefined) return failure !== "";
  return failure !== "" || now - heardAt > freshFor;
}

/** verdictParts returns the parts of the text in the header, the most important one first. Narrow headers have only the first. */
export function verdictParts({ verdict }: VerdictState, stale: boolean, zone: string): string[] {
  if (verdict == null) return verdict === undefined && stale ? ["Day not known"] : [];
  const parts = verdict.brief.split(", ");
  return stale ? [`At ${clockText(verdict.at, zone).slice(0, 5)}: ${parts[0]}`, ...parts.slice(1)] : parts;
}

/**
 * verdictLabel says all in sentences: for the tooltip, and for those who can't see the header. now is the instant on the server's
 * clock.
 */
export function verdictLabel({ verdict, failure }: VerdictState, stale: boolean, now: number, zone: string): string {
  const reason = failure ? `The desk's day can't be read at the moment: ${failure}` : "The desk's day has not been read for a while.";
  if (verdict == null) return stale ? reason : "";
  const since = verdict.since == null ? "" : ` since ${momentText(verdict.since, verdict.at, zone)}`;
  const said = `${verdict.word}${since}. ${verdict.text}.`;
  const at = `${momentText(verdict.at, now, zone)} on the desk's clock`;
  return stale ? `${reason} At ${at} it was ${said}` : `${said} As of ${at}, whatever range the page shows.`;
}

const rank = (severity: string) => ["ok", "warning", "critical"].indexOf(severity);

/** isWorse tells whether a verdict is worse than the one before it. */
export function isWorse(verdict: DeskVerdict | null, before: DeskVerdict | null | undefined): boolean {
  if (!verdict || !before) return false;
  const [now, then] = [Math.max(0, rank(verdict.severity)), Math.max(0, rank(before.severity))];
  return now > then || (now === then && now > 0 && verdict.wrong > before.wrong);
}

const icons: Record<string, IconName> = { critical: "failed", warning: "clock", stale: "info" };

export interface VerdictActions {
  /** panelHref returns the address of a panel. */
  panelHref(uid: string, panel: number): string;
  /** showPanel leads to a panel. */
  showPanel(uid: string, panel: number): void;
  /** has tells whether the page has the dashboard. */
  has(uid: string): boolean;
  /** now returns the instant on the server's clock. */
  now(): number;
}

/** Verdict says on every page how the desk's day stands, and leads to the panel that says more. */
export class Verdict {
  /** The verdict in the header. */
  readonly element: HTMLElement;
  /** The same for a wall screen, which has no header. */
  readonly onTheWall = el("a", { class: "verdict on-the-wall", "data-testid": "verdict-wall", hidden: true });
  private readonly link = el("a", { class: "verdict", "data-testid": "verdict", hidden: true });
  /** What has become worse, for those who can't see the header. */
  private readonly told = el("span", { class: "visually-hidden", role: "status", "data-testid": "verdict-told" });
  private state: VerdictState = { verdict: undefined, heardAt: 0, failure: "" };
  private shown = "";

  /** zone is the desk's time zone. If the page is final, its verdict does not grow old. */
  constructor(private readonly zone: string, private readonly final: boolean, private readonly actions: VerdictActions) {
    this.element = el("div", { class: "verdict-place" }, this.link, this.told);
    for (const link of [this.link, this.onTheWall]) link.addEventListener("click", (event) => this.follow(event));
  }

  /** show takes the server's answer. */
  show(verdict: DeskVerdict | null): void {
    if (isWorse(verdict, this.state.verdict)) this.told.textContent = `${verdict!.word}: ${verdict!.brief}`;
    else if (isWorse(this.state.verdict ?? null, verdict)) this.told.textContent = "";
    this.state = { verdict, heardAt: Date.now(), failure: "" };
    this.draw();
  }

  /** failed takes the reason why there is no answer. */
  failed(reason: string): void {
    this.state = { ...this.state, failure: reason };
    this.draw();
  }

  /** draw shows the verdict as it is now. The page also calls it as time passes and when its address changes. */
  draw(): void {
    const { verdict } = this.state;
    const stale = isStale(this.state, this.final ? this.state.heardAt : Date.now());
    const parts = verdictParts(this.state, stale, this.zone);
    const label = verdictLabel(this.state, stale, this.actions.now(), this.zone);
    const look = stale ? "stale" : verdict?.severity ?? "";
    const href = verdict && this.actions.has(verdict.uid) ? this.actions.panelHref(verdict.uid, verdict.panel) : null;
    const shown = JSON.stringify([parts, label, look, href]);
    if (shown === this.shown) return;
    this.shown = shown;
    const count = stale ? "?" : verdict && verdict.wrong > 0 ? String(verdict.wrong) : "";
    for (const link of [this.link, this.onTheWall]) {
      link.hidden = parts.length === 0;
      for (const name of ["critical", "warning", "ok", "stale"]) link.classList.toggle(`is-${name}`, name === look);
      if (href == null) link.removeAttribute("href");
      else link.href = href;
      link.role = href == null ? "img" : null; // a text that leads nowhere has a name all the same
      link.setAttribute("aria-label", `${parts.join(", ")}. ${label}`); // what can be seen belongs to the name
      link.title = label;
      fill(link, icon(icons[look] ?? "check"), count && el("span", { class: "verdict-count" }, count),
        el("span", { class: "verdict-text" }, ...parts.map((part, n) => el("span", { class: n > 0 ? "verdict-more" : "" }, n > 0 ? `, ${part}` : part))));
    }
  }

  private follow(event: MouseEvent): void {
    const { verdict } = this.state;
    // With a modifier key, the browser opens the link in a new tab or window.
    if (!verdict || !this.actions.has(verdict.uid) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    this.actions.showPanel(verdict.uid, verdict.panel);
  }
}
