import assert from "node:assert/strict";
import test from "node:test";
import { rowsNote } from "./inspect";

const frame = (rows: number, runs?: (number | null)[]) => ({
  schema: { fields: [{ name: "time", type: "time" }, ...(runs ? [{ name: "runs", type: "number" }] : [])] },
  data: { values: [Array.from({ length: rows }, (_, i) => i), ...(runs ? [runs] : [])] },
});

test("the note on rows says how many of how many", () => {
  assert.equal(rowsNote(frame(1), 1, 500, null), "1 row");
  assert.equal(rowsNote(frame(20), 20, 500, { kind: "table", cut: "latest 20 of 908" }), "20 rows; latest 20 of 908");
  assert.equal(rowsNote(frame(1200), 1200, 500, null), "The first 500 of 1200 rows; the CSV has all 1200");
  assert.equal(rowsNote(frame(3, [1, null, 12]), 3, 500, null), "3 rows; they stand for 13 runs");
  assert.equal(rowsNote(frame(2, [1, 1]), 2, 500, null), "2 rows");
  assert.equal(rowsNote(frame(2), 2, 500, { kind: "table", notices: ["Only the first 2 rows are shown: the query returned more."] }),
    "2 rows; Only the first 2 rows are shown: the query returned more");
});
