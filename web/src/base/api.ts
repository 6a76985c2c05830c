import type { Dashboard, DashboardMeta, Panel, SearchHit, Variable } from "../types";
import { frozenResponse, readFrozen } from "./frozen";
import { Watchdog } from "./watchdog";

/** Refused is an answer in which the server says what is wrong. */
export class Refused extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

/** SignedOut means that the person's session is over. Only a new login helps. */
export class SignedOut extends Refused {}

/** Away means that the server did not answer, or can't at the moment. Trying again later may help. */
export class Away extends Error {}

/** reasonOf returns the sentence with which the page says why it has no answer. */
export function reasonOf(error: unknown): string {
  return error instanceof Refused || error instanceof Away ? error.message : "The server's answer could not be read.";
}

/**
 * How long the server may be silent, and how long its whole answer may take, in milliseconds. The server
 * itself keeps a request waiting up to 15 s, and computes for at most 30 s.
 */
const limits = { quiet: 50_000, whole: 180_000 };

/** What the page answers itself with if it is a report; else null. */
const frozen = readFrozen();

/** Call says when to give a request up. */
interface Call {
  signal?: AbortSignal;
  /** How long the server may be silent, in milliseconds, if not as long as usual. */
  quiet?: number;
  /** What is sent as JSON; without it the request only reads. */
  body?: unknown;
}

/**
 * ask sends a request and reads its answer to the end. It throws Refused if the server refuses, the abort's
 * own error if the caller gives up, and otherwise Away, also if the answer stops in the middle.
 */
async function ask<T>(path: string, { signal, quiet = limits.quiet, body }: Call, read: (response: Response, heard: () => void) => Promise<T>): Promise<T> {
  const watch = new Watchdog(quiet, limits.whole, signal);
  let begun = false;
  try {
    const response = frozen ? frozenResponse(frozen, path)
      : await fetch(new URL(path, document.baseURI), { signal: watch.signal, ...sent(body) });
    begun = true;
    watch.heard();
    if (!response.ok) throw await refusal(response, watch.heard);
    return await read(response, watch.heard);
  } catch (error) {
    watch.cut(); // nobody needs the rest of the answer
    if (signal?.aborted || error instanceof Refused || error instanceof Away) throw error;
    if (watch.timedOut && begun) throw new Away("The server stopped in the middle of its answer.");
    throw new Away(begun ? "The connection broke off before the whole answer had arrived." : "The server does not answer.");
  } finally {
    watch.end();
  }
}

/** sent returns the method, the headers and the body of a request. */
function sent(body: unknown): RequestInit {
  if (body === undefined) return { headers: { Accept: "application/json" } };
  return { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** refusal reads the error from an answer with an error status. */
async function refusal(response: Response, heard: () => void): Promise<Refused | Away> {
  const message = await text(response, heard).then((t) => (JSON.parse(t) as { message?: string }).message, () => undefined).catch(() => undefined);
  const said = message ? sentence(message) : `The server answered with status ${response.status}.`;
  if (response.status === 401) return new SignedOut(said, 401);
  return response.status >= 502 && response.status <= 504 ? new Away(said) : new Refused(said, response.status);
}

/** chunks hands over the text of an answer piece by piece, as it arrives. */
async function chunks(response: Response, heard: () => void, take: (text: string) => void): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader!.read()) {
    heard();
    take(chunk.value);
  }
}

async function text(response: Response, heard: () => void): Promise<string> {
  let all = "";
  await chunks(response, heard, (t) => (all += t));
  return all;
}

async function json<T>(path: string, call: Call): Promise<T> {
  return ask(path, call, async (response, heard) => parsed<T>(await text(response, heard)));
}

/** parsed reads JSON. A text that is not JSON was cut off, for example by a proxy. */
function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Away("The server's answer was cut off.");
  }
}

/** sentence makes a message begin with a capital and end with a full stop. */
export function sentence(message: string): string {
  const text = message.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?:]$/.test(text) ? "" : ".");
}

export async function dashboards(signal?: AbortSignal): Promise<SearchHit[]> {
  return json("api/search", { signal });
}

/** DashboardAnswer is how the server sends a dashboard. */
interface DashboardAnswer {
  dashboard: Dashboard;
  meta?: DashboardMeta;
}

/** dashboard fetches a dashboard without what only the server reads, such as its queries. With `whole` it has those too. */
export async function dashboard(uid: string, whole = false): Promise<Dashboard> {
  return dashboardOf(await json(`api/dashboards/uid/${encodeURIComponent(uid)}${whole ? "" : "?queries=none"}`, {}));
}

function dashboardOf({ dashboard, meta }: DashboardAnswer): Dashboard {
  return { ...numbered(dashboard), meta: meta ?? {} };
}

/** Opening is what the page needs first. The server writes it into the page, so that the page need not ask. */
export interface Opening {
  hits: SearchHit[];
  /** The dashboard at the page's address, null if there is none. */
  dashboard: Dashboard | null;
}

/** readOpening reads what the server wrote into the page, null if it is not there, as in a report. */
export function readOpening(): Opening | null {
  const text = document.getElementById("macrowatch-opening")?.textContent;
  const opening = text ? (JSON.parse(text) as { search: SearchHit[]; dashboard?: DashboardAnswer } | null) : null;
  return opening && { hits: opening.search, dashboard: opening.dashboard ? dashboardOf(opening.dashboard) : null };
}

/** Trouble is a task that the server does in the background and that fails. */
export interface Trouble {
  task: string;
  /** What does not happen because of it. */
  fault: string;
  /** In milliseconds. */
  since: number;
  reason: string;
}

