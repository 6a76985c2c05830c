import type { Route } from "./route";

/** What a reader can choose in a panel: names in the legend ("only"), rows of a state timeline ("row"), and a table's order ("sort"). */
export type Chosen = "only" | "row" | "sort";

/** Choices are what the reader has chosen in the panels of a dashboard. */
export interface Choices {
  of(panel: number, what: Chosen): readonly string[];
  /** choose replaces what was chosen. No values mean that nothing is chosen. */
  choose(panel: number, what: Chosen, values: readonly string[]): void;
}

/**
 * AddressChoices are kept in the address, as in only-8=FAILED, so that a reload, a bookmark, the browser's back button and a
 * link that is passed on show the same.
 */
export class AddressChoices implements Choices {
  constructor(private readonly route: () => Route, private readonly go: (route: Route) => void) {}

  of(panel: number, what: Chosen): readonly string[] {
    return this.route().params.getAll(parameter(panel, what));
  }

  choose(panel: number, what: Chosen, values: readonly string[]): void {
    this.go(this.route().with({ [parameter(panel, what)]: values.length > 0 ? values : null }));
  }
}

/** OwnChoices are kept for as long as the page is open. changed is called with the panel whose choices have changed. */
export class OwnChoices implements Choices {
  private readonly chosen = new Map<string, readonly string[]>();

  constructor(private readonly changed: (panel: number) => void) {}

  of(panel: number, what: Chosen): readonly string[] {
    return this.chosen.get(parameter(panel, what)) ?? [];
  }

  choose(panel: number, what: Chosen, values: readonly string[]): void {
    this.chosen.set(parameter(panel, what), values);
    this.changed(panel);
  }
}

function parameter(panel: number, what: Chosen): string {
  return `${what}-${panel}`;
}

/** rechosen returns the panels in which the address before and the address now choose differently. */
export function rechosen(before: Route, now: Route): number[] {
  const panels = new Set<number>();
  for (const name of [...before.choices, ...now.choices])
    if (before.params.getAll(name).join("\u0001") !== now.params.getAll(name).join("\u0001")) panels.add(Number(name.split("-")[1]));
  return [...panels];
}

/** known returns those of the chosen names that there are. An address may name others, which choose nothing. */
export function known(chosen: readonly string[], names: readonly string[]): string[] {
  return [...new Set(chosen)].filter((name) => names.includes(name));
}

/**
 * picked returns what is chosen after a click on a name: that name alone, or nothing if it was the only one. With add, the name
 * joins those that are chosen, or leaves them.
 */
export function picked(chosen: readonly string[], name: string, add: boolean): string[] {
  const had = chosen.includes(name);
  if (!add) return had && chosen.length === 1 ? [] : [name];
  return had ? chosen.filter((c) => c !== name) : [...chosen, name];
}
