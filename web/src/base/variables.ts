import type { Variable, VariableOption } from "../types";

/** How the address says that all of a variable's values are meant. */
export const everything = "$__all";

/** choices are what a variable offers, with all of them at the top where that can be chosen. */
export function choices(v: Variable): VariableOption[] {
  const listed = v.options.some((o) => o.value === everything);
  return v.includeAll && !listed ? [{ text: "All", value: everything }, ...v.options] : v.options;
}

/**
 * toggled adds a value to those that are chosen, or takes it away. All of them and some of them
 * exclude each other. What is left without a value means all, where that can be chosen; else the last
 * value stays.
 */
export function toggled(chosen: readonly string[], value: string, v: Variable): string[] {
  if (value === everything) return [everything];
  const some = chosen.filter((c) => c !== everything);
  const left = some.includes(value) ? some.filter((c) => c !== value) : [...some, value];
  if (left.length === 0) return v.includeAll ? [everything] : [value];
  return inOrder(left, v);
}

// The order of the choices, whatever the order of choosing; what is no choice any more comes last.
function inOrder(values: readonly string[], v: Variable): string[] {
  const place = new Map(choices(v).map((o, i) => [o.value, i]));
  return [...values].sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity) || 0);
}

/** found are the choices whose text holds all words that were typed, in any case. */
export function found(options: readonly VariableOption[], typed: string): VariableOption[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return options.filter((o) => words.every((w) => o.text.toLowerCase().includes(w)));
}

/**
 * corrections are the variables whose values differ from those in the address: what stood there can't
 * be chosen any more. The order of values does not matter; what the address leaves open is no difference.
 */
export function corrections(list: readonly Variable[], address: URLSearchParams): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const v of list) {
    const name = `var-${v.name}`;
    if (address.has(name) && !sameValues(address.getAll(name), v.current)) out[name] = v.current;
  }
  return out;
}

/** sameValues is whether two choices hold the same values. */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** shownVariables are those that have a control. */
export function shownVariables(list: readonly Variable[]): Variable[] {
  return list.filter((v) => v.hide !== "variable" && v.kind !== "constant");
}
