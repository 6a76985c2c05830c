import assert from "node:assert/strict";
import { test } from "node:test";
import { DrawingQueue } from "./queue";

function queueOf(seen: (n: number) => boolean = () => false) {
  const drawn: number[] = [];
  let show = () => {};
  const shown = new Promise<void>((resolve) => (show = resolve));
  const queue = new DrawingQueue<number>((n) => drawn.push(n), seen, () => shown);
  return { queue, drawn, show };
}

test("what waits is drawn after the first picture, what is seen by then first", async () => {
  const { queue, drawn, show } = queueOf((n) => n === 3);
  for (const n of [1, 2, 3, 4]) queue.add(n);
  queue.remove(2);
  assert.deepEqual(drawn, []);
  assert.ok(queue.busy);
  show();
  await queue.empty;
  assert.deepEqual(drawn, [3, 1, 4]);
  assert.ok(!queue.busy);
});

test("nothing is drawn twice, and a queue without anything is empty", async () => {
  const { queue, drawn, show } = queueOf();
  await queue.empty;
  queue.add(1);
  queue.add(1);
  queue.flush();
  assert.deepEqual(drawn, [1]);
  queue.add(2);
  queue.clear();
  show();
  await queue.empty;
  assert.deepEqual(drawn, [1]);
});

test("a queue that was emptied is filled again", async () => {
  const { queue, drawn, show } = queueOf();
  show();
  queue.add(1);
  await queue.empty;
  queue.add(2);
  await queue.empty;
  assert.deepEqual(drawn, [1, 2]);
});
