import assert from "node:assert/strict";
import { test } from "node:test";
import type { Silence } from "../base/api";
import { others, ownEnd, silencedWords, silenceFacts, untilText } from "./silences";

const at = (text: string) => Date.parse(text);
const now = at("2026-03-04T20:00:00Z");
const silence = (rule: string, subject: string, reason = "it moves"): Silence => ({ id: rule + subject, rule, subject, until: at("2026-03-04T22:00:00Z"), by: "bo", reason });

test("a silence says what is silent, until when, who made it and why", () => {
  assert.equal(silencedWords(silence("", "fred")), "All alerts of fred");
  assert.equal(silencedWords(silence("step_late", "")), "All alerts of the rule step_late");
  assert.equal(silencedWords(silence("limit_breach", "VaR*")), "limit_breach of VaR*");
  assert.equal(silenceFacts(silence("", "fred"), now, "UTC"), "Silenced until 22:00 by bo: it moves");
  assert.equal(silenceFacts(silence("", "fred", ""), now, "UTC"), "Silenced until 22:00 by bo");
  assert.equal(untilText(at("2026-03-05T01:30:00Z"), now, "UTC"), "until 2026-03-05 01:30");
  assert.equal(untilText(at("2026-03-05T01:30:00Z"), now, "America/Sao_Paulo"), "until 22:30");
});

test("silences of what does not fire are listed by themselves", () => {
  const [one, two] = [silence("", "fred"), silence("step_late", "")];
  assert.deepEqual(others([one, two], [{ silence: one }, { silence: null }]), [two]);
  assert.deepEqual(others([], [{ silence: null }]), []);
});

test("an own end is a time to come, in the reader's zone", () => {
  const until = (text: string, zone = "UTC") => {
    const end = ownEnd(text, now, zone);
    return "wrong" in end ? end.wrong : end.until;
  };
  assert.equal(until("2026-03-05 18:00"), "2026-03-05T18:00:00.000Z");
  assert.equal(until(" 2026-03-05 18:00 ", "America/Sao_Paulo"), "2026-03-05T21:00:00.000Z");
  assert.equal(until("5 Mar 2026 06:00"), "2026-03-05T06:00:00.000Z");
  assert.equal(until("2026-03-05"), "2026-03-05T23:59:59.999Z"); // the end of the day
  assert.equal(until("2026-03-05T18:00:00+01:00"), "2026-03-05T17:00:00.000Z");
  assert.equal(until("2026-03-04 19:59"), "This time is over.");
  assert.equal(until(""), "Say until when.");
  for (const text of ["now+4h", "tomorrow", "18:00", "2026-02-30 18:00", "soon"]) assert.match(until(text), /is not a time/, text);
});
