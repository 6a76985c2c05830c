import assert from "node:assert/strict";
import test from "node:test";
import { type Fitting, together } from "./fitting";

test("all fittings change what they draw before any of them measures", () => {
  const done: string[] = [];
  function* fitting(name: string, turns: number): Fitting {
    done.push(`${name} changes`);
    for (let turn = 0; turn < turns; turn++) {
      yield;
      done.push(`${name} measures`);
      yield;
      done.push(`${name} changes`);
    }
  }
  together([fitting("a", 1), fitting("b", 2), fitting("c", 0)]);
  assert.deepEqual(done, ["a changes", "b changes", "c changes", "a measures", "b measures", "a changes", "b changes", "b measures", "b changes"]);
});
