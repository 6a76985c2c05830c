/**
 * Gutter keeps charts that are below each other in line. Each chart claims the room that its labels need
 * at the left, and all charts of a column leave as much as the largest claim. So an instant has the same
 * x in each of them.
 */
export class Gutter {
  private readonly claims = new Map<string, Map<object, { room: number; redraw: () => void }>>();

  /** claim takes the room that a chart needs and returns the room to leave. If that changes, the other charts redraw. */
  claim(column: string, owner: object, room: number, redraw: () => void): number {
    const claims = this.claims.get(column) ?? new Map<object, { room: number; redraw: () => void }>();
    this.claims.set(column, claims);
    const before = this.most(claims);
    claims.set(owner, { room, redraw });
    const now = this.most(claims);
    if (now !== before) for (const [other, claim] of claims) if (other !== owner) claim.redraw();
    return now;
  }

  /** release forgets the claims of a chart that is gone. */
  release(owner: object): void {
    for (const claims of this.claims.values()) claims.delete(owner);
  }

  private most(claims: Map<object, { room: number }>): number {
    return Math.max(0, ...[...claims.values()].map((c) => c.room));
  }
}
