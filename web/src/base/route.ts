// What the address says. The page keeps nothing that the address doesn't: any state can be shared
// as a link, and the browser's back button works. Parameters that the page does not know (var-…)
// are kept and handed to the server.

export type Theme = "dark" | "light";

/** Route is one address of the page, as Grafana writes them. */
export class Route {
  constructor(
    /** null where the address names no dashboard: the home dashboard. */
    readonly uid: string | null,
    readonly slug: string,
    readonly params: URLSearchParams,
    /** Set where the address is none of the page's. */
    readonly unknown = false,
  ) {}

  /** parse reads an address; basePath is "" or a path without a slash at its end. */
  static parse(url: URL, basePath: string): Route {
    const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : url.pathname;
    const m = /^\/d\/([^/]+)(?:\/([^/]*))?\/?$/.exec(path);
    if (m) return new Route(decodeURIComponent(m[1]), decodeURIComponent(m[2] ?? ""), url.searchParams);
    return new Route(null, "", url.searchParams, path !== "/" && path !== "");
  }

  get from(): string | null { return this.params.get("from"); }
  get to(): string | null { return this.params.get("to"); }
  get timezone(): string | null { return this.params.get("timezone"); }
  /** null where the dashboard's own interval holds; "" is off. */
  get refresh(): string | null { return this.params.get("refresh"); }
  get kiosk(): boolean { return this.params.has("kiosk") && this.params.get("kiosk") !== "false"; }
  get theme(): Theme | null {
    const theme = this.params.get("theme");
    return theme === "dark" || theme === "light" ? theme : null;
  }
  get viewPanel(): number | null {
    const m = /^(?:panel-)?(\d+)$/.exec(this.params.get("viewPanel") ?? "");
    return m ? Number(m[1]) : null;
  }

  /** with changes parameters: null takes one away, a list repeats one, all others stay. */
  with(changes: Record<string, string | readonly string[] | null>): Route {
    const params = new URLSearchParams(this.params);
    for (const [name, value] of Object.entries(changes)) {
      if (value == null) params.delete(name);
      else if (typeof value === "string") params.set(name, value);
      else {
        // The first takes the place of what was there, so that the address keeps its order.
        params.set(name, value[0] ?? "");
        for (const more of value.slice(1)) params.append(name, more);
      }
    }
    return new Route(this.uid, this.slug, params, this.unknown);
  }

  /** to another dashboard, keeping what was chosen (range, theme) but not the open panel, and variables only where asked. */
  toDashboard(uid: string, slug: string, variables = false): Route {
    const { params } = (variables ? this : this.withoutVariables()).with({ viewPanel: null });
    return new Route(uid, slug, params);
  }

  /** withoutVariables leaves every variable to the dashboard. */
  withoutVariables(): Route {
    return this.with(Object.fromEntries([...this.params.keys()].filter((name) => name.startsWith("var-")).map((name) => [name, null])));
  }

  /** href is the address relative to the page's base. */
  get href(): string {
    const query = this.params.toString().replace(/(^|&)kiosk=(?=&|$)/, "$1kiosk");
    const path = this.uid == null ? "." : `d/${encodeURIComponent(this.uid)}/${encodeURIComponent(this.slug)}`;
    return query ? `${path}?${query}` : path;
  }
}

/** linkAddress is where a dashboard's link leads, with the range and the variables that are to go along. */
export function linkAddress(link: { url?: string; keepTime?: boolean; includeVars?: boolean }, params: URLSearchParams): string {
  const [, path, hash] = /^([^#]*)(.*)$/s.exec(link.url ?? "")!;
  const carried = [...params].filter(([name]) => (link.keepTime && (name === "from" || name === "to")) || (link.includeVars && name.startsWith("var-")));
  if (carried.length === 0) return path + hash;
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(carried)}${hash}`;
}

/** slugOf is the part of an address such as /d/uid/slug that people read. */
export function slugOf(address: string): string {
  return /\/d\/[^/]+\/([^/?#]+)/.exec(address)?.[1] ?? "";
}
