/** Settings is what the server writes into the page when it serves it. */
export interface Settings {
  version: string;
  /** "" or a path such as "/desk" that does not end with a slash. */
  basePath: string;
  /** The uid of the dashboard that "/" shows. */
  home: string;
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
  /** A name for this installation, shown instead of the product's. */
  title?: string;
}

const defaults: Settings = {
  version: "", basePath: "", home: "", theme: "", asOf: null, sampleData: false, now: Date.now(), zone: "UTC", door: "",
};

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="macrowatch-${name}"]`)?.content ?? "";
}

/** readSettings reads what the server wrote into the page. */
export function readSettings(): Settings {
  try {
    return { ...defaults, ...(JSON.parse(meta("settings")) as Partial<Settings>) };
  } catch {
    return defaults;
  }
}

/** licencesAddress returns the address of the licences of the bundled libraries. */
export function licencesAddress(): string {
  return meta("licences");
}
