import assert from "node:assert/strict";
import test from "node:test";
import { brief, clipAll, clipped, isProse } from "./brief";

const said = (text: string) => brief(text).find((l) => l.error)!.text;
const frames = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join("\n");

test("the line that says what went wrong is shown, wherever it stands", () => {
  const python = (error: string) => `Traceback (most recent call last):\n${frames(12, (i) => `  File "/opt/desk/step.py", line ${i}, in run\n    call(${i})`)}\n${error}`;
  for (const [text, want] of [
    [python("ValueError: no rows for 2026-01-05"), "ValueError: no rows for 2026-01-05"],
    // The exception is followed by more lines.
    [python('sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "x" does not exist\nLINE 1: select\n\n[SQL: select]\n(Background on this error at: https://sqlalche.me/e/20/f405)'),
      'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "x" does not exist'],
    [python("desk.NoQuotes: PTAX is not published yet"), "desk.NoQuotes: PTAX is not published yet"],
    [`${python("KeyError: 'PX_LAST'")}\n\nDuring handling of the above exception, another exception occurred:\n\n${python("RuntimeError: the feed is empty")}`, "RuntimeError: the feed is empty"],
    [`Exception in thread "main" java.lang.IllegalStateException: step failed\n${frames(9, (i) => `\tat desk.Step.run(Step.java:${i})`)}\nCaused by: java.sql.SQLException: connection reset\n${frames(5, (i) => `\tat desk.Db.open(Db.java:${i})`)}\n\t... 9 more`, "Caused by: java.sql.SQLException: connection reset"],
    [`panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\n${frames(8, (i) => `main.step${i}(0x1)\n\t/desk/main.go:${i} +0x1d`)}\nexit status 2`, "panic: runtime error: index out of range [5] with length 3"],
    [`/desk/step.js:10\n  throw new TypeError()\n        ^\n\nTypeError: rate.map is not a function\n${frames(9, (i) => `    at run (/desk/step.js:${i}:1)`)}\n\nNode.js v20.1.0`, "TypeError: rate.map is not a function"],
    [`psql:load.sql:12: NOTICE:  skipping\nloading\nERROR:  duplicate key value violates unique constraint "p"\nDETAIL:  Key (id)=(1) already exists.\nCONTEXT:  COPY p, line 1\nrows: 0`, 'ERROR:  duplicate key value violates unique constraint "p"'],
    ["one\ntwo\nthree\nfour\nfive says why", "five says why"],
  ]) assert.equal(said(text), want);
});

test("a shortened text has a few lines in their order, and marks where lines are left out", () => {
  const lines = brief(`a\nb\nc\nValueError: d\ne\nf\ng`);
  assert.deepEqual(lines.map((l) => (l.after ? "… " : "") + l.text), ["a", "… ValueError: d", "e", "… g"]);
  assert.deepEqual(lines.map((l) => l.aside), [true, false, true, true]);
  assert.ok(brief("GET /x HTTP 400\n{}\ncheck the key").every((l) => !l.aside));
  assert.deepEqual(brief("short").map((l) => l.text), ["short"]);
  assert.deepEqual(brief("a\n\nb\n").map((l) => `${l.after} ${l.text}`), ["false a", "false b"]);
});

test("the beginning of an enormous line is shown, without half a letter at its end", () => {
  assert.equal(clipped("x".repeat(1000)), "x".repeat(1000));
  assert.equal(clipped("x".repeat(1001)), `${"x".repeat(1000)}…`);
  assert.equal(clipped(`${"x".repeat(999)}😀x`), `${"x".repeat(999)}…`);
  const view = { items: [{ title: "x".repeat(2000), value: { text: "1", number: 1 }, links: null }], values: [1, null, 3] };
  clipAll(view);
  assert.deepEqual(view, { items: [{ title: clipped("x".repeat(2000)), value: { text: "1", number: 1 }, links: null }], values: [1, null, 3] });
  assert.deepEqual(brief(`a\n${"x".repeat(100_000)}`).map((l) => l.text), ["a", `${"x".repeat(1000)}…`]);
});

test("a sentence is prose, and what a program printed is not", () => {
  assert.ok(isProse("Carry is left out of one-day figures."));
  assert.ok(!isProse("ValueError: no rows"));
  assert.ok(!isProse("starting\nno rows for 2026-01-05"));
  assert.ok(!isProse("x".repeat(1_000_000))); // no sentence is so long
});
