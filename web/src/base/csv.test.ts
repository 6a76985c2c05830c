import assert from "node:assert/strict";
import test from "node:test";
import type { Frame } from "../types";
import { columns, csv, rowCount } from "./csv";

const frame: Frame = {
  schema: {
    fields: [
      { name: "time", type: "time" },
      { name: "value", type: "number", labels: { metric: "fred" } },
      { name: "error, if any", type: "string" },
    ],
  },
  data: {
    values: [
      [Date.UTC(2026, 0, 5, 9), null],
      [1.5, null],
      ['said "no"\r\nand left', ""],
    ],
    entities: [null, { NaN: [1] }, null],
  },
};

test("a frame is written after RFC 4180, with times in the zone and nothing for null", () => {
  assert.equal(
    csv(frame, "America/Sao_Paulo"),
    'time,"value {metric=""fred""}","error, if any"\r\n' +
      '2026-01-05T06:00:00.000-03:00,1.5,"said ""no""\r\nand left"\r\n' +
      ",NaN,\r\n",
  );
});

test("a text is not a formula, and a negative number is not a text", () => {
  const risky: Frame = {
    schema: { fields: [{ name: "error", type: "string" }, { name: "value", type: "number" }] },
    data: { values: [["=cmd|' /C calc'!A0", "@SUM(1)", "-1", "a=b"], [-1, 2, -3, 4]] },
  };
  assert.equal(csv(risky, "UTC"), "error,value\r\n'=cmd|' /C calc'!A0,-1\r\n'@SUM(1),2\r\n'-1,-3\r\na=b,4\r\n");
});

test("numbers that JSON can't hold come back to their places, without changing the frame", () => {
  assert.ok(Number.isNaN(columns(frame)[1][1]));
  assert.equal(frame.data!.values![1][1], null);
});

test("an empty frame has no rows and still a header", () => {
  const empty: Frame = { schema: { fields: [{ name: "time", type: "time" }] }, data: { values: [[]] } };
  assert.equal(rowCount(empty), 0);
  assert.equal(csv(empty, "UTC"), "time\r\n");
});
