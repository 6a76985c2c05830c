// Reads cases from standard input and answers what Grafana's own code makes of them. Each line is one JSON object:
// {"kind": "units" | "ranges" | "panel" | "single" | "barchart" | "heatmap" | "order" | "colors" | "text", ...}. The answers have one
// line each, in the same order. Numbers that JSON can't hold are written as {"$": "NaN"}, {"$": "Infinity"} and
// {"$": "-Infinity"}.
'use strict';
require('./dom.cjs');
const readline = require('readline');
const { createRequire } = require('module');

const grafana = require('@grafana/data');
const uPlot = createRequire(require.resolve('@grafana/data'))('uplot');
const moment = createRequire(require.resolve('@grafana/data'))('moment');
const tinycolor = createRequire(require.resolve('@grafana/data'))('tinycolor2');

// Grafana's list has joinByField a second time, under its old name.
grafana.standardTransformersRegistry.setInit(() => [...new Set(Object.values(grafana.standardTransformers))].map((t) => ({
  id: t.id, aliasIds: t.aliasIds, name: t.name, transformation: t, editor: () => null,
})));

const [, , mode, zone, now] = process.argv;
moment.now = () => Number(now);
const theme = grafana.createTheme({ colors: { mode } });

function decode(v) {
  if (Array.isArray(v)) return v.map(decode);
  if (v && typeof v === 'object') {
    if ('$' in v) return Number(v.$);
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, decode(x)]));
  }
  return v;
}

function encode(v) {
  if (typeof v === 'number' && !Number.isFinite(v)) return { $: String(v) };
  if (Array.isArray(v)) return v.map(encode);
  return v === undefined ? null : v;
}

function color(c) {
  if (!c) return '';
  const t = tinycolor(c);
  if (t.getAlpha() === 0) return 'transparent';
  return (t.getAlpha() === 1 ? t.toHexString() : t.toHex8String()).toLowerCase();
}

const shown = (d) => ({
  text: d.text, prefix: d.prefix ?? '', suffix: d.suffix ?? '', numeric: encode(d.numeric), color: color(d.color),
});

const numbersOnly = (f) => f.type === grafana.FieldType.number;
const property = (id, process, applies = () => true, settings) => ({ id, path: id, name: id, process, shouldApply: applies, settings });
const registry = new grafana.FieldConfigOptionsRegistry(() => [
  property('displayName', grafana.displayNameOverrideProcessor, undefined, { expandTemplateVars: true }),
  property('unit', grafana.unitOverrideProcessor),
  property('min', grafana.numberOverrideProcessor, numbersOnly),
  property('max', grafana.numberOverrideProcessor, numbersOnly),
  property('fieldMinMax', grafana.booleanOverrideProcessor, numbersOnly),
  property('decimals', grafana.numberOverrideProcessor, numbersOnly),
  property('noValue', grafana.stringOverrideProcessor),
  property('color', grafana.identityOverrideProcessor),
  property('thresholds', grafana.thresholdsOverrideProcessor),
  property('mappings', grafana.valueMappingsOverrideProcessor),
  property('links', grafana.dataLinksOverrideProcessor),
  { ...property('custom.hideFrom', grafana.identityOverrideProcessor), path: 'hideFrom', isCustom: true },
]);

// When Grafana loads a panel, it makes the first threshold begin at minus infinity, whatever its value is.
function thresholds(t) {
  if (t?.steps?.length) t.steps[0].value = -Infinity;
}

function units(c) {
  return c.units.map((id) => c.values.map((v) => c.decimals.map((d) => {
    const out = grafana.getValueFormat(id)(decode(v), d ?? undefined, undefined, zone);
    return { text: out.text, prefix: out.prefix ?? '', suffix: out.suffix ?? '' };
  })));
}

// The ids of all of Grafana's units.
const unitIDs = () => grafana.getValueFormats().flatMap((category) => category.submenu.map((u) => u.value));

// transformed runs the transformations as a panel does, and fills in variables ($name).
function transformed(frames, c) {
  const interpolate = (s) => s.replace(/\$(\w+)/g, (all, name) => c.variables?.[name] ?? all);
  let out;
  let failed;
  grafana.transformDataFrame(structuredClone(c.transformations), frames, { interpolate })
    .subscribe({ next: (v) => { out = v; }, error: (e) => { failed = e; } });
  if (failed) throw failed;
  return out;
}

function built(c) {
  const frames = c.frames.map((f) => ({
    name: f.name || undefined, refId: f.refId, length: f.fields[0]?.values.length ?? 0, meta: { typeVersion: [0, 0] },
    fields: f.fields.map((x) => ({ name: x.name, type: x.type, labels: x.labels ?? undefined, config: x.config ?? {}, values: decode(x.values) })),
  }));
  return c.transformations?.length ? transformed(frames, c) : frames;
}

