package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"text/template"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// runsOfOtherTools replaces pipeline_runs by a table of another tool, whose statuses have a type of their own. In it the
// step fred runs every ten minutes from 06:00 on, for a minute.
func runsOfOtherTools(d *database, sqlType string, statuses ...any) {
	d.t.Helper()
	d.exec("DROP TABLE IF EXISTS pipeline_runs")
	d.exec(`CREATE TABLE pipeline_runs (run_id text, step_name text, status ` + sqlType + `, started_at timestamptz,
		finished_at timestamptz, duration_seconds float8, error_message text)`)
	for i, status := range statuses {
		start := clock(d.t, "2024-03-04 06:00:00").Add(time.Duration(i) * 10 * time.Minute)
		d.exec(`INSERT INTO pipeline_runs VALUES ($1, 'fred', $2::text::`+sqlType+`, $3, $4, 60, NULL)`, fmt.Sprint(i), status, start, start.Add(time.Minute))
	}
}

// shownRuns is what the panels of Pipeline Health show about the runs.
type shownRuns struct {
	bars, states []string // the statuses in the order of the starts
	tile         string
	log, marks   int    // failures
	notice       string // the same on every panel
}

func shownOf(d *database) shownRuns {
	d.t.Helper()
	over := dayTo(clock(d.t, "2024-03-04 12:00:00"))
	var s shownRuns
	bars := query[runPoint](d, panelSQL(d.t, 7), over)
	for _, p := range bars {
		if p.Value != nil {
			s.bars = append(s.bars, strings.TrimPrefix(p.Metric, "fred "))
		}
	}
	states := query[stepPoint](d, panelSQL(d.t, 8), over)
	for _, p := range states {
		if p.Runs != nil {
			s.states = append(s.states, p.Value)
		}
	}
	s.tile = query[tile](d, panelSQL(d.t, 2), over)[0].Status
	s.notice = deref(bars[0].Notice)
	if got := deref(states[0].Notice); got != s.notice {
		d.t.Errorf("the panels say %q and %q", s.notice, got)
	}
	for i, l := range query[logged](d, panelSQL(d.t, 9), over) {
		if l.Notice != nil {
			if i > 0 || *l.Notice != s.notice || l.Error != s.notice || l.Step != "fred" {
				d.t.Errorf("line %d of the log is %v, and the panels say %q", i, l, s.notice)
			}
			continue
		}
		s.log++
	}
	s.marks = len(marks(d, over))
	return s
}

func TestStatusesOfOtherToolsAreReadAlikeOnEveryPanel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sqlType  string
		statuses []any
		want     []string
		failures int
		notice   string
	}{
		"Airflow": {"text", []any{"success", "upstream_failed", "UP_FOR_RETRY", "skipped", "queued", "running"},
			[]string{"SUCCESS", "FAILED", "FAILED", "SKIPPED", "QUEUED", "RUNNING"}, 2, ""},
		"Prefect in a varchar": {"varchar(30)", []any{"Completed", "Crashed", "TimedOut", "Cancelled", "Pending"},
			[]string{"SUCCESS", "FAILED", "FAILED", "CANCELLED", "QUEUED"}, 2, ""},
		"dbt, padded": {"char(16)", []any{"pass", "  ok ", "error", "runtime error", "warn"},
			[]string{"SUCCESS", "SUCCESS", "FAILED", "FAILED", `"warn"`}, 2, `1 run has a status that is not known: "warn" 1`},
		"nobody's words": {"text", []any{"ÉCHEC", "error (timeout)", "", nil, "   ", "NO RUNS", "STALE", "PARTIAL SUCCESS", "idle", "canceled", "STOPPED"},
			[]string{`"ÉCHEC"`, `"error (timeout)"`, "NO STATUS", "NO STATUS", "NO STATUS", `"NO RUNS"`, `"STALE"`, `"PARTIAL SUCCESS"`, `"idle"`, "CANCELLED", "CANCELLED"}, 0,
			`9 runs have a status that is not known: NO STATUS 3, "NO RUNS" 1, "PARTIAL SUCCESS" 1, "STALE" 1, "error (timeout)" 1 and others`},
		"numbers":          {"integer", []any{0, 1, 0}, []string{`"0"`, `"1"`, `"0"`}, 0, `3 runs have a status that is not known: "0" 2, "1" 1`},
		"true and false":   {"boolean", []any{true, false}, []string{`"true"`, `"false"`}, 0, `2 runs have a status that is not known: "false" 1, "true" 1`},
		"a long word":      {"text", []any{strings.Repeat("x", 3000)}, []string{`"` + strings.Repeat("x", 60) + `"`}, 0, `1 run has a status that is not known: "` + strings.Repeat("x", 60) + `" 1`},
		"macrowatch's own": {"text", []any{"SUCCESS", "FAILED", "SKIPPED", "CANCELLED"}, []string{"SUCCESS", "FAILED", "SKIPPED", "CANCELLED"}, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "UTC")
			for i, s := range c.statuses {
				if s != nil {
					c.statuses[i] = fmt.Sprint(s)
				}
			}
			runsOfOtherTools(db, c.sqlType, c.statuses...)
			got := shownOf(db)
			same(t, got.bars, c.want)
			same(t, got.states, c.want)
			if last := c.want[len(c.want)-1]; got.tile != last {
				t.Errorf("the tile says %s, want %s", got.tile, last)
			}
			if got.log != c.failures || got.marks != c.failures {
				t.Errorf("%d failures in the log and %d marks, want %d", got.log, got.marks, c.failures)
			}
			if got.notice != c.notice {
				t.Errorf("the notice is %q, want %q", got.notice, c.notice)
			}
		})
	}
}

