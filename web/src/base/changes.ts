import { changes, type Changes } from "./api";

/** How often the server is asked whether there is something new. */
const every = 2000;

/** After so many questions in a row without an answer the server is taken for away. */
const missesMost = 2;

export interface ChangesEvents {
  /** Whether what is recorded now would be seen; while it would not, news is kept for later. */
  wanted(): boolean;
  /** Something has been recorded since it last asked. */
  changed(): void;
  /** What the server said of itself. */
  heard(answer: Changes): void;
  /** The server does not answer. */
  lost(): void;
  /** It answers again. */
  found(): void;
}

/** watchChanges asks the server again and again while the page can be seen, whatever became of the last time. */
export function watchChanges(events: ChangesEvents): void {
  let known: string | null = null;
  let misses = 0;
  const ask = async () => {
    if (document.hidden) return;
    let answer: Changes;
    try {
      answer = await changes();
    } catch {
      if (++misses === missesMost) events.lost();
      return;
    }
    const away = misses >= missesMost;
    misses = 0;
    events.heard(answer);
    if (away) events.found();
    if (!events.wanted()) return;
    const news = known != null && known !== answer.version;
    known = answer.version;
    if (news) events.changed();
  };
  const again = () => void ask().catch(reportError).then(() => setTimeout(again, every));
  again();
}
