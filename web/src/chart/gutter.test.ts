import assert from "node:assert/strict";
import test from "node:test";
import { Gutter } from "./gutter";

test("charts of a column get the most that any of them needs, and hear when that changes", () => {
  const gutter = new Gutter();
  const [a, b, c] = [{}, {}, {}];
  const heard: string[] = [];
  assert.equal(gutter.claim("0", a, 40, () => heard.push("a")), 40);
  assert.equal(gutter.claim("0", b, 90, () => heard.push("b")), 90);
  assert.equal(gutter.claim("12", c, 200, () => heard.push("c")), 200);
  assert.deepEqual(heard, ["a"]);
  assert.equal(gutter.claim("0", a, 50, () => heard.push("a")), 90);
  assert.deepEqual(heard, ["a"]);
  gutter.release(b);
  assert.equal(gutter.claim("0", a, 50, () => heard.push("a")), 50);
});