/** Preparing says what the server still has to do before there are panels. */
export interface Preparing {
  /** What is being done, without a full stop. */
  text: string;
  /** How much of all the work is done. */
  percent: number;
}

/** Changes is the answer to the question that an open page keeps asking: is there anything new? */
export interface Changes {
  /** A text that changes whenever something has been recorded. */
  version: string;
  /** A text that changes whenever a dashboard is added, changed or removed. */
  dashboards: string;
  troubles: Trouble[] | null;
  /** What is still to be done before there are panels; left out when all is done. */
  preparing?: Preparing | null;
}

/** changes asks whether there is anything new. The server answers at once. */
export async function changes(): Promise<Changes> {
  return json("api/changes", { quiet: 10_000 });
}

/** Alert is something that is out of order now. */
export interface Alert {
  rule: string;
  subject: string;
  /** "critical" or "warning". */
  severity: string;
  owner: string;
  /** In milliseconds. */
  since: number;
  summary: string;
  meaning: string;
  /** The path of the page that shows it at that moment; "" if there is none. */
  path: string;
  /** The address of what to do; may be empty. */
  runbook: string;
  /** Keeps people from being told of it; null if there is none. */
  silence: Silence | null;
}

/** Silence says which alerts nobody is told of for a time. An empty rule or subject means every one. */
export interface Silence {
  id: string;
  rule: string;
  subject: string;
  /** In milliseconds. */
  until: number;
  by: string;
  reason: string;
}

/** Silencing says whether the reader may silence alerts, and if not why. */
export interface Silencing {
  may: boolean;
  why: string;
  /** When the desk opens next, in milliseconds. */
  opening: number;
  rules: string[];
}

/** Alerts is what fires now, and the path of the page with the history; "" if nobody evaluates alerts. */
export interface Alerts {
  page: string;
  alerts: Alert[];
  /** Those that hold, also for what does not fire. */
  silences: Silence[];
  silencing: Silencing;
}

/** SilenceWish is a silence that the reader asks for: for a length of time such as "4h", or until a time of ISO 8601. */
export interface SilenceWish {
  rule?: string;
  subject?: string;
  reason: string;
  for?: string;
  until?: string;
}

/** alerts asks what fires now. */
export async function alerts(): Promise<Alerts> {
  return json("api/alerts", { quiet: 10_000 });
}

/** silence makes a silence. */
export async function silence(wish: SilenceWish): Promise<Silence> {
  return json("api/silences", { quiet: 15_000, body: wish });
}

/** unsilence ends a silence early. */
export async function unsilence(id: string): Promise<void> {
  await json(`api/silences/${encodeURIComponent(id)}/end`, { quiet: 15_000, body: {} });
}

/** DeskVerdict says how the desk's day stands now. */
export interface DeskVerdict {
  /** The dashboard and the panel that say it. */
  uid: string;
  panel: number;
  /** "critical", "warning", "ok", or "" if there was nothing to do. */
  severity: string;
  word: string;
  text: string;
  /** The same in a few words, what is wrong first. */
  brief: string;
  /** How much is wrong. */
  wrong: number;
  /** Since when it is wrong, in milliseconds; null if nothing is. */
  since: number | null;
  /** The moment that it is about, in milliseconds. */
  at: number;
}

/** verdict asks how the desk's day stands; null if there is nothing to judge. */
export async function verdict(): Promise<DeskVerdict | null> {
  return (await json<{ verdict: DeskVerdict | null }>("api/verdict", {})).verdict;
}

/**
 * numbered gives an id to each panel that has none, or whose id an earlier panel has. It takes the next
 * numbers after the highest id, as the server and Grafana do.
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

/** beginning fetches the time of a dashboard's first record, null if it has none. */
export async function beginning(uid: string): Promise<number | null> {
  return (await json<{ beginning: number | null }>(`api/dashboards/uid/${encodeURIComponent(uid)}/beginning`, {})).beginning;
}

/** variables fetches a dashboard's template variables, with the choices that exist in the time range. */
export async function variables(uid: string, query: URLSearchParams, signal?: AbortSignal): Promise<Variable[]> {
  const answer = await json<{ variables?: Variable[] | null }>(`api/dashboards/uid/${encodeURIComponent(uid)}/variables?${query}`, { signal });
  return (answer.variables ?? []).map((v) => ({ ...v, options: v.options ?? [], current: v.current ?? [] }));
}

export async function onePanel(uid: string, id: number, query: URLSearchParams, signal?: AbortSignal): Promise<Panel> {
  return json(`api/dashboards/uid/${encodeURIComponent(uid)}/panels/${id}?${query}`, { signal });
}

/**
 * allPanels hands over each panel and its text when its line arrives, but none before `ready` is settled. The server sends the
 * panels in the order in which they are ready.
 */
export async function allPanels(
  uid: string, query: URLSearchParams, signal: AbortSignal, show: (panel: Panel, text: string) => void, ready: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  let rest = "";
  const line = (text: string) => {
    if (!text.trim()) return;
    const value = parsed<Panel & { message?: string }>(text);
    if (value.id == null) throw new Refused(sentence(value.message ?? "The server sent something else than a panel"), 500);
    show(value, text);
  };
  await ask(`api/dashboards/uid/${encodeURIComponent(uid)}/panels?${query}`, { signal }, async (response, heard) => {
    await ready;
    await chunks(response, heard, (text) => {
      // A long line comes in many pieces. They are put together only once, at its end.
      const end = text.lastIndexOf("\n");
      if (end < 0) return void (rest += text);
      const lines = rest + text.slice(0, end);
      rest = text.slice(end + 1);
      lines.split("\n").forEach(line);
    });
  });
  line(rest);
}
