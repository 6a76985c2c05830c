package e2e

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// wrongLine is the line that names the error. It is between the trace and the text that the library adds to the trace.
const wrongLine = `sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "positions" does not exist`

// longTraces returns traces with one line that names the error. The other lines are short, or as long as a
// statement, a file's path or a request's answer may be.
func longTraces() []string {
	trace := func(first, file, statement, last string) string {
		return first + "Traceback (most recent call last):\n  File \"" + file + "\", line 10, in run\n    load()\n" + wrongLine +
			"\nLINE 1: " + statement + "\n\n[SQL: select * from positions]\n" + last
	}
	const file, statement, last = "/opt/desk/settle.py", "select * from positions", "(Background on this error at: https://sqlalche.me/e/20/f405)"
	return []string{
		trace("", file, statement, last),
		trace("", file, "select "+strings.Repeat("weight, ", 900)+"nav from positions", last),
		trace(`{"rows":[`+strings.Repeat("0.25,", 1200)+"0]}\n", file, statement, last),
		trace("", "/"+strings.Repeat("desk/", 400)+"settle.py", statement, strings.Repeat("清算", 1500)),
	}
}

// longNames returns names that a program may write: one long word without a space, many words, wide
// characters, and emoji (several code units each).
func longNames() []string {
	return []string{strings.Repeat("settlement_", 17), strings.Repeat("reconcile the books ", 9), strings.Repeat("国債清算", 45), strings.Repeat("🇧🇷📈", 40)}
}

