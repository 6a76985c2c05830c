// What Grafana's panels make of their data. Values, names, texts and colours come from @grafana/data, and the colours of
// heatmaps from d3-scale-chromatic. The panels themselves are in no package of Grafana's, so this file does with these
// values what the panels' code in Grafana 11.4 does.
'use strict';

module.exports = ({ grafana, d3, tinycolor, theme, zone, color, shown, encode, build }) => {
  const { getFieldDisplayName, getDisplayProcessor, reduceField, FieldType } = grafana;
  const hidden = (field, what) => Boolean(field.custom?.hideFrom?.[what]);
  const finite = (min, max) => max > min && Number.isFinite(max - min);
  const full = (d) => grafana.formattedValueToString(d);

  // A gauge sets the ends of a field in percent itself.
  function percentRanges(frames) {
    for (const fr of frames) {
      for (const field of fr.fields) {
        const { unit } = field.config;
        if (unit !== 'percent' && unit !== 'percentunit') continue;
        const min = field.config.min ?? 0;
        const max = field.config.max ?? (unit === 'percent' ? 100 : 1);
        field.state = field.state ?? {};
        field.state.range = { min, max, delta: max - min };
        field.display = getDisplayProcessor({ field, theme });
      }
    }
  }

  function single(c) {
    return c.reduceOptions.map((reduceOptions) => {
      const data = build(c);
      if (c.panel === 'gauge') percentRanges(data);
      let values;
      try {
        values = grafana.getFieldDisplayValues({
          data, reduceOptions, fieldConfig: c.fieldConfig, replaceVariables: (s) => s, theme, timeZone: zone,
        });
      } catch {
        return null; // Grafana itself can't draw this
      }
      return c.panel === 'piechart' ? pie(values) : values.map((v) => ({ title: v.display.title ?? '', ...shown(v.display), ...scale(v) }));
    });
  }

  // The ends of a value's scale, and the colours at sixteen places on it.
  function scale(v) {
    let min = v.field.min ?? 0;
    let max = v.field.max ?? 100;
    const percentage = v.field.thresholds?.mode === 'percentage';
    const ends = { barMin: encode(min), barMax: encode(max) };
    const cells = [];
    const processor = v.view && v.view.getFieldDisplayProcessor(v.colIndex);
    for (let k = 0; k < 16 && processor && finite(min, max); k++) cells.push(color(processor(min + ((max - min) / 16) * k).color));
    let numeric = v.display.numeric;
    if (percentage) {
      [min, max] = [0, 100];
      if (v.display.percent !== undefined) numeric = v.display.percent * 100;
    }
    const decimals = v.field.decimals === undefined ? 2 : v.field.decimals;
    min = +min.toFixed(decimals);
    max = +max.toFixed(decimals);
    const bands = [];
    if (v.field.color?.mode === 'thresholds' && finite(min, max)) {
      for (let k = 0; k < 16; k++) {
        const at = min + ((max - min) / 16) * (k + 0.5);
        bands.push(color(theme.visualization.getColorByName(grafana.getActiveThreshold(at, v.field.thresholds?.steps ?? []).color)));
      }
    }
    const mode = grafana.getFieldColorMode(v.field.color?.mode);
    return {
      ...ends, cells, min: encode(min), max: encode(max), bands, share: encode((numeric - min) / (max - min)),
      colors: mode.isContinuous && mode.getColors ? mode.getColors(theme).map((x) => color(theme.visualization.getColorByName(x))) : [],
    };
  }

  function pie(values) {
    if (!values.some((v) => v.view?.dataFrame.length)) return [];
    const drawn = values.filter((v) => !hidden(v.field, 'viz') && !isNaN(v.display.numeric));
    const total = drawn.reduce((sum, v) => sum + v.display.numeric, 0);
    values.sort((a, b) => {
      if (isNaN(a.display.numeric)) return 1;
      if (isNaN(b.display.numeric)) return -1;
      return b.display.numeric - a.display.numeric;
    });
    return values.map((v) => {
      const share = v.display.numeric / total;
      const none = hidden(v.field, 'viz') || isNaN(share);
      return { title: v.display.title ?? '', ...shown(v.display), percent: none ? null : (share * 100).toFixed(v.field.decimals ?? 0) + '%' };
    });
  }

  function named(frame, frames, name) {
    return name ? frame.fields.find((f) => getFieldDisplayName(f, frame, frames) === name || f.name === name) : undefined;
  }

  function legendValues(field, calcs) {
    // Grafana computed the standard calculations from the field as the query returned it.
    const results = reduceField({ field: { ...field, state: { ...field.state } }, reducers: calcs });
    return calcs.map((id) => {
      let show = field.display;
      const as = { diffperc: 'percent', count: 'none', changeCount: 'none', distinctCount: 'none' }[id];
      if (as) show = getDisplayProcessor({ field: { ...field, config: { ...field.config, unit: as } }, theme });
      return shown(show(results[id]));
    });
  }

  function barchart(c) {
    const frames = build(c);
    if (frames.every((fr) => fr.length === 0)) return { empty: true };
    const names = new Map();
    for (const fr of frames) for (const f of fr.fields) names.set(f.config, getFieldDisplayName(f, fr, frames));
    let frame = frames[0];
    const time = frame.fields.findIndex((f) => f.type === FieldType.time);
    if (time >= 0 && frames.length > 1) frame = grafana.outerJoinDataFrames({ frames, keepDisplayNames: true }) ?? frame;
    const x = named(frame, frames, c.options.xField) ?? frame.fields.find((f) => f.type === FieldType.string) ?? frame.fields[time];
    if (!x) return { empty: true };
    const fields = frame.fields
      .filter((f) => f !== x && f.type === FieldType.number && !hidden(f.config, 'viz'))
      .map((f, i) => {
        const field = { ...f, values: Array.from(f.values, (v) => (Number.isFinite(v) ? v : null)), state: { ...f.state, seriesIndex: i } };
        field.display = getDisplayProcessor({ field, theme });
        return field;
      });
    if (!fields.length) return { empty: true };
    const by = named(frame, frames, c.options.colorByField);
    return {
      x: x.type === FieldType.time ? null : Array.from(x.values, (v) => full(x.display(v))),
      series: fields.map((field) => ({
        name: names.get(field.config) ?? '', color: color(grafana.getFieldSeriesColor(field, theme).color), values: field.values.map(encode),
        texts: field.values.map((v) => (v === null ? '' : full(field.display(v)))),
        colors: field.values.map((v, row) => (v === null ? '' : color(by ? by.display(by.values[row]).color : field.display(v).color))),
        calcs: legendValues(field, c.options.calcs),
      })),
    };
  }

  // Grafana's palettes, from d3's interpolators.
  function palette(o) {
    const steps = o.steps - 1;
    const out = [];
    if (o.mode === 'opacity') {
      const fill = tinycolor(theme.visualization.getColorByName(o.fill)).toPercentageRgb();
      for (let i = 0; i <= steps; i++) {
        fill.a = o.scale === 'exponential' ? Math.pow(i / steps, o.exponent) : i / steps;
        out.push(tinycolor(fill).toString('hex8'));
      }
      return out.map(color);
    }
    const turned = {
      always: ['BrBG', 'PiYG', 'PRGn', 'PuOr', 'RdBu', 'RdGy', 'RdYlBu', 'RdYlGn', 'Spectral', 'Rainbow', 'Sinebow'],
      light: ['Turbo', 'Cividis', 'Viridis', 'Magma', 'Inferno', 'Plasma', 'Warm', 'Cool', 'Cubehelix'],
    };
    const interpolate = d3['interpolate' + (o.scheme === 'Cubehelix' ? 'CubehelixDefault' : o.scheme)];
    for (let i = 0; i <= steps; i++) {
      const c = interpolate(i / steps);
      out.push(c.startsWith('rgb') ? '#' + [...c.matchAll(/\d+/g)].map((v) => (+v[0]).toString(16).padStart(2, '0')).join('') : c);
    }
    const dark = !turned.always.includes(o.scheme) && !turned.light.includes(o.scheme);
    if (turned.always.includes(o.scheme) || (turned.light.includes(o.scheme) && theme.isLight) || (dark && theme.isDark)) out.reverse();
    if (o.reverse) out.reverse();
    return out.map(color);
  }

  function heatmap(c) {
    const frames = build(c);
    if (frames.every((fr) => fr.length === 0)) return { empty: true };
    const name = (f, fr) => getFieldDisplayName(f, fr, frames);
    let frame = frames[0];
    let rows;
    const sample = (s) => (s === '+Inf' ? Infinity : s === '-Inf' ? -Infinity : parseFloat(s));
    if (frames.length > 1) {
      for (const fr of frames) for (const f of fr.fields) f.state = { ...f.state, displayName: name(f, fr) };
      frame = grafana.outerJoinDataFrames({ frames, keepDisplayNames: true });
      rows = frame.fields.filter((f, i) => i > 0 && f.type === FieldType.number);
    } else {
      const numbers = frame.fields.filter((f) => f.type === FieldType.number);
      if (numbers.every((f) => !Number.isNaN(sample(name(f, frame))))) {
        numbers.sort((a, b) => sample(name(a, frame)) - sample(name(b, frame)));
        frame = { ...frame, fields: [frame.fields.find((f) => f.type === FieldType.time), ...numbers] };
      }
      rows = frame.fields.filter((f, i) => i > 0 && f.type === FieldType.number);
    }
    const x = frame.fields[0];
    if (!x || (x.type !== FieldType.time && x.type !== FieldType.number) || !rows.length) return { empty: true };
    const names = rows.map((f) => {
      const n = f.state?.displayName ?? name(f, frames[0]);
      const { unit, decimals } = c.options.yAxis;
      if (!unit && decimals === undefined) return n;
      return Number.isNaN(+n) ? n : full(grafana.getValueFormat(unit ?? 'short')(+n, decimals));
    });
    const display = getDisplayProcessor({ field: { ...rows[0], config: { ...c.options.cellValues } }, theme });
    const colors = palette(c.options.color);
    const { le = 1e-9, ge = Infinity } = c.options.filterValues;
    const passes = (v) => v != null && v > le && v < ge;
    let { min, max } = c.options.color;
    const all = rows.flatMap((f) => Array.from(f.values).filter((v, i) => Number.isFinite(x.values[i]) && Number.isFinite(v) && passes(v)));
    min ??= Math.min(...all);
    max ??= Math.max(...all);
    const cells = [];
    for (let i = 0; i < x.values.length; i++) {
      if (!Number.isFinite(x.values[i])) continue;
      rows.forEach((f, row) => {
        const v = f.values[i];
        if (!Number.isFinite(v) || !passes(v)) return;
        const place = v < min ? 0 : v > max ? colors.length - 1 : Math.min(colors.length - 1, Math.floor((colors.length * (v - min)) / (max - min || 1)));
        cells.push({ row, x: x.values[i], text: full(display(v)), color: colors[place] });
      });
    }
    return { names, cells, colors, ends: all.length ? [full(display(min)), full(display(max))] : null };
  }

  return { single, barchart, heatmap };
};
