import assert from "node:assert/strict";
import test from "node:test";
import type { Annotation } from "../types";
import { marksOf } from "./annotations";

const mark = (...tags: string[]) => ({ time: 0, name: "", color: "", timeText: "", tags }) as unknown as Annotation;

test("only the marks of hidden names go", () => {
  const fred = mark("failure", "fred"), yahoo = mark("failure", "yahoo"), both = mark("yahoo", "fred"), none = mark("alert"), bare = { ...mark(), tags: null } as unknown as Annotation;
  const all = [fred, yahoo, both, none, bare];
  assert.deepEqual(marksOf(all, ["fred SUCCESS"], ["fred FAILED", "yahoo FAILED"]), [fred, both, none, bare]);
  assert.deepEqual(marksOf(all, ["yahoo"], ["fred"]), [yahoo, both, none, bare]);
  assert.deepEqual(marksOf(all, ["VaR 99%"], ["VaR"]), all);
  assert.deepEqual(marksOf(all, ["freda SUCCESS"], ["fred FAILED"]), [yahoo, none, bare]);
  assert.deepEqual(marksOf(all, ["fred", "yahoo"], []), all);
  assert.deepEqual(marksOf(null, ["a"], ["b"]), []);
});
