import assert from "node:assert/strict";
import test from "node:test";
import type { Axis } from "../types";
import { columnTicks } from "./columnticks";
import { scalePlace } from "./colourscale";
import { limited, shortened, shortenedNames } from "./fit";
import { cells, smooth, stepped } from "./gradient";
import { stepped as stop } from "./pointing";

const letters = (text: string) => [...text].length * 10;

test("a text that fits stays, and another one is cut as late as possible", () => {
  assert.equal(shortened("BRL devaluation", 150, letters), "BRL devaluation");
  assert.equal(shortened("BRL devaluation", 149, letters), "BRL devaluati…");
  assert.equal(shortened("BRL devaluation", 50, letters), "BRL…");
  assert.equal(shortened("ab", 10, letters), "…");
  assert.equal(shortened("ab", 9, letters), "");
});

test("a text is limited to a number of letters, of any alphabet", () => {
  assert.equal(limited("ações de juros", 5), "ações…");
  assert.equal(limited("ações", 5), "ações");
  assert.equal(limited("ações", 0), "ações");
});

test("a bar's cells are about 11 pixels long, and a value above zero lights at least one", () => {
  assert.deepEqual(cells(220, 0.5), { count: 20, lit: 10 });
  assert.deepEqual(cells(220, 0.001), { count: 20, lit: 1 });
  assert.deepEqual(cells(220, 0), { count: 20, lit: 0 });
  assert.equal(cells(3, 1).lit, 4);
});

const stops = [{ at: 0, color: "#00ff00" }, { at: 0.6, color: "#ffff00" }, { at: 0.85, color: "#ff0000" }];

test("a gradient runs between stops, and one of cells changes only where a cell begins", () => {
  assert.equal(smooth(stops, "to right"), "linear-gradient(to right, #00ff00 0%, #ffff00 60%, #ff0000 85%)");
  // The fourth of four cells begins at 75 %, before the red.
  assert.equal(stepped(stops, 4, "to top"), "linear-gradient(to top, #00ff00 0% 75%, #ffff00 75% 100%)");
  assert.equal(stepped(stops, 10, "to top"), "linear-gradient(to top, #00ff00 0% 60%, #ffff00 60% 90%, #ff0000 90% 100%)");
});

const value = (number: number | null) => ({ text: String(number), number });

test("a value's place on a colour scale", () => {
  const scale = { show: true, min: value(-10), max: value(10), stops: [] };
  assert.deepEqual([-10, 5, 99, null].map((n) => scalePlace(scale, value(n))), [0, 0.75, 1, null]);
  assert.equal(scalePlace({ ...scale, max: value(-10) }, value(1)), null);
});

const year = 100;
const axis = (ticks: number[]): Axis => ({ placement: "bottom", min: 0, max: 250, ticks: ticks.map((t) => ({ value: t, text: `${t}` })) });
const columns = [0, 100, 200].map((from) => ({ from, to: from + year }));
const middles = (ticks: number[], density = 1) => columnTicks(axis(ticks), columns, density, (t) => t.length * 7).map((t) => t.value);

test("labels that name columns move to the middle of their visible part", () => {
  assert.deepEqual(middles([1, 100, 201]), [50, 150, 225]);
  assert.deepEqual(middles([100, 200]), [150, 225]);
});

test("labels that name no column, or don't fit below theirs, stay where they are", () => {
  assert.deepEqual(middles([0, 50, 100, 150]), [0, 50, 100, 150]);
  assert.deepEqual(middles([0, 4, 100]), [0, 4, 100]);
  assert.deepEqual(middles([0, 100, 200], 0.2), [0, 100, 200]);
});

test("arrow keys move through the stops and stay at the ends", () => {
  assert.deepEqual([stop("ArrowDown", -1, 3), stop("ArrowRight", 2, 3), stop("ArrowUp", -1, 3), stop("ArrowLeft", 0, 3)], [0, 2, 2, 0]);
  assert.deepEqual([stop("Home", 2, 3), stop("End", 0, 3), stop("x", 0, 3), stop("End", 0, 0)], [0, 2, null, null]);
});

test("names that begin alike are cut so that their different ends stay", () => {
  assert.deepEqual(shortenedNames(["STRATEGY_1", "STRATEGY_21", "STRATEGY_22"], 90, letters), ["STRA…GY_1", "STRA…Y_21", "STRA…Y_22"]);
  assert.deepEqual(shortenedNames(["Brazilian rates +200 bp", "Brazilian rates -200 bp", "FX"], 120, letters), ["Braz…+200 bp", "Braz…-200 bp", "FX"]);
  assert.deepEqual(shortenedNames(["MACRO_MOMENTUM_OF_ALL", "CARRY"], 80, letters), ["MACRO_M…", "CARRY"]);
  assert.deepEqual(shortenedNames(["STRATEGY_1", "STRATEGY_2"], 200, letters), ["STRATEGY_1", "STRATEGY_2"]);
  assert.deepEqual(shortenedNames(["STRATEGY_1", "STRATEGY_2"], 20, letters), ["S…", "S…"]);
});
