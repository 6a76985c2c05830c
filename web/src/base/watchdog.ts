/**
 * Watchdog ends a request whose server has said nothing for too long, or whose answer takes too long as a whole. It
 * goes by the clock and by its own ticks: a computer that slept has missed the ticks, and a clock may be put back.
 */
export class Watchdog {
  readonly signal: AbortSignal;
  /** Whether it has ended the request. */
  barked = false;
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

  /** heard notes that the server has said something. */
  readonly heard = (): void => {
    this.last = Date.now();
    this.quietTicks = 0;
  };

  /** end stops watching a request that is over. */
  end(): void {
    clearInterval(this.timer);
  }

  /** cut ends the request. */
  cut(): void {
    this.end();
    this.abort.abort();
  }

  private tick(): void {
    const now = Date.now();
    const quiet = Math.max(now - this.last, ++this.quietTicks * second);
    const whole = Math.max(now - this.began, ++this.ticks * second);
    if (quiet < this.quiet && whole < this.whole) return;
    this.barked = true;
    this.cut();
  }
}

const second = 1000;
