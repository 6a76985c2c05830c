import assert from "node:assert/strict";
import test from "node:test";
import { liesBelow } from "./beyond";

test("a value beyond its axis lies at the end where it is drawn, wherever zero is", () => {
  for (const [what, min, max] of [["zero within", -5, 5], ["zero at the lower end", 0, 8], ["all above zero", 0.4, 1.13], ["all below zero", -9, -2], ["zero at the upper end", -3, 0]] as const) {
    assert.equal(liesBelow(min, { min }), true, `${what}, below`);
    assert.equal(liesBelow(max, { min }), false, `${what}, above`);
  }
});
