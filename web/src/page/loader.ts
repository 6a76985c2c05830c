import { allPanels, Away, onePanel, Refused } from "../base/api";
import type { Panel } from "../types";

/** What the loader tells the page. */
export interface LoaderEvents {
  started(): void;
  arrived(panel: Panel): void;
  /** All that was asked for has arrived. */
  finished(): void;
  /** It did not work; away is true where trying again may help. */
  failed(message: string, away: boolean): void;
}

/** What is asked for: all panels of a dashboard, or one. */
export interface Request {
  uid: string;
  panel: number | null;
  query: URLSearchParams;
}

/** After a failure the next try comes after these seconds, the last for good. */
const patience = [2, 4, 8, 15, 30];

/**
 * Loader fetches panels: now, again after the refresh interval, and after a failure. A new request
 * ends the one that is under way. While the page can't be seen it rests, and catches up after.
 */
export class Loader {
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due: number | null = null;
  private failures = 0;
  private every = 0;
  private began = 0;
  private request: Request | null = null;

  constructor(private readonly events: LoaderEvents) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.due != null && this.due <= Date.now()) void this.load();
    });
  }

  /** When the next try or refresh is, null if none is planned. */
  get next(): number | null { return this.due; }

  /** Whether panels are under way. */
  get busy(): boolean { return this.abort != null; }

  ask(request: Request): void {
    this.request = request;
    this.failures = 0;
    void this.load();
  }

  refresh(): void {
    if (this.request) void this.load();
  }

  /** refreshEvery sets the interval in milliseconds; 0 refreshes no more. */
  refreshEvery(ms: number): void {
    this.every = ms;
    if (!this.abort && this.failures === 0) this.plan(ms > 0 ? Math.max(1000, this.began + ms - Date.now()) : null);
  }

  stop(): void {
    this.abort?.abort();
    this.abort = null;
    this.request = null;
    this.plan(null);
  }

  private plan(after: number | null): void {
    clearTimeout(this.timer);
    this.due = after == null ? null : Date.now() + after;
    if (after == null) return;
    this.timer = setTimeout(() => {
      if (!document.hidden) void this.load();
    }, after);
  }

  private async load(): Promise<void> {
    const request = this.request;
    if (!request) return;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.plan(null);
    this.began = Date.now();
    this.events.started();
    try {
      if (request.panel != null) this.events.arrived(await onePanel(request.uid, request.panel, request.query, abort.signal));
      else await allPanels(request.uid, request.query, abort.signal, (p) => !abort.signal.aborted && this.events.arrived(p));
      if (abort.signal.aborted) return;
      this.abort = null;
      this.failures = 0;
      this.plan(this.every > 0 ? this.every : null);
      this.events.finished();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.abort = null;
      const away = error instanceof Away;
      if (away) this.plan(1000 * patience[Math.min(this.failures++, patience.length - 1)]);
      this.events.failed(error instanceof Refused || away ? error.message : "The server's answer could not be read.", away);
    }
  }
}
