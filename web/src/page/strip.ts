import { el, fill } from "../base/dom";
import { icon } from "../base/icons";
import { linkAddress } from "../base/route";
import { ageText, clockText } from "../base/time";
import { zoneParts } from "../base/zones";
import type { Dashboard, DashboardMeta, SearchHit } from "../types";
import { rangeText } from "./rangewords";
import type { PageState } from "./state";

/** Strip is the line above the panels. It has links, the age of the figures, and the ways back from a single panel and from kiosk mode. */
export class Strip {
  readonly element = el("div", { class: "strip" });
  private readonly chosen = el("span", { class: "strip-variables" });
  private readonly freshness = el("span", { class: "freshness", "data-testid": "last-refreshed" });

  /** inFile tells that the page is a file, in which only whole addresses lead anywhere. verdict is what a wall screen shows of the desk's day. */
  constructor(
    private readonly inFile: boolean, private readonly verdict: HTMLElement, private readonly closePanel: () => void, private readonly leaveKiosk: () => void,
  ) {}

  /** show fills the line. tabs are the dashboards to which the header links already. */
  show(dashboard: Dashboard, tabs: readonly SearchHit[], state: PageState): void {
    const known = new Set(tabs.map((h) => h.uid));
    const links = (dashboard.links ?? []).filter((l) => l.type !== "dashboards" && l.url && (this.inFile ? /^https?:\/\//i : /^(https?:\/\/|[^:]*$)/i).test(l.url)
      && !known.has(/\/?d\/([^/?]+)/.exec(l.url)?.[1] ?? ""));
    fill(this.element,
      state.route.viewPanel != null && el("button", { type: "button", class: "button back", onclick: this.closePanel }, icon("back"), "Back to dashboard"),
      el("h1", {}, dashboard.title),
      dashboard.meta?.file ? el("span", { class: "strip-file", title: "The file that this dashboard is read from" }, dashboard.meta.file) : null,
      el("span", { class: "strip-range" }, rangeText(state.times, state.zone)), this.chosen,
      ...links.map((l) => el("a", { class: "strip-link", href: linkAddress(l, state.route.params), title: l.tooltip, rel: "noopener noreferrer" }, l.title || l.url!)),
      this.verdict, this.freshness,
      el("button", { type: "button", class: "button is-square leave-kiosk", "aria-label": "Leave kiosk", title: "Leave kiosk (Esc)", onclick: this.leaveKiosk }, icon("close")));
  }

  /** showVariables writes out the variables. Kiosk mode shows this text instead of their controls. */
  showVariables(text: string): void {
    this.chosen.textContent = text;
  }

  /** showFreshness says when the figures arrived. If `faulty` is true, it marks them as out of date. */
  showFreshness(refreshed: number | null, zone: string, faulty: boolean): void {
    const age = refreshed == null ? 0 : Date.now() - refreshed;
    const text = refreshed == null ? "" : `Updated ${clockText(refreshed, zone)} ${zoneParts(zone, refreshed).offset}${age >= 60_000 ? `, ${ageText(age)} ago` : ""}`;
    if (this.freshness.textContent !== text) this.freshness.textContent = text;
    this.freshness.classList.toggle("is-old", faulty);
  }
}

/** The most dashboards that a page with nothing to show lists. */
const mostNamed = 12;

/** notFound makes the text of a page that has nothing to show, with links to the dashboards. */
export function notFound(text: string, hits: readonly SearchHit[], href: (uid: string) => string): HTMLElement {
  return el("div", { class: "nothing", role: "alert" }, el("h1", {}, "Nothing here"), el("p", {}, text),
    el("ul", {}, ...hits.slice(0, mostNamed).map((h) => el("li", {}, el("a", { href: href(h.uid) }, h.title)))),
    hits.length > mostNamed ? el("p", {}, `There are ${hits.length - mostNamed} more: the key / finds them.`) : null);
}

/** broken makes the text of a page whose file can't be shown. */
export function broken(title: string, { file, fault }: DashboardMeta): HTMLElement {
  return el("div", { class: "nothing", role: "alert", "data-testid": "broken" }, el("h1", {}, `${title} can’t be shown`), el("p", {}, fault ?? ""),
    file ? el("p", {}, "The file is ", el("code", {}, file), ". As soon as it is in order, this page shows it.") : null);
}
