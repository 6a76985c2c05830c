package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// riskDesk imports instruments, their prices of the hundred weekdays up to Friday, 12 June 2026, and a snapshot for each
// of the last five of these days, at 20:00 in the desk's zone.
func riskDesk(t *testing.T) (url, dir string) {
	t.Helper()
	url, dir = pgtest.MigratedURL(t), t.TempDir()
	prices := "date,instrument,price\n"
	states := "timestamp,strategy_id,instrument,weight,total_equity\n"
	day := time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)
	for n := 0; n < 100; day = day.AddDate(0, 0, -1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		date := day.Format(time.DateOnly)
		prices += fmt.Sprintf("%s,USDBRL,%.4f\n%s,DI_2Y,%.3f\n", date, 5+0.1*math.Sin(float64(n*n)), date, 12+0.2*math.Cos(float64(n*n)))
		if n < 5 {
			for _, position := range []string{"FX_1,USDBRL,0.5", "RATES_1,DI_2Y,-0.4"} {
				states += fmt.Sprintf("%sT20:00:00-03:00,%s,%d\n", date, position, 100-n)
			}
		}
		n++
	}
	for _, f := range []struct{ kind, text string }{
		{"instruments", "instrument,kind,quoted_in\nUSDBRL,price,BRL per USD\nDI_2Y,yield,percent\n"},
		{"prices", prices}, {"portfolio-states", states},
	} {
		if r := run(t, nil, "import", "--database-url", url, f.kind, write(t, dir, f.kind+".csv", f.text)); r.status != 0 {
			t.Fatalf("import %s: %s", f.kind, r.errout)
		}
	}
	return url, dir
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRiskIsComputedStoredAndPrinted(t *testing.T) {
	t.Parallel()
	url, _ := riskDesk(t)
	r := run(t, nil, "risk", "--database-url", url, "--backfill", "2026-06-01", "2026-06-11")
	if r.status != 0 || untimed(r.out) != "4 days computed, 2026-06-08 to 2026-06-11\n" || r.errout != "" {
		t.Errorf("backfill: %d %s%s", r.status, r.out, r.errout)
	}
	r = run(t, []string{"DATABASE_URL=" + url}, "risk")
	if r.status != 0 || r.errout != "" {
		t.Fatalf("risk: %d %s", r.status, r.errout)
	}
	for _, want := range []string{
		"Risk of the book of 2026-06-12 20:00 (America/Sao_Paulo), percent of NAV", "from 99 daily returns, 2026-01-26 to 2026-06-12",
		"historical", "parametric", "modified", "0.00 now", "USDBRL +", "Dollar falls by a tenth -5.00", "Backtest 99%", "exceptions in 4 days", "no zone yet: 4 of 250 days", "Carry (",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("lacks %q:\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "moves nothing of") {
		t.Errorf("it mentions scenarios that move nothing:\n%s", r.out)
	}
	// Sunday's book is Friday's. The figures are printed as they were stored.
	if again := run(t, nil, "risk", "--database-url", url, "--as-of", "2026-06-14"); again.status != 0 || again.out != r.out {
		t.Errorf("as of Sunday: %d %s%s", again.status, again.out, again.errout)
	}
	if early := run(t, nil, "risk", "--database-url", url, "--as-of", "2026-06-09"); early.status != 0 || !strings.Contains(early.out, "book of 2026-06-09 20:00") {
		t.Errorf("as of the 9th: %d %s%s", early.status, early.out, early.errout)
	}
}

func TestARiskFileIsPrintedCheckedAndUsed(t *testing.T) {
	t.Parallel()
	url, dir := riskDesk(t)
	printed := run(t, nil, "risk", "--print-file")
	if printed.status != 0 || !strings.Contains(printed.out, "scenarios:") {
		t.Fatalf("print: %d %s", printed.status, printed.errout)
	}
	standard := write(t, dir, "standard.yaml", printed.out)
	if r := run(t, nil, "risk", "--database-url", url, "--check", standard); r.status != 0 || !strings.Contains(r.out, "standard.yaml is right: ") {
		t.Errorf("check: %d %s%s", r.status, r.out, r.errout)
	}
	if r := run(t, nil, "risk", "--database-url", url, "--check", standard); !strings.Contains(r.out, "It changes nothing in the built-in risk file.\n") {
		t.Errorf("the standard file: %s", r.out)
	}
	changed := write(t, dir, "changed.yaml", "limits: {var_99_pct: 1, stress_loss_pct: none, gross_leverage: 8}\n")
	if r := run(t, nil, "risk", "--database-url", url, "--check", changed); r.status != 0 || !strings.HasSuffix(r.out,
		"What it changes in the built-in risk file:\n  limits: var_99_pct 1 (built in: 7)\n  limits: stress_loss_pct none (built in: 20)\n") {
		t.Errorf("a changed file: %d %s%s", r.status, r.out, r.errout)
	}
	own := write(t, dir, "own.yaml", "scenarios:\n  - name: Ten percent\n    shocks:\n      - {instrument: USDBRL, percent: -10}\nlimits: {gross_leverage: 1}\nreplay_days: []\n")
	r := run(t, nil, "risk", "--database-url", url, "--risk-file", own)
	if r.status != 0 || !strings.Contains(r.out, "Ten percent -5.00") || !strings.Contains(r.out, "Gross leverage 0.90 of 1 (90.0 %)") {
		t.Errorf("own file: %d %s%s", r.status, r.out, r.errout)
	}
	for name, c := range map[string]struct{ text, says string }{
		"a typo":                {"scenario:\n  - name: X\n", `bad.yaml:1:1: the risk file has no key "scenario"; did you mean scenarios?; it may have built_in_scenarios, scenarios, replay_days, limits, proxies`},
		"an unknown instrument": {"scenarios:\n  - name: X\n    shocks:\n      - {instrument: USDBLR, percent: 1}\n", "bad.yaml:4:9: no instrument is called USDBLR; there is USDBRL, DI_2Y"},
		"a wrong unit":          {"scenarios:\n  - name: X\n    shocks:\n      - {instrument: DI_2Y, percent: 1}\n", "bad.yaml:4:9: instrument DI_2Y is moved in percent, but DI_2Y is a yield: it is moved in bp"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := write(t, t.TempDir(), "bad.yaml", c.text)
			for _, flag := range []string{"--check", "--risk-file"} {
				r := run(t, nil, "risk", "--database-url", url, flag, bad)
				mustRefuse(t, r, 1, c.says)
				if r.out != "" {
					t.Errorf("%s: %s", flag, r.out)
				}
			}
		})
	}
	mustRefuse(t, run(t, nil, "risk", "--database-url", url, "--risk-file", filepath.Join(dir, "none.yaml")), 1, "read ", "none.yaml: no such file or directory")
}

