import assert from "node:assert/strict";
import test from "node:test";
import { AddressChoices, known, OwnChoices, picked, rechosen } from "./choices";
import { Route } from "./route";

const parse = (path: string) => Route.parse(new URL(path, "http://127.0.0.1:3002"), "");

test("the address holds what is chosen in a panel, and nothing if nothing is chosen", () => {
  let route = parse("/d/a/a?from=now-7d&var-step=x");
  const choices = new AddressChoices(() => route, (to) => (route = to));
  assert.deepEqual(choices.of(8, "only"), []);
  choices.choose(8, "only", ["FAILED", "a & b", ""]);
  choices.choose(8, "row", ["fred=1"]);
  assert.equal(route.href, "d/a/a?from=now-7d&var-step=x&only-8=FAILED&only-8=a+%26+b&only-8=&row-8=fred%3D1");
  assert.deepEqual(new AddressChoices(() => parse("/" + route.href), () => {}).of(8, "only"), ["FAILED", "a & b", ""]);
  assert.deepEqual(choices.of(80, "only"), []);
  choices.choose(8, "only", []);
  choices.choose(8, "row", []);
  assert.equal(route.href, "d/a/a?from=now-7d&var-step=x");
});

test("another dashboard has its own choices, and the same one keeps them", () => {
  const r = parse("/d/a/a?only-8=x&row-8=y&sort-9=Time&only-x=1&onlyness=2&var-only-8=3");
  assert.deepEqual(r.choices, ["only-8", "row-8", "sort-9"]);
  assert.equal(r.toDashboard("b", "b").href, "d/b/b?only-x=1&onlyness=2");
  assert.equal(r.toDashboard("a", "a", true).href, "d/a/a?only-8=x&row-8=y&sort-9=Time&only-x=1&onlyness=2&var-only-8=3");
});

test("only the panels in which something else is chosen are drawn again", () => {
  const from = parse("/d/a/a?only-8=x&only-8=y&row-8=z&sort-9=Time");
  assert.deepEqual(rechosen(from, from.with({ theme: "dark" })), []);
  assert.deepEqual(rechosen(from, from.with({ "only-8": ["y"] })), [8]);
  assert.deepEqual(rechosen(from, from.with({ "row-8": null, "sort-9": ["Time", "down"], "only-7": ["q"] })).sort(), [7, 8, 9]);
});

test("names that there are not choose nothing", () => {
  assert.deepEqual(known(["b", "gone", "b", "a"], ["a", "b", "c"]), ["b", "a"]);
  assert.deepEqual(known(["gone"], ["a"]), []);
});

test("a click chooses a name alone, the next click all; with a key it adds and removes", () => {
  assert.deepEqual(picked([], "a", false), ["a"]);
  assert.deepEqual(picked(["a"], "a", false), []);
  assert.deepEqual(picked(["a", "b"], "a", false), ["a"]);
  assert.deepEqual(picked(["a"], "b", true), ["a", "b"]);
  assert.deepEqual(picked(["a", "b"], "a", true), ["b"]);
});

test("choices outside the address tell which panel to draw again", () => {
  const drawn: number[] = [];
  const own = new OwnChoices((panel) => void drawn.push(panel));
  own.choose(3, "only", ["x"]);
  assert.deepEqual([own.of(3, "only"), own.of(4, "only"), drawn], [["x"], [], [3]]);
});
