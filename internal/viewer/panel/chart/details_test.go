package chart_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/paneltest"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
)

// partitioned draws the column Value as one series for each text in the column step.
const partitioned = `"transformations": [
	{"id": "filterFieldsByName", "options": {"include": {"names": ["time", "step", "Value"]}}},
	{"id": "partitionByValues", "options": {"fields": ["step"]}}]`

// runRows are rows with the times of runs. The second row shows twelve runs as one, and the third shows a run that
// goes on.
const runRows = `SELECT t::timestamptz AS time, step, v::float8 AS "Value", s::timestamptz AS started, e::timestamptz AS ended, n::float8 AS runs FROM (VALUES
	('2025-05-30 09:00Z', 'b3', 1, '2025-05-30 09:02:05Z', '2025-05-30 09:05:17Z', 1),
	('2025-05-30 09:15Z', 'b3', 1, '2025-05-30 09:15:10Z', '2025-05-30 09:29:50Z', 12),
	('2025-05-30 09:30Z', 'b3', 0, NULL, NULL, NULL),
	('2025-05-30 11:45Z', 'fred', 2, '2025-05-30 11:50:00Z', NULL, 1),
	('2025-05-30 09:00Z', 'bcb', 3, '2025-05-29 22:00:00Z', '2025-05-30 09:10:00Z', 1),
	('2025-05-30 11:59Z', 'bcb', 0, NULL, NULL, NULL)) x(t, step, v, s, e, n) ORDER BY 1, 2`

func TestTooltipsTellWhichRunsAStateStandsFor(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	v := b.Render(paneltest.AsTable("state-timeline", runRows, fmt.Sprintf(states, "true", "true")+","+partitioned), paneltest.Request()).View
	paneltest.NoNotices(t, v)
	rows := map[string]int{}
	for i, r := range v.StateTimeline.Rows {
		rows[r.Name] = i
	}
	if len(rows) != 3 {
		t.Fatalf("rows: %+v", v.StateTimeline.Rows)
	}
	b3 := v.StateTimeline.Rows[rows["b3"]].Spans[0]
	if b3.From != paneltest.Noon().UnixMilli()-3*3600e3 || b3.To != paneltest.Noon().UnixMilli()-2.5*3600e3 {
		t.Errorf("equal states are not drawn as one: %+v", v.StateTimeline.Rows[rows["b3"]])
	}
	var parts []string
	for _, p := range b3.Parts {
		parts = append(parts, p.Span)
	}
	want := []string{"Fri 30 May 2025, 09:02:05 – 09:05:17 (3.20 mins)", "12 runs between Fri 30 May 2025, 09:15:10 and 09:29:50"}
	if !slices.Equal(parts, want) || b3.Span != "" {
		t.Errorf("b3: %q and %q, want the parts %q alone", b3.Span, parts, want)
	}
	for step, want := range map[string]string{
		"fred": "RUNNING started Fri 30 May 2025, 11:50",
		"bcb":  "FAILED Thu 29 May 2025, 22:00 – Fri 30 May 2025, 09:10 (11.2 hours)",
	} {
		t.Run(step, func(t *testing.T) {
			if got := spans(v.StateTimeline, rows[step]); got != want {
				t.Errorf("%s: %s, want %s", step, got, want)
			}
		})
	}
}

