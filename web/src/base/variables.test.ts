import assert from "node:assert/strict";
import test from "node:test";
import type { Variable } from "../types";
import { choices, corrections, found, shownVariables, toggled } from "./variables";

const variable = (more: Partial<Variable> = {}): Variable => ({
  name: "book", label: "Book", kind: "query", multi: true, includeAll: true, options: ["A", "B", "C"].map((t) => ({ text: t, value: t })),
  current: ["$__all"], text: "All", ...more,
});
const values = (v: Variable) => choices(v).map((o) => o.value);

test("All is offered once, and only if the variable has it", () => {
  assert.deepEqual(values(variable()), ["$__all", "A", "B", "C"]);
  assert.deepEqual(values(variable({ includeAll: false })), ["A", "B", "C"]);
  assert.deepEqual(values(variable({ options: [{ text: "Every", value: "$__all" }, { text: "A", value: "A" }] })), ["$__all", "A"]);
});

test("choosing All removes single values, and choosing a value removes All", () => {
  const v = variable();
  assert.deepEqual(toggled(["$__all"], "B", v), ["B"]);
  assert.deepEqual(toggled(["A", "B"], "$__all", v), ["$__all"]);
});

test("values are sorted as the choices are, and values that are gone come last", () => {
  const v = variable();
  assert.deepEqual(toggled(["C"], "A", v), ["A", "C"]);
  assert.deepEqual(toggled(["gone", "C"], "B", v), ["B", "C", "gone"]);
  assert.deepEqual(toggled(["A", "C"], "A", v), ["C"]);
});

test("removing the last value chooses All, or keeps the value if there is no All", () => {
  assert.deepEqual(toggled(["A"], "A", variable()), ["$__all"]);
  assert.deepEqual(toggled(["A"], "A", variable({ includeAll: false })), ["A"]);
});

test("choices are found by any of their words", () => {
  const options = ["RATES_CURVE", "FX Carry", "FX momentum"].map((t) => ({ text: t, value: t }));
  assert.deepEqual(found(options, "fx MOM").map((o) => o.value), ["FX momentum"]);
  assert.equal(found(options, "  ").length, 3);
  assert.equal(found(options, "gold").length, 0);
});

test("constants and hidden variables have no control", () => {
  const list = [variable(), variable({ kind: "constant" }), variable({ hide: "variable" }), variable({ hide: "label" })];
  assert.deepEqual(shownVariables(list), [list[0], list[3]]);
});

test("only values that the server does not accept are corrected", () => {
  const list = [variable({ current: ["A", "B"] }), variable({ name: "step", multi: false, current: ["1h"] })];
  const of = (address: string) => corrections(list, new URLSearchParams(address));
  assert.deepEqual(of("var-book=B&var-book=A&var-step=1h&from=now-7d"), {});
  assert.deepEqual(of(""), {});
  assert.deepEqual(of("var-book=gone&var-step=1d"), { "var-book": ["A", "B"], "var-step": ["1h"] });
});
