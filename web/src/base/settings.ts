import type { Preparing } from "./api";

/** Question is what all panels of a report were computed for. */
export interface Question {
  /** "" means each dashboard's own range. */
  from: string;
  to: string;
  /** The IANA name of the time zone. */
  timezone: string;
}

/** User is the person who is signed in. */
export interface User {
  name: string;
  /** What the person may do: "viewer" or "operator". */
  role: string;
  /** Whether the person can sign out here, rather than at a proxy. */
  signsOut: boolean;
}

/** Settings is what the server writes into the page when it serves it. */
export interface Settings {
  version: string;
  /** "" or a path such as "/desk" that does not end with a slash. */
  basePath: string;
  /** The uid of the dashboard that "/" shows. */
  home: string;
  /** The version of the dashboards when the page was served. */
  dashboards?: string;
  /** The version of the record when the page was served. */
  record?: string;
  /** What is still to be done before there are panels; null if all is done. */
  preparing?: Preparing | null;
  theme: "dark" | "light" | "";
  /** The instant that the page shows as now, in milliseconds; null if it uses the clock. */
  asOf: number | null;
  sampleData: boolean;
  /** The steps with runs that are not sample data. */
  ownSteps?: string[] | null;
  /** The server's clock when it served the page. */
  now: number;
  /** The desk's time zone. */
  zone: string;
  /** Who may read the page without a login. "" means only the users of this machine. */
  door: "" | "published" | "open";
  /** Who is signed in; null if nobody has to sign in. */
  user?: User | null;
  /** A name for this installation, shown instead of the product's. */
  title?: string;
  /** What the panels were computed for if the page is a report, a file without a server; null if it is served. */
  report: Question | null;
}

const defaults: Settings = {
  version: "", basePath: "", home: "", theme: "", asOf: null, sampleData: false, now: Date.now(), zone: "UTC", door: "", report: null,
};

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="macrowatch-${name}"]`)?.content ?? "";
}

/** readSettings reads what the server wrote into the page. */
export function readSettings(): Settings {
  try {
    const report = meta("report") ? (JSON.parse(meta("report")) as Question) : null;
    return { ...defaults, ...(JSON.parse(meta("settings")) as Partial<Settings>), report };
  } catch {
    return defaults;
  }
}

/** Licences are the texts of the bundled libraries' licences: an address, or in a report the texts themselves. */
export interface Licences {
  address: string;
  text: string;
}

/** licences returns where the licences of the bundled libraries are to be read. */
export function licences(): Licences {
  return { address: meta("licences"), text: document.getElementById("macrowatch-licences")?.textContent ?? "" };
}