func TestTooltipsTellWhatWasDueAndDidNotCome(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	const rows = `SELECT t::timestamptz AS time, step, v AS "Value", s::timestamptz AS started, e::timestamptz AS ended, n::float8 AS runs, x AS expected FROM (VALUES
		('2025-05-30 09:00Z', 'missed', 'MISSED', '2025-05-30 09:00Z', '2025-05-30 10:15Z', 1, ''), ('2025-05-30 10:15Z', 'missed', 'idle', NULL, NULL, NULL, NULL),
		('2025-05-30 09:00Z', 'late', 'LATE', '2025-05-30 09:00Z', NULL, 1, ''),
		('2025-05-30 09:00Z', 'holiday', 'SKIPPED', '2025-05-30 09:00Z', NULL, 1, 'Carnival'),
		('2025-05-30 09:00Z', 'holidays', 'SKIPPED', '2025-05-30 09:00Z', '2025-05-30 10:00Z', 2, 'Tiradentes'),
		('2025-05-30 09:00Z', 'several', 'MISSED', '2025-05-30 09:00Z', '2025-05-31 10:00Z', 3, ''),
		('2025-05-30 09:00Z', 'run', 'SKIPPED', '2025-05-30 09:00Z', '2025-05-30 09:01Z', 1, NULL)) x(t, step, v, s, e, n, x) ORDER BY 1, 2`
	v := b.Render(paneltest.AsTable("state-timeline", rows, partitioned), paneltest.Request()).View
	paneltest.NoNotices(t, v)
	got := map[string]string{}
	for i, r := range v.StateTimeline.Rows {
		got[r.Name] = strings.SplitN(spans(v.StateTimeline, i), ", idle", 2)[0]
	}
	for name, want := range map[string]string{
		"missed":   "MISSED due Fri 30 May 2025, 09:00; nothing started by 10:15",
		"late":     "LATE due Fri 30 May 2025, 09:00",
		"holiday":  "SKIPPED due Fri 30 May 2025, 09:00, on a holiday: Carnival",
		"holidays": "SKIPPED 2 due between Fri 30 May 2025, 09:00 and 10:00, on a holiday: Tiradentes",
		"several":  "MISSED 3 due between Fri 30 May 2025, 09:00 and Sat 31 May 2025, 10:00",
		"run":      "SKIPPED Fri 30 May 2025, 09:00 – 09:01 (1 min)",
	} {
		if !strings.HasPrefix(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

func TestTooltipsTellWhichRunsABarStandsFor(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	v := b.Render(paneltest.AsTable("timeseries", runRows, `"fieldConfig": {"defaults": {"unit": "s", "custom": {"drawStyle": "bars"}}},`+partitioned), paneltest.Request()).View
	paneltest.NoNotices(t, v)
	var got []string
	for _, s := range v.TimeSeries.Series {
		for i := range v.TimeSeries.Times {
			if note := s.Notes[i]; note != "" {
				got = append(got, s.Name+" "+s.Texts[i]+": "+note)
			}
		}
	}
	want := []string{
		"b3 1 s: Fri 30 May 2025, 09:02:05 – 09:05:17 (3.20 mins)",
		"b3 1 s: the longest of 12 runs between Fri 30 May 2025, 09:15:10 and 09:29:50",
		"bcb 3 s: Thu 29 May 2025, 22:00 – Fri 30 May 2025, 09:10 (11.2 hours)",
		"fred 2 s: started Fri 30 May 2025, 11:50",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheTimesOfRunsAreThoseOfTheReadersZone(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for zone, want := range map[string]string{
		"America/Sao_Paulo": "Fri 30 May 2025, 06:02:05 – 06:05:17 (3.20 mins)",
		"Asia/Kolkata":      "Fri 30 May 2025, 14:32:05 – 14:35:17 (3.20 mins)",
		"Pacific/Auckland":  "Fri 30 May 2025, 21:02:05 – 21:05:17 (3.20 mins)",
	} {
		t.Run(zone, func(t *testing.T) {
			b := b.In(t)
			r := paneltest.Request()
			r.Location = paneltest.Location(t, zone)
			s := b.Render(paneltest.AsTable("state-timeline", runRows, partitioned), r).View.StateTimeline
			// The first state is one of several runs, so each run has a text of its own.
			if parts := s.Rows[0].Spans[0].Parts; len(parts) == 0 || parts[0].Span != want {
				t.Errorf("%s: %v, want %s first", zone, parts, want)
			}
		})
	}
}

func TestRowsWithoutRunsHaveNoNotes(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for _, sql := range []string{
		`SELECT now() AS time, 'x' AS step, 1.0 AS "Value", 'soon' AS started, 'late' AS ended, 1 AS runs`,
		`SELECT now() AS time, 'x' AS step, 1.0 AS "Value", now() AS started, now() AS ended`,
		`SELECT now() AS time, 'x' AS step, 1.0 AS "Value", now() AS started, now() AS ended, NULL::int AS runs`,
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			p := b.Render(paneltest.AsTable("timeseries", sql, partitioned), request.Request{Clock: timerange.Clock{Now: paneltest.Noon()},
				Range: timerange.Range{From: paneltest.Noon().AddDate(-50, 0, 0), To: paneltest.Noon().AddDate(50, 0, 0)}})
			if p.Error != "" || p.View.TimeSeries == nil || len(p.View.TimeSeries.Series[0].Notes) != 0 {
				t.Errorf("%s: %+v", sql, p)
			}
		})
	}
}

// The states are texts, and the query has the columns notice and cut. Neither becomes part of a series' name.
func TestTooltipsTellWhichRunsAStateThatIsATextStandsFor(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	rows := strings.Replace(runRows, `v::float8 AS "Value"`,
		`(ARRAY['idle', 'SUCCESS', '"weird"', 'FAILED'])[v + 1] AS "Value", CASE v WHEN 2 THEN '1 is weird' END AS notice, 'latest' AS cut`, 1)
	v := b.Render(paneltest.AsTable("state-timeline", rows, fmt.Sprintf(states, "true", "true")+","+partitioned), paneltest.Request()).View
	if !slices.Equal(v.Notices, []string{"1 is weird."}) || v.Cut != "latest" {
		t.Errorf("notices %q, cut %q", v.Notices, v.Cut)
	}
	for i, r := range v.StateTimeline.Rows {
		if want := `"weird" started Fri 30 May 2025, 11:50`; r.Name == "fred" && spans(v.StateTimeline, i) != want {
			t.Errorf("%s, want %s", spans(v.StateTimeline, i), want)
		}
		if r.Name == "b3" && (len(r.Spans[0].Parts) != 2 || r.Spans[0].Parts[1].Span != "12 runs between Fri 30 May 2025, 09:15:10 and 09:29:50") {
			t.Errorf("b3: %+v", r.Spans[0])
		}
	}
}
