/**
 * Fitting is how a drawing fits itself into its panel. It changes what is drawn and measures it by turns, and yields at each turn. It
 * begins and ends with changes.
 */
export type Fitting = Generator<void, void>;

/**
 * together runs several fittings turn by turn: all change what they draw, then all measure, and so on. The browser lays out the whole
 * page again when something is measured after a change. So it does this once for each turn, and not once for each panel.
 */
export function together(fittings: Iterable<Fitting>): void {
  let going = [...fittings];
  while (going.length > 0) going = going.filter((fitting) => !fitting.next().done);
}
