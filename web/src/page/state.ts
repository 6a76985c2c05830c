import type { Route } from "../base/route";
import type { Settings } from "../base/settings";
import { browserZone, intervalMs, validZone } from "../base/time";
import type { Dashboard } from "../types";
import type { TimeRange } from "./quickranges";

/** How often a dashboard itself may make the page load again. A reader may choose any interval. */
const fastest = "5s";
const fastestMs = intervalMs(fastest);

/** PageState is what the page shows: what the address says, completed by the dashboard's own settings. */
export class PageState {
  /** preferred is the zone that the reader chose last, or null. */
  constructor(
    readonly route: Route, private readonly dashboard: Dashboard | null, private readonly settings: Settings,
    private readonly preferred: string | null = null,
  ) {}

  /** of returns what the page would show of another dashboard with the same address. */
  of(dashboard: Dashboard): PageState {
    return new PageState(this.route, dashboard, this.settings, this.preferred);
  }

  get uid(): string { return this.route.uid ?? this.settings.home; }

  /** The zone as the address names it: browser, utc or an IANA name. */
  get timezone(): string { return this.route.timezone || this.preferred || this.dashboard?.timezone || "browser"; }

  /** The IANA name of the zone. A name that the browser does not know means the browser's own zone. */
  get zone(): string {
    const name = this.timezone;
    if (/^utc$/i.test(name)) return "UTC";
    return name !== "browser" && validZone(name) ? name : browserZone();
  }

  get times(): TimeRange {
    const standard = this.dashboard?.time ?? { from: "now-24h", to: "now" };
    return { from: this.route.from || standard.from, to: this.route.to || standard.to };
  }

  /** The refresh interval, "" for none. */
  get every(): string {
    const written = typeof this.dashboard?.refresh === "string" ? this.dashboard.refresh : "";
    const own = intervalMs(written) > 0 && intervalMs(written) < fastestMs ? fastest : written;
    const every = this.route.refresh ?? own;
    return intervalMs(every) > 0 ? every : "";
  }

  /** Whether the address has values of variables. */
  get choosesVariables(): boolean {
    return [...this.route.params.keys()].some((name) => name.startsWith("var-"));
  }

  /** carriesVariables tells whether the dashboard's link to another dashboard carries its variables. */
  carriesVariables(uid: string): boolean {
    return (this.dashboard?.links ?? []).some((l) => l.includeVars === true && (l.type === "dashboards" || /\/?d\/([^/?#]+)/.exec(l.url ?? "")?.[1] === uid));
  }

  /** query returns what the server needs to compute panels, except for the width. */
  query(theme: string): URLSearchParams {
    const { from, to } = this.times;
    const query = new URLSearchParams({ from, to, timezone: this.zone, theme });
    for (const [name, value] of this.route.params) if (name.startsWith("var-")) query.append(name, value);
    return query;
  }
}
