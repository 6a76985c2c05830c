import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import { linkAddress } from "../base/route";
import { ageText, clockText } from "../base/time";
import type { Dashboard, SearchHit } from "../types";
import { rangeText } from "./ranges";
import { zoneParts } from "./timepicker";
import type { Wanted } from "./wanted";

/** Strip is the line above the panels: what they are, how fresh, the way back. */
export class Strip {
  readonly element = el("div", { class: "strip" });
  private readonly chosen = el("span", { class: "strip-variables" });
  private readonly freshness = el("span", { class: "freshness", "data-testid": "last-refreshed" });

  constructor(private readonly closePanel: () => void, private readonly leaveKiosk: () => void) {}

  show(dashboard: Dashboard, hits: readonly SearchHit[], wanted: Wanted): void {
    const known = new Set(hits.map((h) => h.uid));
    // Dashboards are in the header already.
    const links = (dashboard.links ?? []).filter((l) => l.type !== "dashboards" && l.url && /^(https?:\/\/|[^:]*$)/i.test(l.url)
      && !known.has(/\/?d\/([^/?]+)/.exec(l.url)?.[1] ?? ""));
    fill(this.element,
      wanted.route.viewPanel != null && el("button", { type: "button", class: "button back", onclick: this.closePanel }, icon("back"), "Back to dashboard"),
      el("h1", {}, dashboard.title),
      el("span", { class: "strip-range" }, rangeText(wanted.times, wanted.zone)), this.chosen,
      ...links.map((l) => el("a", { class: "strip-link", href: linkAddress(l, wanted.route.params), title: l.tooltip, rel: "noopener noreferrer" }, l.title || l.url!)),
      this.freshness,
      el("button", { type: "button", class: "button is-square leave-kiosk", "aria-label": "Leave kiosk", title: "Leave kiosk (Esc)", onclick: this.leaveKiosk }, icon("close")));
  }

  /** choose says what the variables are, where their bar is not shown. */
  choose(text: string): void {
    this.chosen.textContent = text;
  }

  /** fresh says when the figures came; faulty marks them as out of date. */
  fresh(refreshed: number | null, zone: string, faulty: boolean): void {
    const age = refreshed == null ? 0 : Date.now() - refreshed;
    const text = refreshed == null ? "" : `Updated ${clockText(refreshed, zone)} ${zoneParts(zone).offset}${age >= 60_000 ? `, ${ageText(age)} ago` : ""}`;
    if (this.freshness.textContent !== text) this.freshness.textContent = text;
    this.freshness.classList.toggle("is-old", faulty);
  }
}

/** nothing is what the page says where there is nothing to show. */
export function nothing(text: string, hits: readonly SearchHit[], href: (uid: string) => string): HTMLElement {
  return el("div", { class: "nothing", role: "alert" }, el("h1", {}, "Nothing here"), el("p", {}, text),
    el("ul", {}, ...hits.map((h) => el("li", {}, el("a", { href: href(h.uid) }, h.title)))));
}
