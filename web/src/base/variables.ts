import type { Variable, VariableOption } from "../types";

/** The value in the address that means all values of a variable. */
export const everything = "$__all";

/** choices returns what a variable offers, with "All" first if that can be chosen. */
export function choices(v: Variable): VariableOption[] {
  const listed = v.options.some((o) => o.value === everything);
  return v.includeAll && !listed ? [{ text: "All", value: everything }, ...v.options] : v.options;
}

/**
 * toggled adds a value to those that are chosen, or removes it. "All" removes all others, and another
 * value removes "All". If no value would be left, "All" is chosen, or the last value stays if the variable
 * has no "All".
 */
export function toggled(chosen: readonly string[], value: string, v: Variable): string[] {
  if (value === everything) return [everything];
  const some = chosen.filter((c) => c !== everything);
  const left = some.includes(value) ? some.filter((c) => c !== value) : [...some, value];
  if (left.length === 0) return v.includeAll ? [everything] : [value];
  return inOrder(left, v);
}

// inOrder sorts values as the choices are sorted. A value that is no longer a choice comes last.
function inOrder(values: readonly string[], v: Variable): string[] {
  const place = new Map(choices(v).map((o, i) => [o.value, i]));
  return [...values].sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity) || 0);
}

/** found returns the choices whose text contains all words that were typed, in upper or lower case. */
export function found(options: readonly VariableOption[], typed: string): VariableOption[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return options.filter((o) => words.every((w) => o.text.toLowerCase().includes(w)));
}

/**
 * corrections returns the values of the variables that differ from the address, because what the address
 * says can't be chosen any more. The order of values does not matter, and a variable that the address does
 * not name does not differ.
 */
export function corrections(list: readonly Variable[], address: URLSearchParams): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const v of list) {
    const name = `var-${v.name}`;
    if (address.has(name) && !sameValues(address.getAll(name), v.current)) out[name] = v.current;
  }
  return out;
}

/** sameValues tells whether two lists hold the same values, in any order. */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** shownVariables returns the variables that have a control. */
export function shownVariables(list: readonly Variable[]): Variable[] {
  return list.filter((v) => v.hide !== "variable" && v.kind !== "constant");
}
