import { changes, type Changes, SignedOut } from "./api";

/** The time between two questions to the server whether there is anything new, in milliseconds. */
const every = 2000;

/** The same time while the page waits for the server to be done with something, in milliseconds. */
const everyWhileWaiting = 500;

/** The number of questions in a row without an answer after which the server counts as away. */
const missesMost = 2;

export interface ChangesEvents {
  /** Whether newly recorded rows would appear on the page. If not, changed is called later. */
  wanted(): boolean;
  /** Whether the page waits for the server to be done with something. */
  waiting(): boolean;
  /** Something has been recorded since the last question. */
  changed(): void;
  /** A dashboard was added, changed or removed. If the page could not read that, it returns false and is called again. */
  dashboardsChanged(): Promise<boolean>;
  /** The server answered. */
  heard(answer: Changes): void;
  /** The server does not answer. */
  lost(): void;
  /** The server answers again. */
  found(): void;
  /** The person's session is over. It is not asked again. */
  signedOut(): void;
}

/**
 * watchChanges keeps asking the server whether there is anything new, as long as the page can be seen. record and dashboards are
 * the versions of both when the page was served. What was recorded while the page loaded its panels is news too: the panels may
 * have been computed before.
 */
export function watchChanges(record: string | null, dashboards: string, events: ChangesEvents): void {
  let known = record;
  let misses = 0;
  let over = false;
  const ask = async () => {
    if (document.hidden) return;
    let answer: Changes;
    try {
      answer = await changes();
    } catch (error) {
      over = error instanceof SignedOut;
      if (over) events.signedOut();
      else if (++misses === missesMost) events.lost();
      return;
    }
    const away = misses >= missesMost;
    misses = 0;
    events.heard(answer);
    if (away) events.found();
    if (answer.dashboards !== dashboards && await events.dashboardsChanged()) dashboards = answer.dashboards;
    if (!events.wanted()) return;
    const news = known != null && known !== answer.version;
    known = answer.version;
    if (news) events.changed();
  };
  const again = () => void ask().catch(reportError).then(() => over || setTimeout(again, events.waiting() ? everyWhileWaiting : every));
  again();
}
