import assert from "node:assert/strict";
import { test } from "node:test";
import type { Alert } from "../base/api";
import { bellLabel, kioskLine, sinceText } from "./bell";

const at = (text: string) => Date.parse(text);
const alert = (severity: string, since: string, summary: string): Alert =>
  ({ rule: "step_failed", subject: "fred", severity, owner: "", since: at(since), summary, meaning: "", path: "", runbook: "", silence: null });

const silenced = (a: Alert): Alert => ({ ...a, silence: { id: "q", rule: "", subject: a.subject, until: at("2026-03-05T00:00:00Z"), by: "bo", reason: "" } });

test("the bell says how many alerts fire, and how many are critical", () => {
  assert.equal(bellLabel([]), "No alert fires");
  assert.equal(bellLabel([{ severity: "warning", silence: null }]), "1 alert fires");
  assert.equal(bellLabel([{ severity: "critical", silence: null }]), "1 alert fires, critical");
  assert.equal(bellLabel([{ severity: "critical", silence: null }, { severity: "warning", silence: null }, { severity: "warning", silence: null }]), "3 alerts fire, 1 of them critical");
  assert.equal(bellLabel([{ severity: "warning", silence: null }, { severity: "warning", silence: null }]), "2 alerts fire");
});

test("the bell says how many alerts are silenced", () => {
  const [one, two] = [alert("critical", "2026-03-04T09:00:00Z", "It failed."), alert("warning", "2026-03-04T08:00:00Z", "It is late.")];
  assert.equal(bellLabel([silenced(one)]), "1 alert fires, critical, silenced");
  assert.equal(bellLabel([one, silenced(two)]), "2 alerts fire, 1 of them critical, 1 silenced");
  assert.equal(bellLabel([silenced(two), silenced(two)]), "2 alerts fire, 2 silenced");
});

test("a wall screen says nothing of what is silenced", () => {
  const now = at("2026-03-04T20:00:00Z");
  const one = alert("critical", "2026-03-04T09:00:00Z", "It failed.");
  assert.equal(kioskLine([silenced(one)], now, "UTC"), null);
  assert.equal(kioskLine([silenced(one), { ...one, summary: "So did this." }], now, "UTC"), "So did this, since 09:00:00.");
});

test("an alert of another day has its date", () => {
  const now = at("2026-03-04T20:00:00Z");
  assert.equal(sinceText(at("2026-03-04T09:05:00Z"), now, "UTC"), "since 09:05:00");
  assert.equal(sinceText(at("2026-03-03T09:05:00Z"), now, "UTC"), "since 2026-03-03 09:05");
  assert.equal(sinceText(at("2026-03-04T02:05:00Z"), now, "America/Sao_Paulo"), "since 2026-03-03 23:05");
});

test("a wall screen has one line for what is critical", () => {
  const now = at("2026-03-04T20:00:00Z");
  assert.equal(kioskLine([alert("warning", "2026-03-04T09:00:00Z", "It is late.")], now, "UTC"), null);
  assert.equal(kioskLine([alert("critical", "2026-03-04T09:00:00Z", "It failed.")], now, "UTC"), "It failed, since 09:00:00.");
  assert.equal(kioskLine([alert("critical", "2026-03-04T09:00:00Z", "It failed."), alert("critical", "2026-03-04T08:00:00Z", "So did this."), alert("warning", "2026-03-04T08:00:00Z", "x")], now, "UTC"),
    "It failed, since 09:00:00. And 1 more.");
});
