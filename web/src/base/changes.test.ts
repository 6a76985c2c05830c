import assert from "node:assert/strict";
import { test } from "node:test";
import { watchChanges } from "./changes";

test("what was recorded while the page loaded its panels is news", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answer = { version: "2", dashboards: "d", troubles: [] };
  const page = globalThis as unknown as { document: unknown; reportError: unknown };
  page.document = { hidden: false, baseURI: "http://desk.example/" };
  page.reportError = (error: unknown) => { throw error; };
  t.mock.method(globalThis, "fetch", async () => new Response(JSON.stringify(answer)));
  t.after(() => { delete page.document; delete page.reportError; });
  let [loading, news, heard] = [true, 0, 0];
  const nextAnswer = async (before: number) => {
    while (heard === before) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  watchChanges("1", "d", {
    wanted: () => !loading, waiting: () => false, changed: () => news++, dashboardsChanged: async () => true,
    heard: () => heard++, lost: () => {}, found: () => {}, signedOut: () => {},
  });
  await nextAnswer(0);
  assert.equal(news, 0);
  loading = false;
  for (const _ of [1, 2]) {
    const before = heard;
    t.mock.timers.tick(2000);
    await nextAnswer(before);
    assert.equal(news, 1);
  }
});