// importLongNames makes a database in which every name is long and returns its address.
func importLongNames(t testing.TB) string {
	t.Helper()
	address := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec := func(sql string, args ...any) {
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range longNames() {
		exec(`INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
			VALUES ($1, $2, 'FAILED', timestamptz '2024-06-13 06:00-03' + $3 * interval '1 hour', timestamptz '2024-06-13 06:10-03' + $3 * interval '1 hour', 600, $4)`,
			fmt.Sprint(i), name, i, longTraces()[i%len(longTraces())])
		exec(`INSERT INTO strategy_signals (strategy_id, instrument, generated_at, direction, confidence)
			SELECT $1, $2, timestamptz '2024-06-13 09:00-03' - d * interval '1 day', (ARRAY['LONG', 'SHORT'])[1 + d % 2], 0.5 FROM generate_series(0, 3) d`,
			"fx_"+strings.Repeat(name, 2000/len([]rune(name))), strings.Repeat(name, 3))
		exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
			SELECT timestamptz '2024-06-13 09:00-03' - d * interval '1 day', $1, $2, 0.2, 100 + d FROM generate_series(0, 3) d`,
			"fx_"+strings.Repeat(name, 3), strings.Repeat(name, 3))
	}
	return address
}

// TestBrowserLongNames reads pages on which every name is as long as it may be. Everything else must keep its
// room, and a text that is cut must have all of it in its title.
func TestBrowserLongNames(t *testing.T) {
	t.Parallel()
	s := serveRuns(t, importLongNames(t))
	chrome := startChromium(t)
	for _, width := range []int64{390, 1440, 3840} {
		for _, theme := range []string{"dark", "light"} {
			p := chrome.tab(t, screen{width: width, height: 1000, phone: width == 390})
			for _, page := range []string{"pipeline-health", "signal-overview", "risk-dashboard", "portfolio-performance"} {
				what := fmt.Sprintf("%s at %d, %s", page, width, theme)
				p.open(fmt.Sprintf("%s/d/%s/x?from=now-7d&to=now&theme=%s", s.url, page, theme))
				if wide := eval[int64](p, `document.scrollingElement.scrollWidth`); wide > width {
					t.Errorf("%s is %d pixels wide", what, wide)
				}
				if wide := eval[[]string](p, `[...document.querySelectorAll(".legend-name, .legend-calc, .head-text, .cell-text, .panel-title, .dial-title")]
					.filter((e) => e.getBoundingClientRect().width > 500).map((e) => e.outerHTML.slice(0, 90))`); len(wide) > 0 {
					t.Errorf("%s: %q", what, wide)
				}
				if mute := eval[[]string](p, `[...document.querySelectorAll(".legend-name, .head-text, .cell-text, .bar-name")]
					.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && !e.closest("[title]")?.title.includes(e.textContent.trim()) && !e.closest("[data-hint]")?.dataset.hint.includes(e.textContent.trim()) && !e.closest(".stat, .bars")).map((e) => e.outerHTML.slice(0, 90))`); len(mute) > 0 {
					t.Errorf("%s: cut without a title: %q", what, mute)
				}
				// A table may be wider than a phone, but not wider than its panel on a desktop screen.
				if far := eval[[]float64](p, `[...document.querySelectorAll(".table-scroll")].map((e) => e.scrollWidth / e.clientWidth)`); width >= 1440 {
					for _, times := range far {
						if times > 1.01 {
							t.Errorf("%s: a table is %.1f times as wide as its panel", what, times)
						}
					}
				}
				if page == "pipeline-health" {
					p.errorsReadable(what, width)
				}
			}
		}
	}
}

// errorsReadable checks that the texts of the Error Log have most of its width and show what went wrong.
func (p *tab) errorsReadable(what string, width int64) {
	p.t.Helper()
	lines := eval[[]string](p, in(errorLogID, ".table-scroll")+`.querySelectorAll(".long-line.is-error").values().map((e) => e.textContent).toArray()`)
	if len(lines) != len(longNames()) {
		p.t.Errorf("%s: %d errors", what, len(lines))
	}
	for _, l := range lines {
		if strings.TrimPrefix(l, "… ") != wrongLine {
			p.t.Errorf("%s: it says %q", what, l)
		}
	}
	if cut := eval[bool](p, `[...`+in(errorLogID, ".table-scroll")+`.querySelectorAll(".long-line.is-error")].some((e) => e.scrollHeight > e.clientHeight + 1)`); cut {
		p.t.Errorf("%s: what went wrong is cut", what)
	}
	share := eval[float64](p, in(errorLogID, "td.is-long")+`.getBoundingClientRect().width / `+in(errorLogID, ".table-scroll")+`.clientWidth`)
	if share < 0.6 {
		p.t.Errorf("%s: errors have %.2f of the log", what, share)
	}
}

// TestBrowserLargeTiles reads the tiles of Portfolio Performance. Their numbers must fill them, and nothing may be cut.
func TestBrowserLargeTiles(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT d, 'fx_carry', 'USDBRL', 0.7, 1000000 * (1 + 0.01 * sin(row_number() OVER (ORDER BY d))) FROM generate_series(timestamptz '2022-06-13 09:00-03', timestamptz '2024-06-13 09:00-03', '1 day') d
		WHERE extract(isodow FROM d) < 6`); err != nil {
		t.Fatal(err)
	}
	s := serveRuns(t, address)
	chrome := startChromium(t)
	for _, width := range []int64{390, 768, 1110, 1440, 3840} {
		p := chrome.tab(t, screen{width: width, height: 1000, phone: width == 390})
		p.open(s.url + "/d/portfolio-performance/x")
		type tile struct {
			Text                    string
			Size, Wide, High, Least float64
			Top                     float64
			Cut                     bool
		}
		tiles := eval[[]tile](p, `[...document.querySelectorAll(".panel.is-stat .stat")].map((s) => {
			const [main, body] = [s.querySelector(".stat-main"), s.getBoundingClientRect()];
			const value = main.querySelector(".stat-value").getBoundingClientRect();
			const texts = [...s.querySelectorAll(".stat-value, dt")];
			return {Text: s.innerText, Top: s.closest(".panel").offsetTop, Size: parseFloat(getComputedStyle(main).fontSize), Wide: value.width / body.width, High: parseFloat(getComputedStyle(main).fontSize) * 1.15 / body.height,
				Least: Math.min(...texts.map((e) => parseFloat(getComputedStyle(e).fontSize))),
				Cut: [main, ...s.querySelectorAll("dd")].some((e) => e.scrollWidth > e.clientWidth + 1) || texts.some((e) => { const b = e.getBoundingClientRect(); return b.right > body.right + 1 || (b.top + b.bottom + parseFloat(getComputedStyle(e).fontSize)) / 2 > body.bottom + 2; })};
		})`)
		if len(tiles) < 4 {
			t.Fatalf("at %d: %+v", width, tiles)
		}
		for _, tile := range tiles {
			if tile.Cut || tile.Size < 24 || tile.Least < 11 {
				t.Errorf("at %d: %+v", width, tile)
			}
		}
		// The numbers of a line have one size. In each line, one of them is about as wide or as high as its tile, or as large
		// as numbers may be.
		for _, line := range tiles {
			if !slices.ContainsFunc(tiles, func(o tile) bool { return o.Top == line.Top && (o.Wide >= 0.85 || o.High >= 0.5 || o.Size >= 95) }) {
				t.Errorf("at %d each number of the line leaves most of its tile empty: %+v", width, line)
			}
			if i := slices.IndexFunc(tiles, func(o tile) bool { return o.Top == line.Top }); math.Abs(tiles[i].Size-line.Size) > 0.5*tiles[i].Size {
				t.Errorf("at %d the numbers of a line differ in size: %+v and %+v", width, tiles[i], line)
			}
		}
	}
}

// TestBrowserErrorsOfSmallPanels reads errors in panels that are too small for them. A reader must be able to
// scroll to all of an error, also to its beginning.
func TestBrowserErrorsOfSmallPanels(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	sqlOn(`DROP TABLE risk_contributions, risk_limits_status, pipeline_runs, portfolio_state CASCADE`)(t, address, "")
	s := serveRuns(t, address)
	p := startChromium(t).tab(t, screen{width: 390, height: 844, phone: true})
	p.provoke("/api/verdict") // it has no tables either
	failed := 0
	for _, page := range []string{"pipeline-health", "risk-dashboard", "portfolio-performance"} {
		p.open(fmt.Sprintf("%s/d/%s/x", s.url, page))
		failed += eval[int](p, `document.querySelectorAll(".message.is-error").length`)
		if lost := eval[[]string](p, `[...document.querySelectorAll(".message.is-error")].filter((m) => { m.scrollTop = 0;
			return [...m.children].some((e) => e.checkVisibility() && e.getBoundingClientRect().top < m.getBoundingClientRect().top - 1); }).map((m) => m.innerText)`); len(lost) > 0 {
			t.Errorf("%s: the beginning can't be reached of %q", page, lost)
		}
	}
	if failed < 10 {
		t.Errorf("%d panels failed", failed)
	}
}
