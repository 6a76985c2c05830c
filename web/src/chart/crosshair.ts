/** Crosshair tells all charts of a page when the pointer is in one of them, and at which instant. */
export class Crosshair {
  private readonly listeners = new Set<(time: number | null, source: unknown) => void>();

  /** listen calls a listener at every move, until the returned function is called. */
  listen(listener: (time: number | null, source: unknown) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** at moves the crosshair to an instant; null hides it. */
  at(time: number | null, source: unknown): void {
    for (const listener of this.listeners) listener(time, source);
  }
}
