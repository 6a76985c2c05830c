/**
 * Gutter keeps charts that stand under each other in line: each says how much room its labels need
 * at the left, and all of a column take the most. So the same instant is at the same place in each.
 */
export class Gutter {
  private readonly claims = new Map<string, Map<object, { room: number; redraw: () => void }>>();

  /**
   * claim says what a chart needs and returns what it gets. Where that moves the others, they are
   * asked to draw again.
   */
  claim(column: string, owner: object, room: number, redraw: () => void): number {
    const claims = this.claims.get(column) ?? new Map<object, { room: number; redraw: () => void }>();
    this.claims.set(column, claims);
    const before = this.most(claims);
    claims.set(owner, { room, redraw });
    const now = this.most(claims);
    if (now !== before) for (const [other, claim] of claims) if (other !== owner) claim.redraw();
    return now;
  }

  /** release forgets a chart that is gone. */
  release(owner: object): void {
    for (const claims of this.claims.values()) claims.delete(owner);
  }

  private most(claims: Map<object, { room: number }>): number {
    return Math.max(0, ...[...claims.values()].map((c) => c.room));
  }
}
