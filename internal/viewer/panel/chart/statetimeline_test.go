package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/view"
)

// codes are the states of two steps. Neither step has rows at the times of the other.
const codes = `SELECT t::timestamptz AS time, s AS metric, v::float8 AS value FROM (VALUES
	('2025-05-29 11:00Z', 'bcb', 2), ('2025-05-29 13:00Z', 'bcb', 1), ('2025-05-30 06:00Z', 'fred', 1), ('2025-05-30 06:30Z', 'fred', 1),
	('2025-05-30 07:00Z', 'fred', 0), ('2025-05-30 09:00Z', 'fred', 3)) x(t, s, v) ORDER BY 1`

const states = `"fieldConfig": {"defaults": {"color": {"mode": "fixed", "fixedColor": "text"}, "mappings": [{"type": "value", "options": {
	"0": {"color": "transparent", "text": "idle"}, "1": {"color": "green", "text": "SUCCESS"}, "2": {"color": "yellow", "text": "RUNNING"},
	"3": {"color": "red", "text": "FAILED"}}}], "custom": {"fillOpacity": 80, "lineWidth": 0, "spanNulls": %s}}},
	"options": {"mergeValues": %s, "showValue": "never", "rowHeight": 0.8, "legend": {"showLegend": true, "displayMode": "list", "placement": "bottom"}}`

func spans(s *view.StateTimeline, row int) string {
	var out []string
	for _, span := range s.Rows[row].Spans {
		out = append(out, s.States[span.State].Text+" "+span.Span)
	}
	return strings.Join(out, " | ")
}

func TestStatesLastUntilTheNextOneAndMissingValuesAreSpanned(t *testing.T) {
	t.Parallel()
	v := paneltest.New(t).View("state-timeline", codes, fmt.Sprintf(states, "true", "true"))
	paneltest.NoNotices(t, v)
	s := v.StateTimeline
	if len(s.Rows) != 2 || s.Rows[0].Name != "bcb" || s.Rows[1].Name != "fred" {
		t.Fatalf("rows: %+v", s.Rows)
	}
	if got, want := spans(s, 1), "SUCCESS Fri 30 May 2025, 06:00 – 07:00 (1 hour) | FAILED Fri 30 May 2025, 09:00 – 12:00 (3 hours)"; got != want {
		t.Errorf("fred: got %s, want %s", got, want)
	}
	// bcb's last state ends at the next time of the frame, at which it has no value.
	if got, want := spans(s, 0), "RUNNING Thu 29 May 2025, 11:00 – 13:00 (2 hours) | SUCCESS Thu 29 May 2025, 13:00 – Fri 30 May 2025, 06:00 (17 hours)"; got != want {
		t.Errorf("bcb: got %s, want %s", got, want)
	}
	if first := s.Rows[0].Spans[0]; first.From != int64(s.X.Min) {
		t.Errorf("a state that began before the range is drawn from its beginning: %d, not %v", first.From, s.X.Min)
	}
	// Transparent states are not drawn, so they are not sent either.
	if failed := s.States[s.Rows[1].Spans[1].State]; failed.Color != "#f2495c" {
		t.Errorf("a failure's colour is %q", failed.Color)
	}
	var legend []string
	for _, i := range s.Legend {
		legend = append(legend, i.Name+" "+i.Color)
	}
	if got, want := strings.Join(legend, ", "), "RUNNING #fade2a, SUCCESS #73bf69, idle transparent, FAILED #f2495c"; got != want {
		t.Errorf("legend: got %s, want %s", got, want)
	}
	if s.FillOpacity != 80 || s.RowHeight != 0.8 || s.ShowValue != "never" {
		t.Errorf("drawing: %+v", s)
	}
}

func TestEqualStatesStayApartWithoutMerging(t *testing.T) {
	t.Parallel()
	s := paneltest.New(t).View("state-timeline", codes, fmt.Sprintf(states, "true", "false")).StateTimeline
	if got := len(s.Rows[1].Spans); got != 3 {
		t.Errorf("fred: %s", spans(s, 1))
	}
}

