import { allPanels, Away, onePanel, reasonOf, Refused, SignedOut } from "../base/api";
import type { Panel } from "../types";
import { picture } from "./queue";

/** LoaderEvents is what the loader tells the page. */
export interface LoaderEvents {
  started(): void;
  /** A panel has arrived. text is its line as the server sent it, or nothing if the panel came alone. */
  arrived(panel: Panel, text?: string): void;
  /** The panels that the reader waits for, and that are asked for before the others; none if all are asked for at once. */
  first(): readonly number[];
  /** Whether a visible panel has not arrived. */
  missing(): boolean;
  /** Whether panels that have arrived are not drawn yet. No refresh begins meanwhile, so that slow panels are drawn to the end. */
  drawing(): boolean;
  /** Everything that was asked for has arrived. */
  finished(): void;
  /** The request failed. away is true if trying again may help. */
  failed(message: string, away: boolean): void;
  /** The person's session is over, and so no request will succeed. */
  signedOut(): void;
}

/** Request asks for all panels of a dashboard, or for one. */
export interface Request {
  uid: string;
  panel: number | null;
  query: URLSearchParams;
}

/** The seconds between a failure and the next try, after the first failure, the second, and so on. The last one repeats. */
const retryDelays = [2, 4, 8, 15, 30];

/** How long the panels outside the window wait for those in the window, in milliseconds. */
const othersAfter = 1000;

/** The longest delay of a browser's timer, in milliseconds. */
const longest = 2 ** 31 - 1;

/**
 * Loader fetches panels: at once, again after the refresh interval, and again after a failure. A new
 * request ends the one that is under way. While the page can't be seen the loader rests, and it catches up
 * afterwards. It plans the next refresh before it tells the page how the last one went, so that an error
 * in the page can't end the refreshes.
 */
export class Loader {
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due: number | null = null;
  private failures = 0;
  private every = 0;
  private began = 0;
  private request: Request | null = null;

  /** No panel is handed over before ready is settled. */
  constructor(private readonly events: LoaderEvents, private readonly ready: Promise<unknown>) {
    document.addEventListener("visibilitychange", () => this.catchUp());
    for (const back of ["pageshow", "online"]) addEventListener(back, () => this.catchUp());
  }

  /** When the next try or refresh is due, in milliseconds; null if none is planned. */
  get next(): number | null { return this.due; }

  /** Whether a request is under way. */
  get busy(): boolean { return this.abort != null; }

  ask(request: Request): void {
    this.request = request;
    this.failures = 0;
    void this.load();
  }

  refresh(): void {
    if (this.request) void this.load();
  }

  /** asksNext changes what the next refresh asks for. */
  asksNext(query: URLSearchParams): void {
    if (this.request) this.request = { ...this.request, query };
  }

  /** refreshEvery sets the refresh interval in milliseconds; 0 ends the refreshes. */
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

  /**
   * lost tells the loader that the server does not answer. It is called by code that has noticed this
   * between two of the loader's requests.
   */
  lost(message: string): void {
    if (!this.request || this.abort || this.failures > 0) return;
    this.planAfter(new Away(message));
    this.notify(() => this.events.failed(message, true));
  }

  /**
   * catchUp loads the panels if a load is due by the clock. This is needed because timers stop while a computer sleeps.
   */
  catchUp(): void {
    if (this.mayRefresh && !this.abort && this.due != null && this.due <= Date.now()) void this.load();
  }

  private get mayRefresh(): boolean { return !document.hidden && !this.events.drawing(); }

  private plan(after: number | null): void {
    clearTimeout(this.timer);
    this.due = after == null ? null : Date.now() + after;
    if (after == null) return;
    const step = Math.min(after, longest);
    this.timer = setTimeout(() => {
      if (after > step) this.plan(after - step);
      else if (this.mayRefresh) void this.load();
      else this.due = Math.min(this.due!, Date.now()); // due when it may refresh again, even if the clock was put back
    }, step);
  }

  /**
   * planAfter plans the next load: after a failure a retry, later each time; after an answer or a refusal
   * the usual refresh.
   */
  private planAfter(error: unknown): void {
    const refused = error instanceof Refused && error.status < 500; // the same request would be refused again
    if (error != null && !refused) this.plan(1000 * retryDelays[Math.min(this.failures++, retryDelays.length - 1)]);
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
    this.notify(() => this.events.started());
    const error = await this.fetch(request, abort).then(() => null, (e: unknown) => e ?? new Error("nothing"));
    if (this.abort !== abort) return; // a newer request has replaced this one
    this.abort = null;
    if (error != null) abort.abort(); // one of two questions may still be under way
    if (error instanceof SignedOut) {
      this.request = null;
      return this.notify(() => this.events.signedOut());
    }
    this.planAfter(error);
    if (error == null) return this.notify(() => this.events.finished());
    this.notify(() => this.events.failed(reasonOf(error), !(error instanceof Refused)));
  }

  private async fetch({ uid, panel, query }: Request, abort: AbortController): Promise<void> {
    const arrived = (p: Panel, text?: string) => this.abort === abort && this.notify(() => this.events.arrived(p, text));
    if (panel != null) {
      const [answer] = await Promise.all([onePanel(uid, panel, query, abort.signal), this.ready]);
      return void arrived(answer);
    }
    const ask = (which: Record<string, string>) => allPanels(uid, new URLSearchParams([...query, ...Object.entries(which)]), abort.signal, arrived, this.ready);
    const first = this.events.first().join();
    if (first === "") await ask({});
    else {
      // Until the panels in the window are drawn, the others would only take processor time from them.
      const seen = ask({ panels: first });
      await Promise.race([seen.then(() => picture()), new Promise((resolve) => setTimeout(resolve, othersAfter))]);
      await Promise.all([seen, ask({ except: first })]);
    }
    if (this.abort === abort && this.events.missing()) throw new Away("The server's answer was cut off.");
  }

  /** notify tells the page something. An error in the page, for example while it draws, does not end the refreshes. */
  private notify(event: () => void): void {
    try {
      event();
    } catch (error) {
      reportError(error);
    }
  }
}
