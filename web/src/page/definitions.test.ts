import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dashboard, SearchHit } from "../types";
import { Definitions } from "./definitions";

const dashboard = (uid: string, version: string): Dashboard => ({ uid, title: uid, meta: { version } });
const hit = (uid: string, version: string) => ({ uid, version }) as SearchHit;

function fixture(first: Dashboard | null = null) {
  const state = { version: "1", asked: [] as string[], away: false };
  const definitions = new Definitions(async (uid) => {
    state.asked.push(uid);
    if (state.away) throw new Error("away");
    return dashboard(uid, state.version);
  }, first);
  return { state, definitions };
}

test("a dashboard is read once, and the first one is there already", async () => {
  const { state, definitions } = fixture(dashboard("a", "1"));
  definitions.ahead("b");
  assert.equal((await definitions.get("a")).uid, "a");
  assert.equal((await definitions.get("b")).uid, "b");
  assert.deepEqual(state.asked, ["b"]);
});

test("a dashboard that could not be read is asked for again", async () => {
  const { state, definitions } = fixture();
  state.away = true;
  definitions.ahead("a");
  await assert.rejects(definitions.get("a"));
  state.away = false;
  assert.equal((await definitions.get("a")).uid, "a");
});

test("a dashboard that has changed or is gone is forgotten", async () => {
  const { state, definitions } = fixture();
  for (const uid of ["a", "b", "c"]) await definitions.get(uid);
  state.version = "2";
  await definitions.forget([hit("a", "1"), hit("b", "2")]);
  for (const uid of ["a", "b", "c"]) await definitions.get(uid);
  assert.deepEqual(state.asked, ["a", "b", "c", "b", "c"]);
});
