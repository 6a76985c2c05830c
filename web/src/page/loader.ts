import { allPanels, Away, onePanel, Refused } from "../base/api";
import type { Panel } from "../types";

/** What the loader tells the page. */
export interface LoaderEvents {
  started(): void;
  arrived(panel: Panel): void;
  /** Whether a panel that is shown has not arrived. */
  missing(): boolean;
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

/** The longest time that the browser's timers know, in milliseconds. */
const longest = 2 ** 31 - 1;

/**
 * Loader fetches panels: now, again after the refresh interval, and after a failure. A new request
 * ends the one that is under way. While the page can't be seen it rests, and catches up after. The next
 * refresh is planned before anybody is told how the last one went, so that it comes whatever they do.
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
    document.addEventListener("visibilitychange", () => this.catchUp());
    for (const back of ["pageshow", "online"]) addEventListener(back, () => this.catchUp());
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

  /** lost says that the server was found not to answer, though nothing was asked for just now. */
  lost(message: string): void {
    if (!this.request || this.abort || this.failures > 0) return;
    this.planAfter(new Away(message));
    this.tell(() => this.events.failed(message, true));
  }

  /** catchUp loads what is due by the clock: timers stand still while a computer sleeps. */
  catchUp(): void {
    if (!document.hidden && !this.abort && this.due != null && this.due <= Date.now()) void this.load();
  }

  private plan(after: number | null): void {
    clearTimeout(this.timer);
    this.due = after == null ? null : Date.now() + after;
    if (after == null) return;
    const step = Math.min(after, longest);
    this.timer = setTimeout(() => {
      if (after > step) this.plan(after - step);
      else if (!document.hidden) void this.load();
      else this.due = Math.min(this.due!, Date.now()); // when it is seen again, whatever the clock did
    }, step);
  }

  /** planAfter plans what comes after an answer, or after what went wrong. */
  private planAfter(error: unknown): void {
    const refused = error instanceof Refused && error.status < 500; // asking the same again soon is of no use
    if (error != null && !refused) this.plan(1000 * patience[Math.min(this.failures++, patience.length - 1)]);
    else {
      this.failures = 0;
      this.plan(this.every > 0 ? this.every : null);
    }
  }

  private async load(): Promise<void> {
    const request = this.request;
    if (!request) return;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.plan(null);
    this.began = Date.now();
    this.tell(() => this.events.started());
    const error = await this.fetch(request, abort).then(() => null, (e: unknown) => e ?? new Error("nothing"));
    if (this.abort !== abort) return; // something else is asked for by now
    this.abort = null;
    this.planAfter(error);
    if (error == null) return this.tell(() => this.events.finished());
    const known = error instanceof Refused || error instanceof Away;
    this.tell(() => this.events.failed(known ? error.message : "The server's answer could not be read.", !(error instanceof Refused)));
  }

  private async fetch({ uid, panel, query }: Request, abort: AbortController): Promise<void> {
    const arrived = (p: Panel) => this.abort === abort && this.tell(() => this.events.arrived(p));
    if (panel != null) return void arrived(await onePanel(uid, panel, query, abort.signal));
    await allPanels(uid, query, abort.signal, arrived);
    if (this.abort === abort && this.events.missing()) throw new Away("The server's answer was cut off.");
  }

  /** tell keeps what goes wrong with drawing, say, from ending the refreshes. */
  private tell(event: () => void): void {
    try {
      event();
    } catch (error) {
      reportError(error);
    }
  }
}
