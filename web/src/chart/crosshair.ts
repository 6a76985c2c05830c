/** Crosshair tells all charts of a page the instant that the pointer is at in one of them. */
export class Crosshair {
  private readonly listeners = new Set<(time: number | null, source: unknown) => void>();

  /** listen hears every move; the result stops that. */
  listen(listener: (time: number | null, source: unknown) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** at moves the crosshair; null takes it away. */
  at(time: number | null, source: unknown): void {
    for (const listener of this.listeners) listener(time, source);
  }
}
