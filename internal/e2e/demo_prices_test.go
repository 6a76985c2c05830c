package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testfiles"
)

// realPrices returns the flags that make the desk use the price history between two days.
func realPrices(t *testing.T, from, to string) []string {
	t.Helper()
	var kept strings.Builder
	head := true
	for line := range strings.Lines(string(testfiles.Read(t, "market/prices.csv"))) {
		if head || line >= from && line < to+"~" { // each line begins with its day
			kept.WriteString(line)
		}
		head = false
	}
	return []string{"--prices", write(t, t.TempDir(), "prices.csv", kept.String()), "--instruments", testfiles.Path(t, "market/instruments.csv")}
}

// With --prices, the sample desk trades on real prices. Its clock stands at the end of the prices, or where --as-of
// says.
func TestDemoOnRealPrices(t *testing.T) {
	t.Parallel()
	// The desk needs two years of prices before it trades. The whole history takes long.
	first, last := "2016-01-04", "2021-06-30"
	if testenv.Long() {
		first, last = "2014-01-02", "2026-08-21"
	}
	flags := realPrices(t, first, last)
	dir := dataDir(t)
	chrome := startChromium(t)

	// The earlier instant comes first, because the second start goes on from there.
	s := demoAt(t, dir, append(flags, "--as-of", "2020-03-20")...)
	said := s.log.String()
	for _, words := range []string{
		"Sample desk on imported prices, " + first + " to 2020-03-20",
		"CUPOM_TSMOM sits out: there are no usable prices of DDI_1Y, DDI_2Y and DDI_5Y",
		"CUPOM_SLOPE sits out", "CUPOM_BASIS sits out",
	} {
		if !strings.Contains(said, words) {
			t.Errorf("standard error lacks %q: %s", words, said)
		}
	}
	clockStandsAt(t, chrome, s.url, "2020-03-20 23:59:59")
	s.stop(t)

	s = demoAt(t, dir) // the database knows which prices the desk uses
	if said := s.log.String(); !strings.Contains(said, "Sample desk on imported prices, 2020-03-20 to "+last) || !strings.Contains(said, "CUPOM_TSMOM sits out") {
		t.Errorf("standard error says %s", said)
	}
	clockStandsAt(t, chrome, s.url, last+" 23:59:59")
	for _, uid := range dashboards(t, s.url) {
		p := chrome.tab(t, screen{})
		p.provoke("ERR_CONNECTION_REFUSED") // the page goes on asking once the server is stopped
		p.open(pageOf(s.url, uid, "?from=now-1y&to=now"))
		p.allDrawn()
		if uid == "signal-overview" {
			cells := p.text(panel(matrixLocalID)) + p.text(panel(matrixCrossID))
			if strings.Contains(cells, "CUPOM_") || !strings.Contains(cells, "RATES_") || !strings.Contains(cells, "CROSS_") {
				t.Errorf("the matrix has %s", cells)
			}
		}
	}
	s.stop(t)
	mustRefuse(t, run(t, nil, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir, "--as-of", "2001-01-31"), 1,
		"the database has no prices of any day up to 2001-01-31")
}

// clockStandsAt checks that the page's banner names an instant, in the desk's zone, and that the ranges of its
// panels end at that instant.
func clockStandsAt(t *testing.T, chrome *chromium, url, at string) {
	t.Helper()
	p := chrome.tab(t, screen{zone: "America/Sao_Paulo"})
	p.provoke("ERR_CONNECTION_REFUSED") // the page goes on asking once the server is stopped
	p.open(pageOf(url, "portfolio-performance", ""))
	if said := p.text(css("[data-testid=as-of-banner]")); !strings.Contains(said, at+" (São Paulo, UTC−03:00)") {
		t.Errorf("the banner says %q, want %s", said, at)
	}
	if said := p.text(css("[data-testid=sample-banner]")); !strings.Contains(said, "Sample data") {
		t.Errorf("the page says %q of its data", said)
	}
	for id, a := range p.allDrawn() {
		if to := time.UnixMilli(a.Range.To).In(time.FixedZone("", -3*60*60)).Format(time.DateTime); to != at {
			t.Errorf("panel %d ends at %s, want %s", id, to, at)
		}
	}
}

// A desk that has traded on simulated prices takes no real ones.
func TestSimulatedAndRealPricesAreNotMixed(t *testing.T) {
	t.Parallel()
	_, shared := onceDesk(t)
	url, dir := databaseURL(t, shared), t.TempDir()
	prices := write(t, dir, "prices.csv", "date,instrument,price\n2026-11-12,SPX_FUT,5000\n")
	before := scalar[int64](t, url, "SELECT count(*) FROM instrument_prices")
	for _, command := range [][]string{
		{"demo", "--open=false", "--listen", "127.0.0.1:0", "--as-of", monday}, {"desk", "run"},
	} {
		mustRefuse(t, run(t, nil, append(command, "--database-url", url, "--prices", prices)...), 1,
			"this sample desk runs on simulated prices, which real ones must not be mixed with", "--fresh", "--data-dir")
	}
	if after := scalar[int64](t, url, "SELECT count(*) FROM instrument_prices"); after != before {
		t.Errorf("%d prices, there were %d", after, before)
	}
}