func TestStaleRiskIsNamedAndComputedAgain(t *testing.T) {
	t.Parallel()
	url, dir := riskDesk(t)
	stale := func(more ...string) string {
		t.Helper()
		r := run(t, nil, append([]string{"risk", "--database-url", url, "--stale"}, more...)...)
		if r.status != 0 || r.errout != "" {
			t.Fatalf("stale %v: %d %s", more, r.status, r.errout)
		}
		return r.out
	}
	if got := stale(); got != "No computation of macrowatch's is stored.\n" {
		t.Errorf("before any: %s", got)
	}
	if r := run(t, nil, "risk", "--database-url", url, "--backfill", "2026-06-01", "2026-06-12"); r.status != 0 {
		t.Fatal(r.errout)
	}
	if got := stale(); got != "None of 5 computations is stale: every figure belongs to its inputs.\n" {
		t.Errorf("just computed: %s", got)
	}
	// A correction of Tuesday's book changes that day. A corrected price of May is in the window of every day since.
	for _, f := range []struct{ kind, text string }{
		{"portfolio-states", "timestamp,strategy_id,instrument,weight,total_equity\n2026-06-09T20:00:00-03:00,FX_1,USDBRL,0.6,97\n"},
		{"prices", "date,instrument,price\n2026-05-20,DI_2Y,12.5\n"},
	} {
		if r := run(t, nil, "import", "--database-url", url, f.kind, write(t, dir, f.kind+"2.csv", f.text)); r.status != 0 {
			t.Fatalf("import %s: %s", f.kind, r.errout)
		}
		want := "1 of 5 computations stale: made from other inputs than there are now.\n  2026-06-09 20:00  its book, NAV, instruments or prices have changed\nmacrowatch risk --backfill --stale computes them again.\n"
		if f.kind == "prices" {
			want = "5 of 5 computations stale"
		}
		if got := stale(); !strings.HasPrefix(got, want) {
			t.Errorf("after %s: %s", f.kind, got)
		}
	}
	if got := untimed(stale("--backfill", "2026-06-10", "2026-06-11")); got != "2 of 2 computations stale; 2 computed again.\n" {
		t.Errorf("two days again: %s", got)
	}
	if got := untimed(stale("--backfill")); got != "3 of 5 computations stale; 3 computed again.\n" {
		t.Errorf("the others again: %s", got)
	}
	if got := stale("--backfill"); got != "None of 5 computations is stale: every figure belongs to its inputs.\n" {
		t.Errorf("nothing computed again: %s", got)
	}
}

