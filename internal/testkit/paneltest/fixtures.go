package paneltest

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// MadeUp answers every query with the same rows, so that a fuzzer can change the settings without
// a database.
type MadeUp struct{}

func (MadeUp) Query(_ context.Context, sql, _ string, _ *data.FillMissing) (*data.Frame, error) {
	at := time.Date(2025, 5, 30, 6, 0, 0, 0, time.UTC)
	f := data.NewFrame("",
		data.NewField("Time", nil, []*time.Time{&at, new(at.Add(time.Hour)), nil, new(at.Add(-time.Hour))}),
		data.NewField("v", map[string]string{"step": "fred"}, []*float64{new(1.5), nil, new(math.Inf(1)), new(math.NaN())}),
		data.NewField("v", map[string]string{"step": "bcb"}, []*float64{new(-1e308), new(1e308), new(0.0), nil}),
		data.NewField("status", nil, []*string{new("SUCCESS"), nil, new(""), new("12")}),
		data.NewField("n", nil, []int64{1, 2, 3, math.MaxInt64}),
		data.NewField("up", nil, []*bool{new(true), nil, new(false), nil}))
	f.Meta = &data.FrameMeta{ExecutedQueryString: sql}
	return f, nil
}

// TileSettings are the settings of a stat panel that shows a run.
const TileSettings = `"options": {"reduceOptions": {"values": false, "calcs": ["lastNotNull"], "fields": "/.*/"}, "colorMode": "value",
	"graphMode": "none", "textMode": "value", "orientation": "vertical", "justifyMode": "auto", "wideLayout": true},
	"fieldConfig": {"defaults": {"color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": [{"value": null, "color": "text"}]}},
	"overrides": [{"matcher": {"id": "byName", "options": "status"}, "properties": [{"id": "mappings", "value": [{"type": "value", "options": {
		"SUCCESS": {"color": "green", "index": 0, "text": "SUCCESS"}, "FAILED": {"color": "red", "index": 1, "text": "FAILED"}}}]}]},
	{"matcher": {"id": "byName", "options": "started_at"}, "properties": [{"id": "unit", "value": "dateTimeFromNow"}, {"id": "noValue", "value": "never"}]},
	{"matcher": {"id": "byName", "options": "duration_seconds"}, "properties": [{"id": "unit", "value": "s"}]}]}`

// RunsQuery returns three runs of two steps. Both steps have a run at the first time, and one of them at the second.
const RunsQuery = `SELECT t::timestamptz AS time, m AS metric, v::float8 AS "Duration (s)" FROM (VALUES
	('2025-05-30 06:00Z', 'fred SUCCESS', 40), ('2025-05-30 06:00Z', 'bcb FAILED', 20), ('2025-05-30 07:00Z', 'fred SUCCESS', 30)) x(t, m, v) ORDER BY 1, 2`

// BarSettings are the settings of a time series panel that shows runs as bars.
const BarSettings = `"fieldConfig": {"defaults": {"unit": "s", "custom": {"drawStyle": "bars", "fillOpacity": 80, "lineWidth": 1, "barMaxWidth": 12,
	"stacking": {"mode": "normal", "group": "A"}}}, "overrides": [
	{"matcher": {"id": "byRegexp", "options": "/SUCCESS$/"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "green"}}]},
	{"matcher": {"id": "byRegexp", "options": "/FAILED$/"}, "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}}]}]}`

// AsTable does the same as OnePanel, with a query of the format table.
func AsTable(kind, sql, rest string) string {
	return strings.Replace(OnePanel(kind, sql, rest), `"time_series"`, `"table"`, 1)
}
