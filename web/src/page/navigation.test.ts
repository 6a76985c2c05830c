import assert from "node:assert/strict";
import { test } from "node:test";
import { insideRoute } from "./navigation";

test("a link to a dashboard of this page stays in it", () => {
  const uids = ["pipeline-health", "risk"];
  for (const [href, base, want] of [
    ["http://h/d/risk/x?var-a=b%26c", "http://h/", "d/risk/x?var-a=b%26c"],
    ["http://h/desk/d/risk", "http://h/desk/", "d/risk/"],
    ["http://h/d/risk/x", "http://h/desk/", null], // above the page's own path
    ["http://h/d/other/x", "http://h/", null], // no dashboard of this page
    ["http://h/metrics", "http://h/", null],
    ["https://h/d/risk/x", "http://h/", null], // another origin
    ["http://other/d/risk/x", "http://h/", null],
    ["http://h/", "http://h/", null],
  ] as const) assert.equal(insideRoute(href, base, uids)?.href ?? null, want, href);
});
