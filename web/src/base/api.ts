import type { Dashboard, Panel, SearchHit, Variable } from "../types";

/** What the server said was wrong, in its own words. */
export class Refused extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

/** The server did not answer, or can't at the moment: trying again later may help. */
export class Away extends Error {}

async function get(path: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Away("The server does not answer.");
  }
  if (response.ok) return response;
  const message = await response.json().then((body: { message?: string }) => body.message, () => undefined);
  const text = message ? sentence(message) : `The server answered with status ${response.status}.`;
  if (response.status >= 502 && response.status <= 504) throw new Away(text);
  throw new Refused(text, response.status);
}

/** sentence gives a message a capital and a full stop. */
export function sentence(message: string): string {
  const text = message.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?:]$/.test(text) ? "" : ".");
}

export async function dashboards(signal?: AbortSignal): Promise<SearchHit[]> {
  return (await get("api/search", signal)).json();
}

export async function dashboard(uid: string, signal?: AbortSignal): Promise<Dashboard> {
  const answer = await (await get(`api/dashboards/uid/${encodeURIComponent(uid)}`, signal)).json();
  return numbered((answer as { dashboard: Dashboard }).dashboard);
}

/**
 * numbered gives panels without an id, and those whose id another has before them, the next ones after
 * the highest, as the server and Grafana do.
 */
export function numbered(dashboard: Dashboard): Dashboard {
  const all = (dashboard.panels ?? []).flatMap((p) => [p, ...(p.panels ?? [])]);
  let next = Math.max(0, ...all.map((p) => p.id ?? 0));
  const taken = new Set<number>();
  for (const p of all) {
    if (!p.id || taken.has(p.id)) p.id = ++next;
    taken.add(p.id);
  }
  return dashboard;
}

/** variables are a dashboard's template variables with the choices that there are for a range. */
export async function variables(uid: string, query: URLSearchParams, signal?: AbortSignal): Promise<Variable[]> {
  const answer = await (await get(`api/dashboards/uid/${encodeURIComponent(uid)}/variables?${query}`, signal)).json();
  const list = (answer as { variables?: Variable[] | null }).variables ?? [];
  return list.map((v) => ({ ...v, options: v.options ?? [], current: v.current ?? [] }));
}

export async function onePanel(uid: string, id: number, query: URLSearchParams, signal?: AbortSignal): Promise<Panel> {
  return (await get(`api/dashboards/uid/${encodeURIComponent(uid)}/panels/${id}?${query}`, signal)).json();
}

/** allPanels hands over each panel as its line arrives, in the order in which they are ready. */
export async function allPanels(
  uid: string, query: URLSearchParams, signal: AbortSignal, show: (panel: Panel) => void,
): Promise<void> {
  const response = await get(`api/dashboards/uid/${encodeURIComponent(uid)}/panels?${query}`, signal);
  if (!response.body) throw new Away("The server sent nothing.");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const line = (text: string) => {
    if (!text.trim()) return;
    const value = JSON.parse(text) as Panel & { message?: string };
    if (value.id == null) throw new Refused(sentence(value.message ?? "The server sent something else than a panel"), 500);
    show(value);
  };
  for (;;) {
    let chunk: ReadableStreamReadResult<string>;
    try {
      chunk = await reader.read();
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Away("The connection broke off before all panels had arrived.");
    }
    if (chunk.done) break;
    const lines = (rest + chunk.value).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  }
  line(rest);
}
