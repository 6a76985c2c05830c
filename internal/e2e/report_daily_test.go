package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// dailyOf writes the two pages of a day of a database, and returns the HTML file and the sheets of the PDF.
func dailyOf(t *testing.T, flags ...string) (path string, sheets []sheet) {
	t.Helper()
	dir := t.TempDir()
	path, pdf := filepath.Join(dir, "day.html"), filepath.Join(dir, "day.pdf")
	args := append([]string{"report", "--daily", "--spool-dir", filepath.Join(dir, "spool"), "-o", path, "--pdf", pdf}, flags...)
	r := run(t, nil, args...)
	if r.status != 0 || !strings.Contains(r.out, path+": the desk's day, 0.1 MB") || !strings.Contains(r.out, pdf+": the desk's day") {
		t.Fatalf("%d %s %s", r.status, r.out, r.errout)
	}
	return path, sheetsOf(t, pdf)
}

// contentOf is the text of a file.
func contentOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// isTwoPages fails unless a day has two pages with the fitting ends, from which nothing is cut.
func isTwoPages(t *testing.T, path string, sheets []sheet) {
	t.Helper()
	if len(sheets) != 2 {
		t.Fatalf("%d pages", len(sheets))
	}
	for n, s := range sheets {
		if text := s.text(); !strings.Contains(text, fmt.Sprintf("%d of 2", n+1)) {
			t.Errorf("page %d has no foot: %s", n+1, text)
		}
	}
	// On paper a sheet hides what it has no room for. Letter is the lower of the two papers: it leaves 259 mm.
	p := startChromium(t).tab(t, screen{width: 703, height: 979})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	p.open(fileURL(path, ""))
	p.until("the fonts", `document.fonts.status === "loaded"`) // lines of the browser's own font have other heights
	for n, over := range eval[[]int](p, `[...document.querySelectorAll(".sheet")].map((s) => s.scrollHeight - s.clientHeight)`) {
		if over > 0 {
			t.Errorf("page %d is %d pixels too long for Letter", n+1, over)
		}
	}
	if wide := eval[[]string](p, `[...document.querySelectorAll(".say, .facts p, .tile .value, .n")].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)`); len(wide) > 0 {
		t.Errorf("cut at the side: %q", wide)
	}
	letter := call(p, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.5, PaperHeight: 11, PrintBackground: new(true)})
	other := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(other, letter.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	if on := sheetsOf(t, other); len(on) != 2 || !strings.Contains(on[0].text(), "1 of 2") || !strings.Contains(on[1].text(), "2 of 2") {
		t.Errorf("on Letter it has %d pages", len(on))
	}
}

// TestDailyReport prints the sample desk's Friday. The pages say what status and risk say.
func TestDailyReport(t *testing.T) {
	t.Parallel()
	_, dir := onceDesk(t)
	path, sheets := dailyOf(t, "--database-url", databaseURL(t, dir), "--as-of", friday)
	isTwoPages(t, path, sheets)
	for _, want := range []string{"Friday, 13 November 2026", "as of 2026-11-13 20:00:00", "America/Sao_Paulo", "Sample data", "What is not as it should be", "Checked: ", "P&L of the day", "What made the day"} {
		if !strings.Contains(sheets[0].text(), want) {
			t.Errorf("page 1 lacks %q: %s", want, sheets[0].text())
		}
	}
	for _, want := range []string{"Historical simulation", "Worst scenarios", "Limits", "Backtest VaR 99%", "Yahoo Finance", "Strongest"} {
		if !strings.Contains(sheets[1].text(), want) {
			t.Errorf("page 2 lacks %q: %s", want, sheets[1].text())
		}
	}
	// Given as the end of a range, the moment is the same.
	other, _ := dailyOf(t, "--database-url", databaseURL(t, dir), "--to", friday)
	if a, b := contentOf(t, path), contentOf(t, other); a != b {
		t.Error("--to gives another day than --as-of")
	}
	p := startChromium(t).tab(t, screen{})
	p.offline()
	p.open(fileURL(path, ""))
	p.askedOnly(fileURL(path, ""))
	p.accessible("the daily report")
}

// TestDailyReportOfAnEmptyRecord prints a database without a row.
func TestDailyReportOfAnEmptyRecord(t *testing.T) {
	t.Parallel()
	path, sheets := dailyOf(t, "--database-url", pgtest.MigratedURL(t))
	isTwoPages(t, path, sheets)
	if text := sheets[0].text(); !strings.Contains(text, "No snapshot of the book is recorded.") {
		t.Errorf("page 1 says %s", text)
	}
}

