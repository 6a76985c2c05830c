package daily

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/web"
)

// textOf is what can be read on the pages of a day.
func textOf(t *testing.T, d Day) (text, source string) {
	t.Helper()
	page, err := web.Dist()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, page, d); err != nil {
		t.Fatal(err)
	}
	source = b.String()
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			s.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(s.String()), " "), source
}

// TestAnEmptyRecordSaysWhatThereIsNot reads a database without a row.
func TestAnEmptyRecordSaysWhatThereIsNot(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	b := bench{T: t, pool: pool, store: store.New(pool, slog.New(slog.DiscardHandler))}
	d := b.read(morning(20, 7, 30))
	text, _ := textOf(t, d)
	for _, want := range []string{
		"No run of BCB SGS, FRED, Yahoo Finance, BCB PTAX, B3 Market Data and Treasury Gov is recorded in the last 30 days.",
		"No snapshot of the book is recorded.", "No P&L by position", "No VaR by method is computed.", "No backtest is computed.", "No stress test is computed.",
		"No limits are checked.", "No run of the pipeline is recorded in the last 30 days.", "no signal is recorded", "No change of direction.", "No signal.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the pages lack %q", want)
		}
	}
	if zero := regexp.MustCompile(`\b0(\.00)? %|\b0\.00\b`).FindString(text); zero != "" {
		t.Errorf("the pages of an empty record have a zero, %q: %s", zero, text)
	}
	if len(d.Problems) != 1 {
		t.Errorf("problems: %+v", d.Problems)
	}
}

// TestABadDayOfTheRecord breaks the sample desk's record in many ways, and reads each sentence from the database. The day
// before still reads as it did.
func TestABadDayOfTheRecord(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	at := sampleUntil()
	before := b.read(morning(19, 7, 30)).Problems
	breakRecord(b, at)
	d := b.read(at)
	said := ""
	for _, p := range d.Problems {
		said += p.String() + "\n"
	}
	for _, want := range []string{
		"CRITICAL Pipeline FRED failed on Fri 20 Nov 07:02, and has failed since Fri 20 Nov 06:32 (2 times); it last succeeded on Thu 19 Nov 06:00: <b>HTTP 503</b> & more",
		"WARNING Pipeline portfolio has been running since Fri 20 Nov 01:30, for 6 h; it usually takes ",
		`1 run has a status that is not known: "weird" 1.`,
		"CRITICAL Limits Net FX is in breach since Wed 18 Nov 19:00: 5.00 of 4 (125.0 %), 1.00 over.",
		"WARNING Limits 1 limit can't be checked",
		"CRITICAL Risk The loss of Thu 19 Nov is beyond VaR: the book that was held made −9.00 %",
		"WARNING Pipeline Yahoo Finance is stale: it last ran on Wed 18 Nov 06:00",
		"held instruments have no recent price",
		"WARNING Risk The risk figures no longer fit their inputs",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no sentence %q in\n%s", want, said)
		}
	}
	text, source := textOf(t, d)
	if strings.Contains(source, "<b>HTTP") || !strings.Contains(text, "<b>HTTP 503</b> & more") {
		t.Error("an error message is not shown as a text")
	}
	if strings.Contains(text, "a second line") {
		t.Error("more than the first line of an error is shown")
	}
	for n, p := range b.read(morning(19, 7, 30)).Problems {
		if p.Topic == "Pipeline" && (n >= len(before) || p != before[n]) {
			t.Errorf("the day before has a new problem: %v", p)
		}
	}
}

// breakRecord makes much of the morning of a day go wrong.
func breakRecord(b bench, at time.Time) {
	b.Helper()
	fail := `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, error_message) VALUES ($1, 'fred', 'FAILED', $2, $2, $3)`
	b.exec(`DELETE FROM pipeline_runs WHERE step_name = 'fred' AND started_at > $1`, morning(19, 12, 0))
	b.exec(fail, "f1", morning(20, 6, 32), "first")
	b.exec(fail, "f2", morning(20, 7, 2), "\n<b>HTTP 503</b> & more\na second line")
	b.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('p1', 'portfolio', 'RUNNING', $1)`, morning(20, 1, 30))
	b.exec(`DELETE FROM pipeline_runs WHERE step_name = 'yahoo' AND started_at > $1`, morning(18, 12, 0))
	b.exec(`UPDATE risk_limits_status SET current_value = 5, limit_value = 4, utilization_pct = 125 WHERE limit_name = 'Net FX' AND checked_at >= $1`, morning(18, 12, 0))
	b.exec(`UPDATE risk_limits_status SET current_value = NULL, utilization_pct = NULL WHERE limit_name = 'Net Rates' AND checked_at = (SELECT max(checked_at) FROM risk_limits_status WHERE checked_at <= $1)`, at)
	b.exec(`UPDATE risk_backtest SET hypothetical_pnl_pct = -9 WHERE day = '2026-11-19'`)
	b.exec(`DELETE FROM instrument_prices WHERE price_date > '2026-11-16' AND instrument LIKE 'DI%'`)
	breakStatus(b)
}

// breakStatus gives a run a status that is not known. The tables that macrowatch makes let no such word in.
func breakStatus(b bench) {
	b.Helper()
	rows, err := b.pool.Query(b.Context(), `SELECT conname FROM pg_constraint WHERE conrelid = 'pipeline_runs'::regclass AND contype = 'c'`)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			b.Fatal(err)
		}
		names = append(names, name)
	}
	for _, name := range names {
		b.exec(fmt.Sprintf(`ALTER TABLE pipeline_runs DROP CONSTRAINT %q`, name))
	}
	b.exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at) VALUES ('w1', 'report', 'weird', $1, $1)`, morning(20, 5, 0))
}

// TestAQueryThatFailsIsAProblem takes a table away. The other parts of the day are read.
func TestAQueryThatFailsIsAProblem(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	if _, err := pool.Exec(t.Context(), "ALTER TABLE stress_test_results RENAME TO elsewhere"); err != nil {
		t.Fatal(err)
	}
	d, err := Read(t.Context(), configOf(pool, morning(20, 7, 30)))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Problems) < 2 || d.Problems[0].Topic != "Report" || !strings.Contains(d.Problems[0].Text, "could not be read: ") {
		t.Errorf("problems: %+v", d.Problems)
	}
}

// TestNoDatabaseIsAnError has nothing to show.
func TestNoDatabaseIsAnError(t *testing.T) {
	t.Parallel()
	pool := pgtest.Migrated(t)
	pool.Close()
	if _, err := Read(t.Context(), configOf(pool, morning(20, 7, 30))); err == nil {
		t.Error("a closed database gives a day")
	}
}