func TestRiskThatCanNotBeComputedIsRefused(t *testing.T) {
	t.Parallel()
	empty := pgtest.MigratedURL(t)
	mustRefuse(t, run(t, nil, "risk", "--database-url", empty), 1, "the book is empty", "macrowatch import portfolio-states")
	mustRefuse(t, run(t, nil, "risk", "--database-url", empty, "--backfill", "2026-01-01"), 1, "no book day from 2026-01-01 to ")
	mustRefuse(t, run(t, nil, "risk", "--database-url", pgtest.URL(t)), 1, "run macrowatch migrate")

	url, dir := riskDesk(t)
	states := write(t, dir, "more.csv", "timestamp,strategy_id,instrument,weight,total_equity\n2026-06-13T20:00:00-03:00,FX_1,NOBODY,0.5,100\n2026-06-13T20:00:00-03:00,FX_1,USDBRL,0.5,100\n")
	if r := run(t, nil, "import", "--database-url", url, "portfolio-states", states); r.status != 0 {
		t.Fatal(r.errout)
	}
	mustRefuse(t, run(t, nil, "risk", "--database-url", url), 1, "NOBODY (50.00 %) is not among the instruments", "--allow-missing")
	r := run(t, nil, "risk", "--database-url", url, "--backfill", "2026-06-12", "2026-06-12")
	mustRefuse(t, r, 1, "nothing was computed")
	if !strings.Contains(r.out, "1 day refused") {
		t.Errorf("backfill says %s", r.out)
	}
	if r := run(t, nil, "risk", "--database-url", url, "--allow-missing"); r.status != 0 || !strings.Contains(r.out, "NOBODY, 50.00 % of gross weight, is left out") {
		t.Errorf("allowed: %d %s%s", r.status, r.out, r.errout)
	}
}

func TestWrongUseOfRiskIsAUsageError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		words []string
	}{
		"an argument":           {[]string{"2026-01-01"}, []string{`"2026-01-01"`, "--as-of", "--backfill FROM TO"}},
		"two modes":             {[]string{"--as-of", "2026-01-01", "--backfill", "2026-01-01"}, []string{"exclude each other"}},
		"no day":                {[]string{"--backfill", "January"}, []string{`FROM "January" is not a day`}},
		"no second day":         {[]string{"--backfill", "2026-01-01", "now"}, []string{`TO "now" is not a day`}},
		"three days":            {[]string{"--backfill", "2026-01-01", "2026-01-02", "2026-01-03"}, []string{`"2026-01-03" is one argument too many`}},
		"three days, equals":    {[]string{"--backfill=2026-01-01", "2026-01-02", "2026-01-03"}, []string{`"2026-01-03" is one argument too many`}},
		"a backfill of nothing": {[]string{"--backfill"}, []string{"--backfill needs the day FROM", "--stale"}},
		"stale as of a day":     {[]string{"--stale", "--as-of", "2026-01-01"}, []string{"--stale goes alone or with --backfill"}},
		"stale of a day":        {[]string{"--stale", "2026-01-01"}, []string{"takes no argument"}},
		"an end before a begin": {[]string{"--backfill", "2026-01-02", "2026-01-01"}, []string{"before it begins"}},
		"as of the future":      {[]string{"--as-of", "2999-01-01"}, []string{"future"}},
		"a check of nothing":    {[]string{"--check", ""}, []string{"--check needs a file"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustRefuse(t, run(t, nil, append([]string{"risk", "--database-url", "postgres://nobody@127.0.0.1:1/none"}, c.args...)...), 2, c.words...)
		})
	}
}
