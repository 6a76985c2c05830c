// Writes what Grafana's own date mathematics makes of expressions around each change of the clocks in each zone that
// moment-timezone knows. Each line is a JSON array: the zone; now; by how many minutes the zone's clock is ahead of UTC two
// days before now, now, and two days after now; and a list of [expression, rounded up, instant, minutes ahead of UTC then].
//
//   node clock.cjs part    writes the latest two changes near midnight and the latest other change of each zone
//   node clock.cjs whole   writes all changes in 40 years
'use strict';
require('./dom.cjs');
const { createRequire } = require('module');
const grafana = require('@grafana/data');
const moment = createRequire(require.resolve('@grafana/data'))('moment-timezone');

const whole = process.argv[2] === 'whole';
const hour = 3600e3;
const [first, last] = [Date.UTC(1990, 0, 1), Date.UTC(2030, 0, 1)];
const expressions = [['now/d', false], ['now/d', true], ['now-1d/d', false], ['now-1d/d', true], ['now+1d/d', false], ['now/w', false], ['now/w', true],
  ['now/M', false], ['now/M', true], ['now-1M/M', false], ['now/Q', true], ['now/y', false], ['now-1y/y', true], ['now-1d', false], ['now-1M', false],
  ['now+1d-30m', false], ['now/h', false], ['now/h', true], ['now-1d/d+6h', false], ['now/d+1d', false]];

for (const name of moment.tz.names()) {
  const zone = moment.tz.zone(name);
  const ahead = (at) => -zone.utcOffset(at);
  const left = { near: 2, other: 1 };
  for (const change of [...zone.untils].reverse()) {
    if (!(change >= first && change < last)) continue;
    // At such a change the clock shows midnight twice, or skips it.
    const shows = [change - 1, change].map((at) => (((at / 60e3 + ahead(at)) % 1440) + 1440) % 1440);
    const nearMidnight = shows.some((minute) => minute <= 60 || minute >= 1380);
    if (!whole && left[nearMidnight ? 'near' : 'other']-- <= 0) continue;
    for (const after of whole ? [-30, -24.5, -3, -1, -0.5, 0, 0.5, 1, 2, 11, 23.5, 30] : [-24.5, -0.5, 0.5, 11]) {
      const now = change + after * hour;
      moment.now = () => now;
      const answers = expressions.map(([text, up]) => {
        const at = grafana.dateMath.parse(text, up, name).valueOf();
        return [text, up, at, ahead(at)];
      });
      for (const format of ['YYYY-MM-DD', 'YYYY-MM', 'YYYY-MM-DDTHH:mm']) {
        const text = moment.tz(now, name).format(format);
        for (const shown of format.endsWith('mm') ? [text, moment.utc(text).add(1, 'hour').format(format)] : [text]) {
          const at = moment.tz(shown, name);
          // For some times after a change moment-timezone returns an instant at which the clock shows another time, although
          // there is an instant at which it shows the right one.
          const shows = (away) => moment.tz(at.valueOf() + away * hour / 2, name).format(format) === shown;
          const right = shows(0) || (at.format(format) > shown && ![-4, -3, -2, -1, 1, 2, 3, 4].some(shows));
          if (right) answers.push([shown, false, at.valueOf(), ahead(at.valueOf())]);
        }
      }
      process.stdout.write(JSON.stringify([name, now, [now - 48 * hour, now, now + 48 * hour].map(ahead), answers]) + '\n');
    }
  }
}