function frameOf(fr) {
  return {
    name: fr.name ?? '', refId: fr.refId ?? '', length: fr.length,
    fields: fr.fields.map((f) => ({
      name: f.name, type: f.type, labels: f.labels ?? null, displayName: f.config.displayName ?? '', unit: f.config.unit ?? '',
      values: Array.from({ length: fr.length }, (_, i) => encode(f.values[i])),
    })),
  };
}

// The ends of value axes, which Grafana has uPlot choose.
function ranges(c) {
  return c.ranges.map(({ lo, hi, hardMin, hardMax, softMin, softMax, centered, log, whole }) => {
    if (log) return uPlot.rangeLog(lo, hi, log, true);
    const end = (soft, hard, none) => ({ pad: 0.1, hard: hard ?? none, soft: soft || 0, mode: soft == null ? 3 : 1 });
    if (centered) {
      const most = Math.max(Math.abs(lo), Math.abs(hi)) || 80;
      [lo, hi] = [-most, most];
    }
    const hardMinOnly = softMin == null && hardMin != null;
    const hardMaxOnly = softMax == null && hardMax != null;
    let [min, max] = uPlot.rangeNum(hardMinOnly ? hardMin : lo, hardMaxOnly ? hardMax : hi,
      { min: end(softMin, hardMin, -Infinity), max: end(softMax, hardMax, Infinity) });
    if (whole) [min, max] = [grafana.incrRoundDn(min, 1), grafana.incrRoundUp(max, 1)];
    if (hardMinOnly) min = hardMin;
    if (hardMaxOnly) max = hardMax;
    return min >= max ? [0, 100] : [min, max];
  });
}

// The frames of a case with its field settings applied. They are made anew each time, because Grafana changes them.
function build(c) {
  return grafana.applyFieldOverrides({
    data: built(c), fieldConfig: c.fieldConfig, fieldConfigRegistry: registry, replaceVariables: (s) => s, theme, timeZone: zone,
  });
}

function prepare(c) {
  thresholds(c.fieldConfig.defaults.thresholds);
  for (const o of c.fieldConfig.overrides) for (const p of o.properties) if (p.id === 'thresholds') thresholds(p.value);
}

function panel(c) {
  let plain = [];
  if (c.transformations?.length) {
    try {
      plain = built(c).map(frameOf);
    } catch (e) {
      return { refused: String(e) };
    }
  }
  const fieldConfig = c.fieldConfig;
  const frames = build(c);
  const fields = frames.map((fr) => fr.fields.map((f) => ({
    name: grafana.getFieldDisplayName(f, fr, frames),
    series: color(grafana.getFieldSeriesColor(f, theme).color),
    values: Array.from({ length: fr.length }, (_, i) => shown(f.display(f.values[i]))),
    reduced: Object.fromEntries(c.reducers.map((id) => {
      // Each reducer gets a new field, so that it does not find the results of another one in the field's cache.
      const r = grafana.reduceField({ field: { ...f, state: {} }, reducers: [id] })[id];
      return [id, { raw: encode(r), shown: shown(f.display(r)) }];
    })),
  })));
  const values = c.reduceOptions.map((reduceOptions) => {
    try {
      return grafana.getFieldDisplayValues({
        data: build(c), reduceOptions, fieldConfig, replaceVariables: (s) => s, theme, timeZone: zone,
      }).map((v) => ({ title: v.display.title ?? '', ...shown(v.display) }));
    } catch {
      return null; // Grafana itself can't draw this
    }
  });
  return { frames: plain, fields, values };
}

// The order of texts in Grafana's table, ascending and descending, and in its legends.
function order(c) {
  const rows = c.values.map((value, index) => ({ value, index }));
  const base = (a, b) => String(a.value).localeCompare(String(b.value), undefined, { sensitivity: 'base' });
  const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;
  const list = (compare) => [...rows].sort(compare).map((r) => r.index);
  return {
    up: list((a, b) => base(a, b) || a.index - b.index), down: list((a, b) => -base(a, b) || b.index - a.index),
    legend: list((a, b) => natural(String(a.value), String(b.value))),
  };
}

// The colours that names stand for: names of Grafana's theme, and names of CSS.
const colors = (c) => c.names.map((name) => color(theme.visualization.getColorByName(name)));

// The HTML that Grafana's sanitiser leaves of a text panel's text.
const text = (c) => (c.mode === 'markdown' ? grafana.renderTextPanelMarkdown(c.content) : grafana.textUtil.sanitizeTextPanelContent(c.content));

async function main() {
  const d3 = await import('d3-scale-chromatic');
  const kinds = require('./kinds.cjs')({ grafana, d3, tinycolor, theme, zone, color, shown, encode, build });
  const answers = { units, unitIDs, ranges, panel, order, colors, text, names: () => Object.keys(tinycolor.names), ...kinds };
  readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
    const c = JSON.parse(line);
    let answer;
    try {
      if (c.fieldConfig) prepare(c);
      answer = answers[c.kind](c);
    } catch (e) {
      answer = { failed: String(e && e.stack || e) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  });
}

main();
