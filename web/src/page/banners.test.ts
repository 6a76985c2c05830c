import assert from "node:assert/strict";
import test from "node:test";
import { sampleText } from "./banners";

test("the banner of sample data never calls a reader's own runs made up", () => {
  assert.match(sampleText([]), /made up for show; only runs that you record yourself are real\.$/);
  assert.match(sampleText(["fred"]), /except those that you recorded yourself: fred\.$/);
  assert.match(sampleText(["a", "b", "c", "d"]), /: a, b, c, d\.$/);
  assert.match(sampleText(["a", "b", "c", "d", "e", "f"]), /: a, b, c, d and 2 more\.$/);
});
