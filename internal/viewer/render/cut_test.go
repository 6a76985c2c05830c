package render_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/render"
)

func TestAPanelSaysWhatItsQueryLeavesOut(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		`SELECT n, 'latest 20 of 908' AS cut FROM generate_series(1, 20) n`:                     "latest 20 of 908",
		`SELECT n, CASE n WHEN 2 THEN 'there are more' END AS cut FROM generate_series(1, 3) n`: "there are more",
		`SELECT n, NULL::text AS cut FROM generate_series(1, 3) n`:                              "",
		`SELECT n, 7 AS cut FROM generate_series(1, 3) n`:                                       "",
		`SELECT n FROM generate_series(1, 3) n`:                                                 "",
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			if got := b.View("table", sql, "").Cut; got != want {
				t.Errorf("%s: %q, want %q", sql, got, want)
			}
		})
	}
}

func TestAMarkSaysHowManyEventsItStandsFor(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	text := strings.TrimSuffix(paneltest.OnePanel("timeseries", "SELECT now() AS time, 1 AS v", ""), "}") + `, "annotations": {"list": [{"name": "Failures", "enable": true, "iconColor": "red",
		"target": {"rawSql": "SELECT timestamptz '2025-05-30 06:00Z' AS time, '12 failures' AS text, timestamptz '2025-05-30 06:10Z' AS timeend, 12.0 AS count UNION ALL SELECT '2025-05-30 08:00Z', 'one', NULL, 1"}}]}}`
	d := b.Dashboard(text)
	q := paneltest.Runner(b.Pool)
	marks := render.Panel(t.Context(), q, d, 1, paneltest.Request(), annotation.Fetch(t.Context(), q, d,
		paneltest.Request())).View.TimeSeries.Annotations
	if len(marks) != 2 || marks[0].Count != 12 || marks[0].TimeText != "Fri 30 May 2025, 06:00 – 06:10" || marks[1].Count != 0 || marks[1].TimeEnd != 0 {
		t.Errorf("marks: %+v", marks)
	}
}

func TestAPanelSaysThatItsLimitLeavesValuesOut(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	rows := func(n int) string {
		return fmt.Sprintf("SELECT 'name ' || n AS name, n AS v FROM generate_series(1, %d) n", n)
	}
	for _, kind := range []string{"stat", "gauge", "bargauge", "piechart"} {
		t.Run(kind, func(t *testing.T) {
			b := b.In(t)
			for _, c := range []struct {
				rows            int
				options, notice string
			}{
				{40, `"values": true`, "The first 25 of 40 values are shown: the panel's limit is 25."},
				{40, `"values": true, "limit": 7`, "The first 7 of 40 values are shown: the panel's limit is 7."},
				{31, `"values": true, "limit": 30, "fields": "/^v$/"`, "The first 30 of 31 values are shown: the panel's limit is 30."},
				{25, `"values": true`, ""},
				{40, `"values": true, "limit": 100`, ""},
				{40, `"calcs": ["sum"]`, ""},
			} {
				got := strings.Join(b.View(kind, rows(c.rows), `"options": {"reduceOptions": {`+c.options+`}}`).Notices, " ")
				if got != c.notice {
					t.Errorf("%s of %d rows with %s: notices %q, want %q", kind, c.rows, c.options, got, c.notice)
				}
			}
		})
	}
}

func TestTooManyGapsAreSaid(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + n * interval '1 hour' AS time, 1.0 AS v FROM generate_series(0, 2) n`
	for _, c := range []struct {
		gap    string
		notice bool
	}{{"0.000000001", true}, {"100", true}, {"60000", false}, {"3600000", false}} {
		for _, kind := range []string{"timeseries", "state-timeline"} {
			v := b.View(kind, sql, `"fieldConfig": {"defaults": {"custom": {"insertNulls": `+c.gap+`}}}`)
			if said := strings.Contains(strings.Join(v.Notices, " "), "Only the first 100000 rows"); said != c.notice {
				t.Errorf("%s with a gap of %s ms: notices %q", kind, c.gap, v.Notices)
			}
		}
	}
}

func TestAPanelShowsTheNoticeOfItsQuery(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		`SELECT n, CASE n WHEN 2 THEN '3 runs have a status that is not known: "a%s" 3' END AS notice FROM generate_series(1, 3) n`: `3 runs have a status that is not known: "a%s" 3.`,
		`SELECT n, NULL::text AS notice FROM generate_series(1, 3) n`:                                                               "",
		`SELECT n, true AS notice FROM generate_series(1, 3) n`:                                                                     "",
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			if got := strings.Join(b.View("table", sql, "").Notices, " "); got != want {
				t.Errorf("%s: %q, want %q", sql, got, want)
			}
		})
	}
}
