package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

type failure struct {
	Time        time.Time
	First, Last string // Step and Error in the table, text and tags in the annotation
}

// logged is a row of the table, marked one of the annotation.
type (
	logged struct {
		Time        time.Time
		Step, Error string
		Cut, Notice *string
	}
	marked struct {
		Time       time.Time
		Text, Tags string
		End        *time.Time
		Count      float64
	}
)

func failuresOf[T any](all []T, as func(T) failure) (out []failure) {
	for _, one := range all {
		out = append(out, as(one))
	}
	return out
}

func log(d *database, over span) []failure {
	return failuresOf(query[logged](d, panelSQL(d.t, 9), over), func(l logged) failure { return failure{l.Time, l.Step, l.Error} })
}

func marks(d *database, over span) []failure {
	return failuresOf(query[marked](d, annotationSQL(d.t), over), func(m marked) failure { return failure{m.Time, said(m), m.Tags} })
}

// said is the text of a mark without its link.
func said(m marked) string {
	text, _, _ := strings.Cut(m.Text, "\n<a ")
	return text
}

// TestAMarkLeadsToItsErrors covers the links of marks: of one failure, of a step and a message that are no plain text,
// and of many failures.
func TestAMarkLeadsToItsErrors(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	at := time.Date(2024, 3, 1, 20, 0, 0, 0, time.UTC)
	over := span{at.AddDate(0, 0, -1), at.Add(time.Hour)}
	db.record(
		run{"fred", "FAILED", at.Add(-time.Minute), at, time.Minute, "HTTP 503"},
		run{`a&b <c> "d" é`, "FAILED", at.Add(-time.Hour), at.Add(-time.Minute), time.Hour, `<img src=x onerror="alert(1)"> & more`},
	)
	got := query[marked](db, annotationSQL(t), over)
	link := func(rest string) string {
		return "\n" + `<a href="d/pipeline-health/pipeline-health?viewPanel=9&` + rest + `">Error Log</a>`
	}
	for i, want := range []string{
		"fred failed: HTTP 503" + link("var-step=fred&from=1709319600000&to=1709323200001"),
		`a&amp;b &lt;c&gt; "d" é failed: &lt;img src=x onerror="alert(1)"&gt; &amp; more` + link("var-step=%61%26%62%20%3c%63%3e%20%22%64%22%20%c3%a9&from=1709319540000&to=1709323140001"),
	} {
		if got[i].Text != want {
			t.Errorf("mark %d is %s, want %s", i, got[i].Text, want)
		}
	}
	failEvery(db, 201, "fred", "yahoo")
	got = query[marked](db, annotationSQL(t), over)
	first := got[len(got)-1]
	if want := link(fmt.Sprintf("from=%d&to=%d", first.Time.UnixMilli(), first.End.UnixMilli()+1)); !strings.HasSuffix(first.Text, want) {
		t.Errorf("the mark of many is %s, want %s", first.Text, want)
	}
}

func annotationSQL(t testing.TB) string {
	t.Helper()
	for _, a := range pipelineDefinition(t).Dashboard.Annotations.List {
		if a.Name == "Failures" {
			return a.Target.(Query).RawSQL
		}
	}
	t.Fatal("there is no annotation Failures")
	return ""
}

func TestErrorLogListsTheFailuresOfTheRangeByTheTimeTheyFailed(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	inZones(t, func(t *testing.T, db *database) {
		db.record(
			run{"fred", "FAILED", at("06:00:00"), at("06:00:05"), 5 * time.Second, "HTTP 503 from upstream\nat line 7\n"},
			run{"yahoo", "FAILED", at("05:00:00"), at("06:30:00"), 90 * time.Minute, ""},
			run{"a,b", "FAILED", at("07:00:00"), at("07:00:01"), time.Second, "  \n"},
			run{"fred", "SUCCESS", at("08:00:00"), at("08:00:05"), 5 * time.Second, ""},
			run{"fred", "FAILED", at("11:00:00"), at("12:00:01"), time.Hour, "fails after the range"},
			run{"fred", "FAILED", at("00:00:00").AddDate(0, 0, -2), at("00:01:00").AddDate(0, 0, -2), time.Minute, "failed before the range"},
		)
		over := dayTo(at("12:00:00"))
		check := func(what string, got []failure, want ...failure) {
			t.Helper()
			if len(got) != len(want) {
				t.Errorf("%s: %d rows, want %d: %v", what, len(got), len(want), got)
				return
			}
			for i := range want {
				if !got[i].Time.Equal(want[i].Time) || got[i].First != want[i].First || got[i].Last != want[i].Last {
					t.Errorf("%s: row %d is %q, want %q", what, i, got[i], want[i])
				}
			}
		}
		check("log", log(db, over),
			failure{at("07:00:01"), "a,b", "No message was recorded"},
			failure{at("06:30:00"), "yahoo", "No message was recorded"},
			failure{at("06:00:05"), "fred", "HTTP 503 from upstream\nat line 7"})
		check("annotation", marks(db, over),
			failure{at("07:00:01"), "a,b failed", "failure,a b"},
			failure{at("06:30:00"), "yahoo failed", "failure,yahoo"},
			failure{at("06:00:05"), "fred failed: HTTP 503 from upstream", "failure,fred"})
	})
}

