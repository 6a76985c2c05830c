import assert from "node:assert/strict";
import test from "node:test";
import { alpha, contrast, textColourOn, over, parse, readable, textContrast } from "./colour";

const backgrounds = ["#10151d", "#fffdf9", "#f4f1ea", "#808080"];
const colours = ["#73bf69", "#fade2a", "#f2495c", "#5794f2", "#8e8e8e", "#000000", "#ffffff"];

test("text of any colour can be read on any background", () => {
  for (const background of backgrounds)
    for (const colour of colours) {
      const got = contrast(parse(readable(colour, background))!, parse(background)!);
      // On middle grey, even black and white reach only about 5.3 and 3.9.
      assert.ok(got >= textContrast, `${colour} on ${background}: ${got.toFixed(2)}`);
    }
});

test("a colour that can be read stays as it is", () => {
  assert.equal(readable("#73bf69", "#10151d"), "#73bf69");
  assert.equal(readable("transparent", "#10151d"), "transparent");
});

test("green stays greener than red and blue when it is darkened", () => {
  const [r, g, b] = parse(readable("#73bf69", "#fffdf9"))!;
  assert.ok(g > r && g > b);
});

test("colours are read, mixed and made see-through", () => {
  assert.deepEqual(parse("#abc"), [170, 187, 204]);
  assert.equal(parse("red"), null);
  assert.equal(over("#ffffff", "#000000", 0.5), "#808080");
  assert.equal(alpha("#102030", 0.25), "rgba(16,32,48,0.25)");
  assert.equal(alpha("transparent", 0.25), "transparent");
  assert.equal(textColourOn("#fade2a"), "#10141a");
  assert.equal(textColourOn("#1f2a5c"), "#ffffff");
});