// TestDailyReportOfABadDay has forty steps that fail with long messages, names without a place to break, fifty limits in breach and
// a hundred flips. What has no room is counted.
func TestDailyReportOfABadDay(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{
		`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, error_message)
			SELECT 'r' || n, 'a_step_with_quite_a_long_name_' || n, 'FAILED', $1::timestamptz - n * interval '1 min', $1::timestamptz - n * interval '1 min', repeat('The connection to the server was lost. ', 20) || repeat('x', 300) FROM generate_series(1, 40) n`,
		`INSERT INTO risk_limits_status (checked_at, limit_name, limit_value, current_value, utilization_pct)
			SELECT $1::timestamptz - interval '1 h', 'A limit with a very long name for what it limits ' || n, 1000000.25, 2345678.125, 234.5 FROM generate_series(1, 50) n`,
		`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
			SELECT $1::timestamptz - d * interval '1 day', 'FX_CARRY', 'AN_INSTRUMENT_WITH_A_LONG_NAME_' || n, 0.5, 123456789012.25 - 1e9 * (10 - d) FROM generate_series(1, 30) n, generate_series(0, 9) d`,
		`INSERT INTO instruments (instrument, kind, quoted_in) SELECT 'AN_INSTRUMENT_WITH_A_LONG_NAME_' || n, 'price', 'BRL per unit' FROM generate_series(1, 30) n WHERE $1 <> ''`,
		`INSERT INTO instrument_prices (instrument, price_date, price) SELECT 'AN_INSTRUMENT_WITH_A_LONG_NAME_' || n, ($1::timestamptz - d * interval '1 day')::date, 100 + n * (15 - n) * (1 - d) FROM generate_series(1, 30) n, generate_series(0, 1) d`,
		`INSERT INTO risk_backtest (day, var_computed_at, var_95_pct, var_99_pct, hypothetical_pnl_pct, actual_return_pct)
			SELECT ($1::timestamptz)::date - d, $1::timestamptz - (d + 1) * interval '1 day', 1, 2, -250 - d, -250 FROM generate_series(0, 9) d`,
		`INSERT INTO risk_metrics_daily (computed_at, var_95_pct, var_99_pct, cvar_95_pct, max_drawdown, max_drawdown_252d_pct) VALUES ($1::timestamptz - interval '1 h', 12.5, 25.5, 22.25, 33.5, 41.25)`,
		`INSERT INTO stress_test_results (run_date, scenario_name, portfolio_pnl_pct) SELECT $1::timestamptz - interval '1 h', 'A scenario with a long name that says what moves ' || n, -123.5 - n FROM generate_series(1, 30) n`,
		`INSERT INTO strategy_signals (strategy_id, instrument, direction, strength, confidence, generated_at)
			SELECT 'FX_A_STRATEGY_WITH_A_LONG_NAME_' || n, 'AN_INSTRUMENT_WITH_A_LONG_NAME_' || n, CASE h WHEN 1 THEN 'LONG' ELSE 'SHORT' END, 0.5, 0.75, $1::timestamptz - h * interval '1 h' FROM generate_series(1, 100) n, generate_series(1, 2) h`,
	} {
		if _, err := conn.Exec(t.Context(), sql, friday); err != nil {
			t.Fatal(err)
		}
	}
	path, sheets := dailyOf(t, "--database-url", address, "--as-of", friday)
	isTwoPages(t, path, sheets)
	for n, want := range [][]string{{"What made the day", "Worst positions", "CRITICAL", "failed on Fri 13 Nov", "things more: ", "is in breach"}, {"and 35 limits more", "and 18 steps more", "and more", "BREACH"}} {
		for _, w := range want {
			if !strings.Contains(sheets[n].text(), w) {
				t.Errorf("page %d lacks %q: %s", n+1, w, sheets[n].text())
			}
		}
	}
}

// TestDailyReportMentionsKeptRuns has a run that waits for a database which is away.
func TestDailyReportMentionsKeptRuns(t *testing.T) {
	t.Parallel()
	spool := filepath.Join(t.TempDir(), "spool")
	if r := run(t, nil, "exec", "--step", "fred", "--database-url", "postgres://nobody@127.0.0.1:1/none", "--spool-dir", spool, "--", "true"); r.status != 0 {
		t.Fatalf("%d %s", r.status, r.errout)
	}
	address := pgtest.MigratedURL(t)
	said := func(flags ...string) bool {
		path := filepath.Join(t.TempDir(), "day.html")
		if r := run(t, nil, append([]string{"report", "--daily", "--database-url", address, "--spool-dir", spool, "-o", path}, flags...)...); r.status != 0 {
			t.Fatalf("%d %s", r.status, r.errout)
		}
		return strings.Contains(contentOf(t, path), "1 run is kept on this machine until its database takes it")
	}
	if !said() {
		t.Error("the kept run is not mentioned")
	}
	if said("--as-of", friday) {
		t.Error("the kept run is mentioned on a day of the past")
	}
}
