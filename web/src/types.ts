// The types of the server's answers, as the page uses them. They are generated from internal/viewer/view.
// A value that may be null arrives as null or is left out, so the page compares with == null.
import type * as wire from "./view.gen";

export type * from "./view.gen"; // Panel below replaces the generated one

/** The answer for one panel. */
export type Panel = Omit<wire.Panel, "frames" | "view"> & { frames: Frame[] | null; view?: wire.View | null };

/** A Grafana data frame in Grafana's own JSON form. */
export interface Frame {
  schema?: {
    name?: string;
    refId?: string;
    fields?: FrameField[];
    meta?: { executedQueryString?: string };
  };
  data?: {
    values?: unknown[][];
    /** For each column, the rows of the numbers that JSON can't hold. */
    entities?: (null | { NaN?: number[]; Inf?: number[]; NegInf?: number[] })[];
  };
}

export interface FrameField {
  name: string;
  type?: string;
  labels?: Record<string, string> | null;
  config?: Record<string, unknown> | null;
}

/** Dashboard is what the page reads of a dashboard's JSON. The rest is for the server. */
export interface Dashboard {
  uid: string;
  title: string;
  timezone?: string;
  refresh?: string | boolean;
  time?: { from: string; to: string };
  links?: DashboardLink[] | null;
  panels?: PanelDefinition[] | null;
  /** What the server says of the dashboard besides its JSON. */
  meta?: DashboardMeta;
  /** The page only reads whether there are template variables. The server says what they are. */
  templating?: { list?: unknown[] | null } | null;
}

/** DashboardMeta is what the server says of a dashboard. */
export interface DashboardMeta {
  /** The file that the dashboard is read from, if it is not built in. */
  file?: string;
  /** Why the file can't be shown. */
  fault?: string;
  /** A text that changes whenever the dashboard does. */
  version?: string;
}

export interface DashboardLink {
  type?: string;
  title?: string;
  tooltip?: string;
  url?: string;
  /** Whether the link carries the time range, and whether it carries the variables. */
  keepTime?: boolean;
  includeVars?: boolean;
}

export interface PanelDefinition {
  id: number;
  type: string;
  title?: string;
  description?: string;
  collapsed?: boolean;
  gridPos: { x: number; y: number; w: number; h: number };
  panels?: PanelDefinition[] | null;
  transparent?: boolean;
}

/** SearchHit is a dashboard in the list of all dashboards. */
export interface SearchHit {
  uid: string;
  title: string;
  url: string;
  tags?: string[] | null;
  /** The group of the menu in which the dashboard stands. */
  folderTitle?: string;
  file?: string;
  fault?: string;
  version?: string;
}
