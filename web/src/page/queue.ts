/** How long the queue waits for the browser to show a picture, in milliseconds. In a window that is covered it shows none. */
const patience = 200;

/**
 * DrawingQueue draws what the reader can't see yet, such as panels below the window. It begins when the browser has shown what was
 * drawn at once, and draws one panel at a time, so that the page answers the reader in between.
 */
export class DrawingQueue<T> {
  private readonly waiting = new Set<T>();
  private running: Promise<void> | null = null;

  /** seen tells whether the reader sees a panel by now. Such a panel is drawn before the others. */
  constructor(private readonly draw: (one: T) => void, private readonly seen: (one: T) => boolean, private readonly pause: () => Promise<void> = picture) {}

  /** empty is a promise that is settled when nothing waits. */
  get empty(): Promise<void> { return this.running ?? Promise.resolve(); }

  /** Whether something waits or is being drawn. */
  get busy(): boolean { return this.running != null; }

  has(one: T): boolean { return this.waiting.has(one); }

  add(one: T): void {
    this.waiting.add(one);
    this.running ??= this.run();
  }

  /** remove takes out a panel that need not be drawn any more. */
  remove(one: T): void {
    this.waiting.delete(one);
  }

  clear(): void {
    this.waiting.clear();
  }

  /** flush draws all that waits at once. */
  flush(): void {
    for (const one of this.waiting) this.take(one);
  }

  private async run(): Promise<void> {
    await this.pause();
    while (this.waiting.size > 0) {
      const all = [...this.waiting];
      this.take(all.find(this.seen) ?? all[0]);
      await turn();
    }
    this.running = null;
  }

  private take(one: T): void {
    this.waiting.delete(one);
    this.draw(one);
  }
}

/** turn lets the browser do something else. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** picture waits until the browser has shown a picture. */
export function picture(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, patience);
  });
}
