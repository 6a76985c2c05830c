import assert from "node:assert/strict";
import test from "node:test";
import { zoneName, zoneParts, zoneSentence } from "./zones";

test("a zone is named by its place and how far it is ahead", () => {
  const at = Date.UTC(2026, 6, 1);
  assert.deepEqual(zoneParts("America/Sao_Paulo", at), { place: "São Paulo", offset: "UTC−03:00" });
  assert.deepEqual(zoneParts("Asia/Kolkata", at), { place: "Kolkata", offset: "UTC+05:30" });
  assert.deepEqual(zoneParts("America/New_York", at), { place: "New York", offset: "UTC−04:00" });
  assert.deepEqual(zoneParts("utc", at), { place: "", offset: "UTC" });
  assert.equal(zoneName("Etc/UTC", at), "UTC");
});

test("the offset is the one of the instant that is shown", () => {
  assert.equal(zoneName("America/Sao_Paulo", Date.UTC(2018, 11, 1)), "São Paulo, UTC−02:00"); // the last summer time there
  assert.equal(zoneName("America/Sao_Paulo", Date.UTC(2019, 11, 1)), "São Paulo, UTC−03:00");
  assert.equal(zoneName("Europe/London", Date.UTC(2026, 2, 29, 0, 59)), "London, UTC+00:00");
  assert.equal(zoneName("Europe/London", Date.UTC(2026, 2, 29, 1)), "London, UTC+01:00");
  assert.equal(zoneSentence("Europe/London", Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)), "Times are those of London, UTC+01:00; at the beginning of the range UTC+00:00");
  assert.equal(zoneSentence("UTC", 0, 1), "Times are those of UTC");
});
