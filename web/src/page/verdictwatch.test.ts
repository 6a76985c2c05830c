import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskVerdict } from "../base/api";
import { askEvery, retryAfter, VerdictWatch } from "./verdictwatch";

/** fixture is a watch with a clock and a server of the test. */
function fixture(version?: string) {
  const state = { now: 1_000_000, asked: 0, log: [] as string[], answer: async (): Promise<DeskVerdict | null> => null };
  const watch = new VerdictWatch({
    read: () => { state.asked++; return state.answer(); },
    show: () => state.log.push("shown"),
    failed: (reason) => state.log.push(reason),
    now: () => state.now,
  }, version);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { state, watch, settled };
}

test("it asks when something was recorded, and otherwise once a minute", async () => {
  const { state, watch, settled } = fixture();
  watch.heard("a");
  await settled();
  watch.heard("a");
  state.now += askEvery - 1;
  watch.heard("a");
  await settled();
  assert.equal(state.asked, 1);
  watch.heard("b");
  await settled();
  assert.equal(state.asked, 2);
  state.now += askEvery;
  watch.heard("b");
  await settled();
  assert.equal(state.asked, 3);
  assert.deepEqual(state.log, ["shown", "shown", "shown"]);
});

test("it asks again soon after a question without an answer", async () => {
  const { state, watch, settled } = fixture();
  state.answer = () => Promise.reject(new Error("The database does not answer."));
  watch.heard("a");
  await settled();
  state.now += retryAfter - 1;
  watch.heard("a");
  await settled();
  assert.equal(state.asked, 1);
  state.answer = async () => null;
  state.now += 1;
  watch.heard("a");
  await settled();
  assert.deepEqual(state.log, ["The database does not answer.", "shown"]);
});

test("it asks one question at a time, and once more for all that happened meanwhile", async () => {
  const { state, watch, settled } = fixture();
  let answer = (_: null) => {};
  state.answer = () => new Promise((resolve) => (answer = resolve));
  watch.heard("a");
  watch.heard("b");
  void watch.ask();
  void watch.ask();
  assert.equal(state.asked, 1);
  answer(null);
  await settled();
  assert.equal(state.asked, 2);
  answer(null);
  await settled();
  assert.equal(state.asked, 2);
  assert.deepEqual(state.log, ["shown", "shown"]);
});

test("it does not ask again because of what the page knew when it asked", async () => {
  const { state, watch, settled } = fixture("a");
  void watch.ask();
  watch.heard("a");
  await settled();
  assert.equal(state.asked, 1);
  watch.heard("b");
  await settled();
  assert.equal(state.asked, 2);
});