// failEvery records failures of the steps in turn, so many, a minute apart, from 2024-03-01 UTC on.
func failEvery(d *database, failures int, steps ...string) {
	d.t.Helper()
	d.exec("TRUNCATE pipeline_runs")
	d.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
		SELECT 'r' || n, ($2::text[])[1 + n % cardinality($2::text[])], 'FAILED', timestamptz '2024-03-01Z' + n * interval '1 minute',
			timestamptz '2024-03-01Z' + n * interval '1 minute', 0, 'failure ' || n
		FROM generate_series(1, $1) n`, failures, steps)
}

func TestErrorLogSaysHowManyItLeavesOut(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	over := span{clock(t, "2024-02-25 00:00:00"), clock(t, "2024-03-15 00:00:00")}
	for failures, want := range map[int]string{1: "", 20: "", 21: "latest 20 of 21", 908: "latest 20 of 908", 10_000: "latest 20 of 10000", 10_001: "latest 20 of more than 10000"} {
		failEvery(db, failures, "fred")
		got := query[logged](db, panelSQL(t, 9), over)
		if len(got) != min(failures, 20) {
			t.Errorf("%d failures: %d rows", failures, len(got))
		}
		if want := fmt.Sprint("failure ", failures); got[0].Error != want {
			t.Errorf("%d failures: the newest is %q, want %q", failures, got[0].Error, want)
		}
		for _, g := range got {
			if deref(g.Cut) != want {
				t.Errorf("%d failures: says %q, want %q", failures, deref(g.Cut), want)
				break
			}
		}
	}
}

func TestManyFailuresAreMarkedAsADensityOverTheWholeRange(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	to := time.Date(2024, 3, 1, 20, 0, 0, 0, time.UTC)
	over := span{to.AddDate(0, 0, -1), to} // a hundredth is 14.4 minutes
	for _, failures := range []int{1, 200, 201, 908} {
		failEvery(db, failures, "fred", "yahoo", "fred", "b3", "fred", "bcb", "risk")
		got := query[marked](db, annotationSQL(t), over)
		sum := 0.0
		for _, m := range got {
			sum += m.Count
			if m.End != nil && (m.End.Before(m.Time) || m.End.Sub(m.Time) > 15*time.Minute) {
				t.Errorf("%d failures: a mark from %v to %v", failures, m.Time, m.End)
			}
		}
		if sum != float64(failures) {
			t.Errorf("%d failures: the marks stand for %v", failures, sum)
		}
		first := got[len(got)-1]
		if !first.Time.Equal(time.Date(2024, 3, 1, 0, 1, 0, 0, time.UTC)) {
			t.Errorf("%d failures: the marks begin at %v", failures, first.Time)
		}
		if failures <= 200 && len(got) != failures || failures > 200 && len(got) > 100 {
			t.Errorf("%d failures: %d marks", failures, len(got))
		}
		if failures == 908 {
			if want := "4 failures: fred 2, b3 1, yahoo 1"; said(first) != want {
				t.Errorf("the first mark says %q, want %q", said(first), want)
			}
			if want := "15 failures: fred 6, bcb 3, b3 2 and others"; said(got[len(got)-2]) != want {
				t.Errorf("the second mark says %q, want %q", said(got[len(got)-2]), want)
			}
			if last := got[0]; !last.End.Equal(time.Date(2024, 3, 1, 15, 8, 0, 0, time.UTC)) {
				t.Errorf("the marks end at %v", last.End)
			}
		}
	}
}