func TestStatusesOfAnEnumOfAnotherTool(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	db.exec("CREATE TYPE outcome AS ENUM ('passed', 'failure', 'unstable')")
	runsOfOtherTools(db, "outcome", "passed", "failure", "unstable")
	got := shownOf(db)
	same(t, got.states, []string{"SUCCESS", "FAILED", `"unstable"`})
	if got.log != 1 || got.tile != `"unstable"` {
		t.Errorf("%+v", got)
	}
}

// Words of a words file are read by the same queries, Grafana's among them.
func TestConfiguredStatusesAreReadWithoutAnotherQuery(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	runsOfOtherTools(db, "text", "échec", "Échec", "0", "DONE-OK", "killed")
	same(t, shownOf(db).states, []string{`"échec"`, `"Échec"`, `"0"`, `"DONE-OK"`, "FAILED"})
	words, err := desk.ConfiguredWords(map[string]desk.Status{"ÉCHEC": desk.Failed, "0": desk.Success, "done_ok": desk.Success, "KILLED": desk.Cancelled}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.ConfigureWords(t.Context(), db.pool, words); err != nil {
		t.Fatal(err)
	}
	got := shownOf(db)
	same(t, got.states, []string{"FAILED", "FAILED", "SUCCESS", "SUCCESS", "CANCELLED"})
	if got.log != 2 || got.notice != "" {
		t.Errorf("%+v", got)
	}
}

// A run whose status is not known must not be hidden by a run that succeeded. An old run of this sort shows
// its status, not STALE.
func TestARunThatIsNotUnderstoodIsSeen(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	runsOfOtherTools(db, "text")
	start := clock(t, "2024-03-04 06:00:00")
	db.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at) VALUES
		('1', 'fred', 'SUCCESS', $1, $2), ('2', 'fred', 'weird', $1, NULL), ('3', 'fred', 'skipped', $1, $2), ('4', 'yahoo', 'weird', $3, $3), ('5', 'bcb_sgs', 'skipped', $3, $3)`,
		start, start.Add(time.Hour), start.AddDate(0, 0, -5))
	over := dayTo(clock(t, "2024-03-04 12:00:00"))
	same(t, statesOf(query[stepPoint](db, panelSQL(t, 8), over)), []string{
		"03-03 12:00:00 bcb_sgs idle", "03-03 12:00:00 fred idle", "03-03 12:00:00 yahoo idle",
		`03-04 06:00:00 fred "weird"`, "03-04 06:05:00 fred SUCCESS", "03-04 07:00:00 fred idle",
	})
	for id, want := range map[uint32]string{3: `"weird"`, 1: "STALE"} {
		if got := query[tile](db, panelSQL(t, id), over)[0].Status; got != want {
			t.Errorf("the tile %d says %s, want %s", id, got, want)
		}
	}
}

// A tool may write the time or a process number into every status. Even then not every run has a series of its own.
func TestRunsWithAWordEachAreFewSeries(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	runsOfOtherTools(db, "text")
	db.exec(`INSERT INTO pipeline_runs SELECT n::text, 'fred', CASE WHEN n % 4 = 0 THEN 'odd' ELSE 'exit 137 of ' || n END, $1::timestamptz + n * interval '1 minute',
		$1::timestamptz + n * interval '1 minute', 1 FROM generate_series(1, 300) n`, clock(t, "2024-03-04 06:00:00"))
	over := dayTo(clock(t, "2024-03-04 12:00:00"))
	runs := map[string]float64{}
	bars := query[runPoint](db, panelSQL(t, 7), over)
	for _, p := range bars {
		if p.Runs != nil {
			runs[p.Metric] += *p.Runs
		}
	}
	if len(runs) != 11 || runs[`fred "odd"`] != 75 || runs[`fred "..."`] != 300-75-9 {
		t.Errorf("%d series: %v", len(runs), runs)
	}
	states := map[string]float64{}
	for _, p := range query[stepPoint](db, panelSQL(t, 8), over) {
		if p.Runs != nil {
			states[p.Value] += *p.Runs
		}
	}
	if len(states) > 11 || states[`"..."`] == 0 || states[`"odd"`] == 0 {
		t.Errorf("%d states: %v", len(states), states)
	}
	if got, want := deref(bars[0].Notice), `300 runs have a status that is not known: "odd" 75, "exit 137 of 1" 1, "exit 137 of 10" 1, "exit 137 of 101" 1, "exit 137 of 102" 1 and others`; got != want {
		t.Errorf("the notice is %s, want %s", got, want)
	}
}

// PlainWord and the queries must give a word the same form.
func TestTheQueriesSpellWordsAsDeskDoes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	all := []string{
		"a_b-c d", " x ", "-1", "- 1", "--1", "+1", "1.", "1.00", "01", "1234567", "123456", "0.5", "-0.5", "-0", "3rd-try", "_a", "-a", ".5",
		"Éa", "ß", "a\tb", "a.b", "1e0", "NaN", "+", "-", "1.0000000000000", "%", "\t\r\nz\n", "I", "i",
	}
	files, err := template.New("").Funcs(builder{rules: desk.BuiltInRules()}.queryFunctions()).ParseFS(sqlFiles, "sql/shared*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var plain strings.Builder
	if err := files.ExecuteTemplate(&plain, "plainWord", "word"); err != nil {
		t.Fatal(err)
	}
	for _, text := range all {
		var got string
		if err := db.conn.QueryRow(t.Context(), "SELECT "+plain.String()+" FROM (SELECT $1::text AS word) w", text).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if want := desk.PlainWord(text); got != want {
			t.Errorf("%q is %q in the queries and %q in desk", text, got, want)
		}
	}
}