// record returns a digest of what the sample desk has written for the days between two, by table.
func record(t *testing.T, url, from, to string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for table, column := range map[string]string{"pipeline_runs": "started_at", "strategy_signals": "generated_at", "portfolio_state": `"timestamp"`} {
		out[table] = scalar[string](t, url, fmt.Sprintf(
			`SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, E'\n' ORDER BY r::text)), '') FROM %s r
			WHERE (%s AT TIME ZONE 'America/Sao_Paulo')::date BETWEEN $1::text::date AND $2::text::date`, table, column), from, to)
	}
	return out
}

func TestDeskRunWritesTheSameDaysEachTime(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	var said string
	desk := func(from, to string) map[string]string {
		t.Helper()
		r := run(t, nil, "desk", "run", "--database-url", url, "--from", from, "--to", to)
		if r.status != 0 || r.out != "" {
			t.Fatalf("desk run: %d %s%s", r.status, r.out, r.errout)
		}
		said = r.errout
		return record(t, url, "2024-01-15", "2024-02-16")
	}
	first := desk("2024-01-15", "2024-02-16")
	var runs, signals, positions string
	if _, err := fmt.Sscanf(said, "Sample desk on simulated prices, 2024-01-15 to 2024-02-16: %s runs, %s signals, %s positions are in the database.", &runs, &signals, &positions); err != nil {
		t.Errorf("it says %q: %v", said, err)
	}
	for table, n := range map[string]string{"pipeline_runs": runs, "strategy_signals": signals, "portfolio_state": positions} {
		if plain := strings.ReplaceAll(n, ",", ""); plain == "0" || !strings.HasPrefix(first[table], plain+" ") {
			t.Errorf("%s: it says %s, of those days there are %s", table, n, first[table])
		}
	}
	all := "SELECT (SELECT count(*) FROM pipeline_runs) + (SELECT count(*) FROM strategy_signals) + (SELECT count(*) FROM portfolio_state)"
	rows := scalar[int64](t, url, all)
	if again := desk("2024-01-15", "2024-02-16"); fmt.Sprint(again) != fmt.Sprint(first) || scalar[int64](t, url, all) != rows {
		t.Errorf("again: %v, the first time %v", again, first)
	}
	// When more days are written, these days stay the same.
	if wider := desk("2024-01-02", "2024-03-01"); fmt.Sprint(wider) != fmt.Sprint(first) || scalar[int64](t, url, all) <= rows {
		t.Errorf("with other days: %v, the first time %v", wider, first)
	}
}

func TestDeskRunNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	prices := write(t, dir, "prices.csv", "date,instrument,price\n2024-01-02,SPX,4700\n2024-01-03,SPX,4680\n")
	instruments := write(t, dir, "instruments.csv", "instrument,kind,quoted_in\nSPX,price,points\n")
	bad := write(t, dir, "bad.csv", "date,instrument,price\n2024-01-02,SPX,dear\n")

	url := pgtest.MigratedURL(t)
	desk := func(more ...string) result {
		return run(t, nil, append([]string{"desk", "run", "--database-url", url}, more...)...)
	}
	mustRefuse(t, desk("--prices", filepath.Join(dir, "none.csv")), 1, "none.csv", "no such file")
	mustRefuse(t, desk("--prices", prices), 1, "prices.csv", "line 2", "SPX", "instruments")
	mustRefuse(t, desk("--prices", bad, "--instruments", instruments), 1, "bad.csv", "line 2", "dear")
	r := desk("--prices", prices, "--instruments", instruments)
	if r.status != 0 || !strings.Contains(r.errout, "on imported prices, 2024-01-02 to 2024-01-03") || !strings.Contains(r.errout, "FX_TSMOM sits out: there are no usable prices of ") {
		t.Errorf("two days of one instrument: %d %s", r.status, r.errout)
	}
	mustRefuse(t, desk("--from", "2025-01-01"), 1, "there are no days to run: the prices end on 2024-01-03, before --from 2025-01-01")
	mustRefuse(t, desk("--to", "2023-01-31"), 1, "no prices of any day up to 2023-01-31")

	foreign := importRuns(t)
	mustRefuse(t, run(t, nil, "desk", "run", "--database-url", foreign), 1, "not the sample desk's", "--data-dir")
	if n := scalar[int64](t, foreign, "SELECT count(*) FROM pipeline_runs"); n != 6 {
		t.Errorf("%d runs, six were there", n)
	}
}
