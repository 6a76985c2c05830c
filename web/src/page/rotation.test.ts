import assert from "node:assert/strict";
import test from "node:test";
import { Rotation } from "./rotation";

function rotation(screens: number) {
  const log: string[] = [];
  let left = screens - 1;
  const r = new Rotation({
    forward: () => left-- > 0 && log.push("forward") > 0,
    next: () => { log.push("next"); left = screens - 1; },
  });
  return { r, log };
}

test("every interval shows the next screen, and after the last one the next dashboard", () => {
  const { r, log } = rotation(3);
  for (let now = 0; now <= 240_000; now += 1000) r.tick(now, 60_000, true);
  assert.deepEqual(log, ["forward", "forward", "next", "forward"]);
});

test("a page that is being loaded or used stays", () => {
  const { r, log } = rotation(1);
  r.tick(0, 60_000, true);
  r.tick(60_000, 60_000, false);
  assert.deepEqual(log, []);
  r.rest(61_000);
  r.tick(120_000, 60_000, true);
  assert.deepEqual(log, []);
  r.tick(121_000, 60_000, true);
  assert.deepEqual(log, ["next"]);
});

test("without an interval nothing turns, and a clock that is put back does not stop the rotation", () => {
  const { r, log } = rotation(1);
  for (let now = 0; now < 1e6; now += 1000) r.tick(now, 0, true);
  assert.deepEqual(log, []);
  r.tick(8e6, 60_000, true);
  r.tick(1e6, 60_000, true);
  r.tick(1e6 + 60_000, 60_000, true);
  assert.deepEqual(log, ["next"]);
});
