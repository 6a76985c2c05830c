package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testfiles"
)

// foreignBoards are the dashboards of other projects whose tables testdata/foreign/tables.sql makes, and what each shows of
// their rows. refused are panels that may fail, as in Grafana: PostgreSQL before 16 wants a name for each subquery.
var foreignBoards = map[string]struct {
	shows   map[int]string
	refused map[int]string
}{
	"teslamate_states.json":      {shows: map[int]string{6: "online", 8: "96.5", 14: "charging"}},
	"tmcustom_MileageStats.json": {shows: map[int]string{10: "2026 February", 27: "2026 February"}},
	"tmcustom_SpeedRates.json":   {shows: map[int]string{2: "130", 6: "1295", 16: "km/h"}},
	"pgwatch_change-events.json": {shows: map[int]string{2: "orders_240", 5: "64MB", 7: "setting_1", 8: "LOGIN", 9: "SELECT", 1: "load_5min"}},
	"pgwatch_global-health.json": {shows: map[int]string{2: "1", 5: "replica", 6: "waiting", 16: "MiB"}, refused: map[int]string{17: "subquery in FROM must have an alias"}},
}

// Other projects' dashboards, served from their folder, on a database that has the tables of five of them.
func TestBrowserShowsOtherProjectsDashboards(t *testing.T) {
	t.Parallel()
	files := testfiles.ForeignDashboards(t)
	d := newReadDesk(t)
	d.must(string(testfiles.Read(t, "foreign/tables.sql")))
	d.must("GRANT USAGE ON SCHEMA admin TO looker")
	d.must(`DO $$ DECLARE name text; BEGIN
		FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relowner = 'postgres'::regrole AND relnamespace IN ('public'::regnamespace, 'admin'::regnamespace) AND relname <> 'closed_table' LOOP
			EXECUTE 'GRANT SELECT ON ' || name || ' TO looker';
		END LOOP; END $$`)
	s := start(t, nil, append(d.serveArgs("looker", filepath.Dir(files[0])), "--as-of", "2026-03-04T12:00:00Z")...)
	all := boardsOf(t, s.url)
	chrome := startChromium(t)
	for _, path := range files {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			board, there := all[file]
			if !there {
				t.Fatalf("%s is not served", file)
			}
			for _, on := range []screen{{width: 1440, height: 900}, {width: 390, height: 844, phone: true}, {width: 3840, height: 2160}} {
				for _, look := range []string{"dark", "light"}[:testenv.Scaled(1, 2)] {
					p := chrome.tab(t, on)
					p.provoke("inline style")
					p.provoke("style-src-attr")
					for _, refused := range []string{"csp", "img-src", "Content Security Policy"} { // pictures of other sites
						p.provoke(refused)
					}
					p.open(strings.TrimRight(s.url, "/") + board.URL + "?theme=" + look)
					what := fmt.Sprintf("%s, %s at %d", file, look, on.width)
					p.foreign(what, file, board)
					if wide := eval[int64](p, `document.scrollingElement.scrollWidth`); wide > on.width {
						t.Errorf("%s is %d pixels wide", what, wide)
					}
				}
			}
		})
	}
}

// foreign checks what the page of another project's dashboard says.
func (p *tab) foreign(what, file string, board foundBoard) {
	p.t.Helper()
	if board.Fault != "" {
		p.until("the fault of "+what, css("[data-testid=broken]")+`?.innerText.includes(`+quoted(board.Fault)+`)`)
		return
	}
	want, full := foreignBoards[file]
	errors := eval[map[string]string](p, `Object.fromEntries([...document.querySelectorAll("[data-panel-id]")].map((e) => [e.dataset.panelId, e.querySelector(".message.is-error p")?.textContent ?? ""]))`)
	if !full {
		for _, sentence := range errors {
			if strings.Contains(sentence, "does not exist") {
				return
			}
		}
		p.t.Errorf("%s does not say what is missing: %q", what, errors)
		return
	}
	for id, sentence := range errors {
		var n int
		fmt.Sscan(id, &n)
		if refused := want.refused[n]; sentence != "" && (refused == "" || !strings.Contains(sentence, refused)) {
			p.t.Errorf("%s, panel %s says %q", what, id, sentence)
		}
	}
	for id, text := range want.shows {
		if shown := eval[string](p, panel(id)+`.innerText + " " + [...`+panel(id)+`.querySelectorAll("[aria-label], .visually-hidden")].map((e) => e.ariaLabel + e.textContent).join(" ")`); !strings.Contains(shown, text) {
			p.t.Errorf("%s, panel %d does not show %q but %q", what, id, text, shown)
		}
	}
}
