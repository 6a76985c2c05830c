import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { contrast, parse, textContrast } from "../base/colour";

/**
 * The least contrast of lines. They need less than text because only their position matters; more would
 * draw the eye away from the data.
 */
const least = { grid: 1.4, axis: 2, zero: 3 };

const sheet = readFileSync("src/styles/tokens.css", "utf8");

const tokens = (theme: string) => Object.fromEntries(
  [...new RegExp(`data-theme="${theme}"\\] \\{([^}]*)`).exec(sheet)![1].matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));

for (const theme of ["dark", "light"])
  test(`texts and lines can be seen in the ${theme} theme`, () => {
    const t = tokens(theme);
    const ratio = (a: string, b: string) => contrast(parse(t[a])!, parse(t[b])!);
    for (const ground of ["surface", "bg", "raised"])
      for (const text of ["text", "text-soft", "text-muted", "accent", "bad", "warn"])
        assert.ok(ratio(text, ground) >= textContrast, `${text} on ${ground}: ${ratio(text, ground).toFixed(2)}`);
    assert.ok(ratio("grid", "surface") >= least.grid, `grid: ${ratio("grid", "surface").toFixed(2)}`);
    assert.ok(ratio("axis", "surface") >= least.axis, `axis: ${ratio("axis", "surface").toFixed(2)}`);
    assert.ok(ratio("text-muted", "surface") >= least.zero, `zero: ${ratio("text-muted", "surface").toFixed(2)}`);
    assert.ok(ratio("text-muted", "surface") > ratio("axis", "surface") && ratio("axis", "surface") > ratio("grid", "surface"));
  });

test("the login page has the colours of the light theme", () => {
  const login = readFileSync("src/styles/login.css", "utf8");
  const light = tokens("light");
  const used = [...login.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]);
  assert.ok(used.length > 10);
  for (const [name, colour] of used) assert.equal(colour, light[name], name);
});

test("a colour is in both themes", () => {
  const names = (theme: string) => [...new RegExp(`data-theme="${theme}"\\] \\{([^}]*)`).exec(sheet)![1].matchAll(/--([\w-]+):/g)].map((m) => m[1]).sort();
  assert.ok(names("dark").length > 15);
  assert.deepEqual(names("dark"), names("light"));
});
