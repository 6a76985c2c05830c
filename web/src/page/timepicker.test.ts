import assert from "node:assert/strict";
import test from "node:test";
import { zoneName, zoneParts } from "./timepicker";

test("a zone is named by its place and how far it is ahead", () => {
  const at = Date.UTC(2026, 6, 1);
  assert.deepEqual(zoneParts("America/Sao_Paulo", at), { place: "Sao Paulo", offset: "UTC−03:00" });
  assert.deepEqual(zoneParts("Asia/Kolkata", at), { place: "Kolkata", offset: "UTC+05:30" });
  assert.deepEqual(zoneParts("Europe/Berlin", at), { place: "Berlin", offset: "UTC+02:00" });
  assert.deepEqual(zoneParts("utc", at), { place: "", offset: "UTC" });
  assert.equal(zoneName("Etc/UTC"), "UTC");
});
