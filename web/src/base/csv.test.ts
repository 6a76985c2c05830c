import assert from "node:assert/strict";
import test from "node:test";
import type { Frame } from "../types";
import { columns, csv, defused, fileName, rowCount } from "./csv";

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

test("what a header says is not a formula either, whatever its label holds", () => {
  const header = (name: string, type: string, labels?: Record<string, string>) =>
    csv({ schema: { fields: [{ name, type, labels }] }, data: { values: [[]] } }, "UTC").trimEnd();
  for (const [name, want] of [
    ["=HYPERLINK(A1)", "'=HYPERLINK(A1)"], ["+1", "'+1"], ["-VaR 95%", "'-VaR 95%"], ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", '"\'\t=1"'], ["\r=1", '"\'\r=1"'], ["  =1+1", "'  =1+1"], ["＝1+1", "'＝1+1"], ["\u200b=1", "'\u200b=1"],
    ["a;=1", '"a;=1"'], ["P&L", "P&L"], ["1 = one", "1 = one"],
  ])
    for (const type of ["number", "time", "string"]) assert.equal(header(name, type), want.trimEnd());
  assert.equal(header("=x", "number", { step: "fred" }), '"\'=x {step=""fred""}"');
});

test("a text in a column that should hold numbers is defused, a number never", () => {
  const odd: Frame = { schema: { fields: [{ name: "v", type: "number" }, { name: "t", type: "time" }] }, data: { values: [[-1e300, "=1"], [0, "-1"]] } };
  assert.equal(csv(odd, "UTC"), "v,t\r\n-1e+300,1970-01-01T00:00:00.000Z\r\n'=1,'-1\r\n");
  assert.equal(defused("x=1"), "x=1");
});

test("a file's name begins with a letter or a digit, and has nothing that a program would obey", () => {
  for (const [parts, want] of [
    [["Pipeline Health", "Error Log"], "Pipeline Health - Error Log.csv"],
    [["=cmd|' /C calc'!A0", "x"], "cmd C calc A0 - x.csv"],
    [["-rf", "../../etc/passwd"], "rf - etc passwd.csv"],
    [["@SUM", "a\u202efdp.exe"], "SUM - a fdp.exe.csv"],
    [["日本の債券", "नमस्ते"], "日本の債券 - नमस्ते.csv"],
    [["📈", ""], "data.csv"],
  ] as [string[], string][]) assert.equal(fileName(parts, ".csv"), want);
  assert.ok(new TextEncoder().encode(fileName(["𠮷".repeat(2000)], " - 2026-01-05.csv")).length <= 255);
});
