/** The screens of a dashboard that a wall screen shows one after the other, from top to bottom. */
export interface Screens {
  /** forward scrolls to the panels that were cut or below the window. It returns false if there are none. */
  forward(): boolean;
  /** next opens the next dashboard, at its top. */
  next(): void;
}

/** Rotation turns a wall screen's pages: first through the screens of a dashboard, then to the next dashboard. */
export class Rotation {
  private turned: number | null = null;

  constructor(private readonly screens: Screens) {}

  /** rest makes the current screen stay for a whole interval from now, for example because somebody uses the page. */
  rest(now: number): void {
    this.turned = now;
  }

  /**
   * tick turns the page if the interval is over. The interval `every` is in milliseconds, and 0 means no
   * rotation. `ready` says that the page is drawn.
   */
  tick(now: number, every: number, ready: boolean): void {
    if (every <= 0) {
      this.turned = null;
      return;
    }
    this.turned ??= now;
    // Without this, a screen would stay for hours after the clock was put back.
    if (now < this.turned) this.turned = now;
    if (!ready || now - this.turned < every) return;
    this.turned = now;
    if (!this.screens.forward()) this.screens.next();
  }
}
