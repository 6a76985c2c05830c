package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
)

func TestPartitionByValuesMakesAFramePerValue(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, (ARRAY['Europe', 'Asia'])[n % 2 + 1] AS region,
		(ARRAY['chef', 'cook'])[n / 2 % 2 + 1] AS job, n::float8 AS "Value", n * 10.0 AS pay FROM generate_series(0, 3) n`
	names := func(options string) string {
		v := b.Render(paneltest.AsTable("timeseries", sql, `"transformations": [{"id": "partitionByValues", "options": {`+options+`}}]`), paneltest.Request()).View
		if v.TimeSeries == nil {
			t.Fatalf("%s: %+v", options, v)
		}
		var out []string
		for _, s := range v.TimeSeries.Series {
			values := ""
			for _, n := range s.Values {
				if n != nil {
					values += fmt.Sprint(" ", *n)
				}
			}
			out = append(out, s.Name+values)
		}
		return strings.Join(out, " | ")
	}
	for options, want := range map[string]string{
		`"fields": ["region"]`: `Europe 0 2 | pay Europe 0 20 | Asia 1 3 | pay Asia 10 30`,
		`"fields": ["region", "job"]`: `{job="chef", region="Europe"} 0 | pay {job="chef", region="Europe"} 0 | {job="cook", region="Europe"} 2 | pay {job="cook", region="Europe"} 20` +
			` | {job="chef", region="Asia"} 1 | pay {job="chef", region="Asia"} 10 | {job="cook", region="Asia"} 3 | pay {job="cook", region="Asia"} 30`,
		`"fields": ["region"], "naming": {"asLabels": false}`:                    `Europe 0 2 | Europe pay 0 20 | Asia 1 3 | Asia pay 10 30`,
		`"fields": ["region"], "naming": {"asLabels": false, "withNames": true}`: `region=Europe 0 2 | region=Europe pay 0 20 | region=Asia 1 3 | region=Asia pay 10 30`,
		`"fields": ["nobody"]`: `Value 0 1 2 3 | pay 0 10 20 30`,
		`"fields": []`:         `Value 0 1 2 3 | pay 0 10 20 30`,
	} {
		t.Run(options, func(t *testing.T) {
			if got := names(options); got != want {
				t.Errorf("%s:\n got %s\nwant %s", options, got, want)
			}
		})
	}
}
