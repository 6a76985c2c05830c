// A report is a file that holds the page and what the server answered when the report was written. The page then
// reads these answers and asks no server.
import type { Panel } from "../types";

/** FrozenPanels are a dashboard's panels in both themes. light has what differs there, by the panel's id. */
interface FrozenPanels {
  dark: Panel[];
  light: Record<string, Partial<Panel>>;
}

/** Frozen is what a report holds. */
export interface Frozen {
  /** Answers by path, without those with panels. */
  answers: Record<string, unknown>;
  /** The panels by the dashboard's uid. */
  panels: Record<string, FrozenPanels>;
}

/** readFrozen returns what the report holds, or null if the page comes from a server. */
export function readFrozen(): Frozen | null {
  const held = typeof document === "undefined" ? null : document.getElementById("macrowatch-frozen");
  return held && (JSON.parse(held.textContent!) as Frozen);
}

/** frozenResponse answers a path as the server did when the report was written. */
export function frozenResponse({ answers, panels }: Frozen, path: string): Response {
  const { pathname, searchParams } = new URL(path, "http://report.invalid/");
  const asked = /^\/api\/dashboards\/uid\/([^/]+)\/panels(?:\/(\d+))?$/.exec(pathname);
  const uid = asked ? decodeURIComponent(asked[1]) : "";
  const held = Object.hasOwn(panels, uid) ? panels[uid] : null;
  if (asked && held) {
    const light = searchParams.get("theme") === "light";
    const all = held.dark.map((p) => (light ? { ...p, ...held.light[p.id] } : p));
    const wanted = asked[2] == null ? all : all.filter((p) => p.id === Number(asked[2]));
    if (wanted.length > 0 || asked[2] == null) return new Response(wanted.map((p) => JSON.stringify(p) + "\n").join(""));
  }
  const answer = answers[decodeURI(pathname)];
  if (answer !== undefined) return new Response(JSON.stringify(answer));
  return new Response(JSON.stringify({ message: "this report does not hold what the address names" }), { status: 404 });
}