func TestWithoutSpanningAMissingValueEndsAState(t *testing.T) {
	t.Parallel()
	sql := `SELECT t::timestamptz AS time, v AS state FROM (VALUES ('2025-05-30 06:00Z', 'up'), ('2025-05-30 07:00Z', NULL), ('2025-05-30 08:00Z', 'up')) x(t, v)`
	b := paneltest.New(t)
	table := func(custom string) string {
		return strings.Replace(paneltest.OnePanel("state-timeline", sql, `"fieldConfig": {"defaults": {"custom": {"spanNulls": `+custom+`}}}`), `"time_series"`, `"table"`, 1)
	}
	for custom, want := range map[string]string{
		"false":   "up Fri 30 May 2025, 06:00 – 07:00 (1 hour) | up Fri 30 May 2025, 08:00 – 12:00 (4 hours)",
		"true":    "up Fri 30 May 2025, 06:00 – 12:00 (6 hours)",
		"3600000": "up Fri 30 May 2025, 06:00 – 07:00 (1 hour) | up Fri 30 May 2025, 08:00 – 12:00 (4 hours)",
		"7200001": "up Fri 30 May 2025, 06:00 – 12:00 (6 hours)",
	} {
		t.Run(custom, func(t *testing.T) {
			b := b.In(t)
			if got := spans(b.Render(table(custom), paneltest.Request()).View.StateTimeline, 0); got != want {
				t.Errorf("spanNulls %s: got %s, want %s", custom, got, want)
			}
		})
	}
}

func TestASecondTimeEndsTheStates(t *testing.T) {
	t.Parallel()
	text := strings.Replace(paneltest.OnePanel("state-timeline", `SELECT timestamptz '2025-05-30 06:00Z' AS time, timestamptz '2025-05-30 06:10Z' AS stop, 'busy' AS state, true AS on`, ""),
		`"time_series"`, `"table"`, 1)
	s := paneltest.New(t).Render(text, paneltest.Request()).View.StateTimeline
	if got := spans(s, 0) + " / " + spans(s, 1); got != "busy Fri 30 May 2025, 06:00 – 06:10 (10 mins) / true Fri 30 May 2025, 06:00 – 06:10 (10 mins)" {
		t.Errorf("got %s", got)
	}
}

func TestThresholdColoursMergeNumbersByThreshold(t *testing.T) {
	t.Parallel()
	sql := `SELECT timestamptz '2025-05-30 06:00Z' + make_interval(hours => n) AS time, n * 30.0 AS v FROM generate_series(0, 3) n`
	s := paneltest.New(t).View("state-timeline", sql, `"fieldConfig": {"defaults": {"unit": "percent", "color": {"mode": "thresholds"}}}`).StateTimeline
	if got, want := spans(s, 0), "< 80% Fri 30 May 2025, 06:00 – 09:00 (3 hours) | 80%+ Fri 30 May 2025, 09:00 – 12:00 (3 hours)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(s.Legend) != 2 || s.Legend[1].Name != "80%+" || s.Legend[1].Color != "#f2495c" {
		t.Errorf("legend: %+v", s.Legend)
	}
}

func TestAContinuousScaleHasNoLegend(t *testing.T) {
	t.Parallel()
	s := paneltest.New(t).View("state-timeline", codes, "").StateTimeline
	if len(s.Legend) != 0 || s.States[0].Color == s.States[1].Color {
		t.Errorf("legend %+v, states %+v", s.Legend, s.States)
	}
}

func TestAStateTimelineSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	if v := b.View("state-timeline", "SELECT now() AS time, 1 AS v WHERE false", `"fieldConfig": {"defaults": {"noValue": "No runs recorded"}}`); v.Message != "No runs recorded" {
		t.Errorf("got %+v", v)
	}
	p := b.Render(strings.Replace(paneltest.OnePanel("state-timeline", "SELECT 1 AS v", ""), `"time_series"`, `"table"`, 1), paneltest.Request())
	if p.View.Message != "Data does not have a time field" {
		t.Errorf("got %+v", p.View)
	}
}
