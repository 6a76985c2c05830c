/**
 * Watchdog ends a request if the server is silent for too long, or if the whole answer takes too long. It
 * counts by the clock and by its own ticks, because a computer that sleeps has no ticks, and a clock may
 * be put back.
 */
export class Watchdog {
  readonly signal: AbortSignal;
  /** Whether the watchdog has ended the request. */
  timedOut = false;
  private readonly abort = new AbortController();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly began = Date.now();
  private last = this.began;
  private ticks = 0;
  private quietTicks = 0;

  constructor(private readonly quiet: number, private readonly whole: number, caller?: AbortSignal) {
    this.signal = this.abort.signal;
    if (caller?.aborted) this.abort.abort();
    caller?.addEventListener("abort", () => this.abort.abort());
    this.timer = setInterval(() => this.tick(), second);
  }

  /** heard tells the watchdog that the server has sent something. */
  readonly heard = (): void => {
    this.last = Date.now();
    this.quietTicks = 0;
  };

  /** end stops watching a request that is over. */
  end(): void {
    clearInterval(this.timer);
  }

  /** cut ends the request and stops watching it. */
  cut(): void {
    this.end();
    this.abort.abort();
  }

  private tick(): void {
    const now = Date.now();
    const quiet = Math.max(now - this.last, ++this.quietTicks * second);
    const whole = Math.max(now - this.began, ++this.ticks * second);
    if (quiet < this.quiet && whole < this.whole) return;
    this.timedOut = true;
    this.cut();
  }
}

const second = 1000;
