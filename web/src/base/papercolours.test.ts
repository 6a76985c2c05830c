import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { inLightColours } from "./papercolours";

test("every named colour of the dark theme becomes that of the light theme", () => {
  const go = readFileSync("../internal/viewer/palette/palette.go", "utf8");
  const hues = (theme: string) => new RegExp(`${theme}Hues = \`\\n([^\`]*)`).exec(go)![1].split("\n").map((l) => l.toLowerCase().split(" ").slice(1));
  const [dark, light] = [hues("dark").flat(), hues("light").flat()];
  const text = /text, background, clear := darkHues, "(#\w+)"[^]*?lightHues, "(#\w+)"/.exec(go)!;
  assert.equal(dark.length, 30);
  for (const [from, to] of [...dark.map((d, i) => [`#${d}`, `#${light[i]}`]), [text[1], text[2]]]) assert.deepEqual(inLightColours({ a: [from] }), { a: [to] });
});

test("other texts and colours stay", () => {
  const answer = { color: "#c4936b", text: "see #73bf69", n: 3, list: ["#705da0", "transparent", null] };
  assert.deepEqual(inLightColours(answer), answer);
});
