// What the address says. The address holds the whole state of the page, so that any state can be shared
// as a link and the browser's back button works. The page keeps parameters that it does not know, and
// hands variables (var-…) to the server.

export type Theme = "dark" | "light";

/** Route is one address of the page, as Grafana writes them. */
export class Route {
  constructor(
    /** null if the address names no dashboard. It then means the home dashboard. */
    readonly uid: string | null,
    readonly slug: string,
    readonly params: URLSearchParams,
    /** Whether the page has nothing at this address. */
    readonly unknown = false,
  ) {}

  /** parse reads an address. basePath is "" or a path that does not end with a slash. */
  static parse(url: URL, basePath: string): Route {
    const path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : url.pathname;
    const m = /^\/d\/([^/]+)(?:\/([^/]*))?\/?$/.exec(path);
    if (m) return new Route(decodeURIComponent(m[1]), decodeURIComponent(m[2] ?? ""), url.searchParams);
    return new Route(null, "", url.searchParams, path !== "/" && path !== "");
  }

  get from(): string | null { return this.params.get("from"); }
  get to(): string | null { return this.params.get("to"); }
  get timezone(): string | null { return this.params.get("timezone"); }
  /** null means the dashboard's own interval, "" no refresh. */
  get refresh(): string | null { return this.params.get("refresh"); }
  get kiosk(): boolean { return this.params.has("kiosk") && this.params.get("kiosk") !== "false"; }
  /** How long a wall screen shows each screen in kiosk mode, such as "60s"; null for no rotation. */
  get rotate(): string | null { return this.kiosk ? this.params.get("rotate") : null; }
  get theme(): Theme | null {
    const theme = this.params.get("theme");
    return theme === "dark" || theme === "light" ? theme : null;
  }
  get viewPanel(): number | null {
    const m = /^(?:panel-)?(\d+)$/.exec(this.params.get("viewPanel") ?? "");
    return m ? Number(m[1]) : null;
  }

  /** with changes parameters: null removes one, a list repeats one. All others stay. */
  with(changes: Record<string, string | readonly string[] | null>): Route {
    const params = new URLSearchParams(this.params);
    for (const [name, value] of Object.entries(changes)) {
      if (value == null) params.delete(name);
      else if (typeof value === "string") params.set(name, value);
      else {
        // set keeps the parameter's place in the address, which append would not.
        params.set(name, value[0] ?? "");
        for (const more of value.slice(1)) params.append(name, more);
      }
    }
    return new Route(this.uid, this.slug, params, this.unknown);
  }

  /**
   * toDashboard leads to another dashboard. It keeps the range and the theme, not the open panel, the variables only if asked to,
   * and what is chosen in panels only if the dashboard is the same.
   */
  toDashboard(uid: string, slug: string, variables = false, same = uid === this.uid): Route {
    const kept = variables ? this : this.withoutVariables();
    const { params } = (same ? kept : kept.withoutChoices()).with({ viewPanel: null });
    return new Route(uid, slug, params);
  }

  /** The parameters that say what is chosen in panels, such as only-8. */
  get choices(): string[] {
    return [...new Set(this.params.keys())].filter((name) => /^(only|row|sort)-\d+$/.test(name));
  }

  /** withoutChoices removes what is chosen in panels. */
  withoutChoices(): Route {
    return this.with(Object.fromEntries(this.choices.map((name) => [name, null])));
  }

  /** withoutVariables removes all variables, so that the dashboard's own values hold. */
  withoutVariables(): Route {
    return this.with(Object.fromEntries([...this.params.keys()].filter((name) => name.startsWith("var-")).map((name) => [name, null])));
  }

  /** href is the address, relative to the page's base. */
  get href(): string {
    const query = this.params.toString().replace(/(^|&)kiosk=(?=&|$)/, "$1kiosk");
    const path = this.uid == null ? "." : `d/${encodeURIComponent(this.uid)}/${encodeURIComponent(this.slug)}`;
    return query ? `${path}?${query}` : path;
  }
}

/** linkAddress returns the address of a dashboard's link, with the range and the variables that it carries. */
export function linkAddress(link: { url?: string; keepTime?: boolean; includeVars?: boolean }, params: URLSearchParams): string {
  const [, path, hash] = /^([^#]*)(.*)$/s.exec(link.url ?? "")!;
  const carried = [...params].filter(([name]) => (link.keepTime && (name === "from" || name === "to")) || (link.includeVars && name.startsWith("var-")));
  if (carried.length === 0) return path + hash;
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(carried)}${hash}`;
}

/** slugOf returns the readable part of an address: "slug" for /d/uid/slug. */
export function slugOf(address: string): string {
  return /\/d\/[^/]+\/([^/?#]+)/.exec(address)?.[1] ?? "";
}
