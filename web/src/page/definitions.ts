import type { Dashboard, SearchHit } from "../types";

/** Definitions keeps the dashboards that were read, so that the way back to one, or to one that the reader points at, is short. */
export class Definitions {
  private readonly kept = new Map<string, Promise<Dashboard>>();

  constructor(private readonly read: (uid: string) => Promise<Dashboard>, first: Dashboard | null) {
    if (first) this.kept.set(first.uid, Promise.resolve(first));
  }

  /** get returns a dashboard. If it can't be read, the next call tries again. */
  get(uid: string): Promise<Dashboard> {
    const known = this.kept.get(uid);
    if (known) return known;
    const asked = this.read(uid);
    this.kept.set(uid, asked);
    asked.catch(() => this.kept.get(uid) === asked && this.kept.delete(uid));
    return asked;
  }

  /** ahead reads a dashboard that the reader may open next. */
  ahead(uid: string): void {
    this.get(uid).catch(() => {}); // whoever opens it hears what is wrong
  }

  /** forget drops the dashboards that are not as the list says now. */
  async forget(hits: readonly SearchHit[]): Promise<void> {
    for (const [uid, asked] of [...this.kept]) {
      const version = hits.find((h) => h.uid === uid)?.version;
      const dashboard = await asked.catch(() => null);
      if (this.kept.get(uid) === asked && dashboard?.meta?.version !== version) this.kept.delete(uid);
    }
  }
}
