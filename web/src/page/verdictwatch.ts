import type { DeskVerdict } from "../base/api";

/** How long the page waits before it asks again if nothing else makes it ask, in milliseconds: a step can be late without any record. */
export const askEvery = 60_000;

/** How long it waits after a question that was not answered. */
export const retryAfter = 10_000;

export interface VerdictEvents {
  /** read asks the server. */
  read(): Promise<DeskVerdict | null>;
  show(verdict: DeskVerdict | null): void;
  failed(reason: string): void;
  now(): number;
}

/** VerdictWatch decides when the page asks how the desk stands. */
export class VerdictWatch {
  private next = 0;
  private asking = false;
  /** Whether something has happened since the question that is being answered. */
  private again = false;

  /** version is that of the record when the page was served. */
  constructor(private readonly events: VerdictEvents, private version = "") {}

  /** heard learns the version of the record. The page calls it every few seconds. */
  heard(version: string): void {
    if (version === this.version && this.events.now() < this.next) return;
    this.version = version;
    void this.ask();
  }

  /** ask asks at once, or again after the question that is being answered. */
  async ask(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    this.next = this.events.now() + askEvery; // so that nobody asks the same meanwhile
    do {
      this.again = false;
      let wait = askEvery;
      try {
        this.events.show(await this.events.read());
      } catch (error) {
        wait = retryAfter;
        this.events.failed(error instanceof Error ? error.message : String(error));
      }
      this.next = this.events.now() + wait;
    } while (this.again);
    this.asking = false;
  }
}
