import assert from "node:assert/strict";
import { test } from "node:test";
import { tickTexts } from "./ticktexts";

const measure = (t: string) => t.length;

test("huge numbers of an axis stay different and readable", () => {
  assert.deepEqual(tickTexts(["-200000000000000%", "0%", "200000000000000%", "400000000000000%"], 12, measure), ["-2e+14%", "0%", "2e+14%", "4e+14%"]);
  assert.deepEqual(tickTexts(["R$100,000,000,000", "R$105,000,000,000", "R$110,000,000,000"], 12, measure), ["R$1.00e+11", "R$1.05e+11", "R$1.10e+11"]);
  assert.deepEqual(tickTexts(["1e+300 contracts of the front month", "2e+300 contracts of the front month"], 14, measure), ["1e+300 contra…", "2e+300 contra…"]);
  assert.deepEqual(tickTexts(["0.000000000000012", "0.000000000000013"], 10, measure), ["1.2e-14", "1.3e-14"]);
});

test("texts that fit, and texts without numbers, are left as they are", () => {
  assert.deepEqual(tickTexts(["-20%", "0%", "20%"], 12, measure), ["-20%", "0%", "20%"]);
  assert.deepEqual(tickTexts(["LONG", "very much SHORT indeed"], 12, measure), ["LONG", "very much S…"]);
});
