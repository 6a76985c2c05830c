/** What the program tells the page when it serves it. */
export interface Settings {
  version: string;
  /** "" or a path such as "/desk", without a slash at its end. */
  basePath: string;
  /** The uid of the dashboard that "/" shows. */
  home: string;
  theme: "dark" | "light" | "";
  /** The instant that is taken for now, or null where now is now. */
  asOf: number | null;
  sampleData: boolean;
  /** The steps of which there are runs that are no sample data. */
  ownSteps?: string[] | null;
  /** The server's clock when it served the page. */
  now: number;
  /** The desk's time zone. */
  zone: string;
  /** Who may look, where nobody has to log in: "" is this machine's users alone. */
  door: "" | "published" | "open";
  /** A name for this installation, beside the product's. */
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

/** licencesAddress is where the licences of what is bundled can be read. */
export function licencesAddress(): string {
  return meta("licences");
}
