import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { differenceCiede2000, filterDeficiencyDeuter, filterDeficiencyProt, filterDeficiencyTrit, type Rgb, rgb } from "culori";
import type { Series } from "../types";
import { hueAt, markingOf } from "./marking";

/** How people with each colour deficiency see a colour, after Machado, Oliveira and Fernandes (2009). */
const eyes: Record<string, (colour: Rgb) => Rgb> = {
  "normal vision": (colour) => colour,
  protanopia: filterDeficiencyProt(1),
  deuteranopia: filterDeficiencyDeuter(1),
  tritanopia: filterDeficiencyTrit(1),
};

/**
 * The least CIEDE2000 distance of two colours that readers can tell apart. 2.3 is just noticeable side by
 * side. Two areas of a chart that do not touch need about 10.
 */
const bound = 10;

const go = (file: string) => readFileSync(`../internal/${file}`, "utf8");

/** namedColours returns the hex colours that Grafana's names have in a theme. */
function namedColours(theme: "dark" | "light"): Record<string, string> {
  const hues = new RegExp(`${theme}Hues = \`\\n([^\`]*)`).exec(go("viewer/palette/palette.go"))![1];
  return Object.fromEntries(hues.split("\n").flatMap((line) => {
    const [name, ...shades] = line.split(" ");
    return ["super-light-", "light-", "", "semi-dark-", "dark-"].map((prefix, i) => [prefix + name, `#${shades[i].toLowerCase()}`]);
  }));
}

/** statusColours returns the colours of the dashboards that mean something, by their name in Go. */
function statusColours(theme: "dark" | "light"): Record<string, string> {
  const named = namedColours(theme);
  const list = [...go("dashboard/house.go").matchAll(/^\t(colour(?:Good|Watch|Bad|Unknown|Unread)) += "([^"]+)"/gm)];
  return Object.fromEntries(list.map(([, name, colour]) => [name, named[colour] ?? colour]));
}

/** classColours returns the colours of the asset classes of the built-in desk, by class. They are beside each other in stacked charts. */
function classColours(theme: "dark" | "light"): Record<string, string> {
  const named = { ...namedColours(theme), ...statusColours(theme) };
  const map = /ClassColours: map\[string\]string{[^}]*}/.exec(go("desk/builtin.go"))![0];
  const other = /class == desk.OtherClass {\s+return (\w+)/.exec(go("dashboard/classes.go"))![1];
  const list = [...map.matchAll(/(\w+): "([#\w-]+)"/g)].map(([, name, colour]) => [name, colour]);
  return Object.fromEntries([...list, ["OtherClass", other]].map(([name, colour]) => [name, named[colour] ?? colour]));
}

/** varColours returns the colours of the two lines of VaR. */
function varColours(theme: "dark" | "light"): Record<string, string> {
  const named = namedColours(theme);
  return Object.fromEntries([...go("dashboard/risk_history.go").matchAll(/^\t(colour9\d) += "([^"]+)"/gm)].map(([, name, colour]) => [name, named[colour]]));
}

for (const [what, count, palette] of [["status", 5, statusColours], ["asset class", 7, classColours], ["VaR", 2, varColours]] as const)
  for (const theme of ["dark", "light"] as const)
    test(`${what} colours differ for every reader in the ${theme} theme`, () => {
      const colours = Object.entries(palette(theme));
      assert.equal(colours.length, count);
      for (const [eye, seen] of Object.entries(eyes))
        for (const [i, [a, x]] of colours.entries())
          for (const [b, y] of colours.slice(0, i)) {
            const distance = differenceCiede2000()(seen(rgb(x)!), seen(rgb(y)!));
            assert.ok(distance >= bound, `${a} and ${b} with ${eye}: ${distance.toFixed(1)}`);
          }
    });

test("good, watch and bad have different markings, whatever their shade", () => {
  for (const theme of ["dark", "light"] as const)
    for (const shade of ["super-light-", "light-", "", "semi-dark-", "dark-"]) {
      const named = namedColours(theme);
      assert.equal(markingOf(named[`${shade}red`], true), "hatched", `${shade}red`);
      assert.equal(markingOf(named[`${shade}yellow`], true), "dashed", `${shade}yellow`);
      assert.equal(markingOf(named[`${shade}orange`], true), "dashed", `${shade}orange`);
      for (const plain of ["green", "blue", "purple"]) assert.equal(markingOf(named[shade + plain], true), "plain", shade + plain);
    }
});

test("greys, browns and texts that are no colours have no marking", () => {
  for (const colour of ["#8e8e8e", "#000", "#ffffff", "#b08968", "transparent", "", null]) assert.equal(markingOf(colour, true), "plain", String(colour));
});

test("a colour that only tells series apart has no marking", () => {
  for (const theme of ["dark", "light"] as const)
    for (const [name, colour] of [...Object.entries(classColours(theme)), ...Object.entries(statusColours(theme))])
      for (const status of [false, undefined]) assert.equal(markingOf(colour, status), "plain", name);
});

test("a value's own colour is a status if the server says so, whatever the series' colour is", () => {
  const series = { color: "#ff9830", status: false, colors: ["#f2495c", "", "#ff9830"], statuses: [true, true, false] } as Series;
  assert.deepEqual([0, 1, 2].map((i) => hueAt(series, i)), [{ colour: "#f2495c", status: true }, { colour: "#ff9830", status: false }, { colour: "#ff9830", status: false }]);
});
