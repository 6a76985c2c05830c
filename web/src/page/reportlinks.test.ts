import assert from "node:assert/strict";
import test from "node:test";
import { inReport } from "./reportlinks";

test("a link of a report leads to a dashboard of the file, outside by itself, or nowhere", () => {
  const uids = ["risk-dashboard", "pipeline-health"];
  for (const [href, want] of [
    ["/d/risk-dashboard/risk-dashboard?viewPanel=3", "#d/risk-dashboard/risk-dashboard?viewPanel=3"],
    ["d/pipeline-health/x", "#d/pipeline-health/x"], ["/macro/d/risk-dashboard/", "#d/risk-dashboard/"], ["/d/risk-dashboard", "#d/risk-dashboard"],
    ["/d/signal-overview/signal-overview", ""], [".", ""], ["/explore?x=/d/other", ""], ["notes.html", ""],
    ["https://example.org/d/risk-dashboard/x", null], ["mailto:desk@example.org", null], ["#d/risk-dashboard/x", null], ["//example.org/d/risk-dashboard/x", null],
  ] as const) {
    assert.equal(inReport(href, uids), want, href);
  }
});
