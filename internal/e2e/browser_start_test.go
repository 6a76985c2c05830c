package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

// preparingView is what a page shows until the sample desk is complete.
var preparingView = css("[data-testid=preparing]")

// holdWrites lets a demo write the first stretch of its desk in a database. The second stretch waits until release is called with
// pipeline_runs, and the first risk waits until it is called with risk_metrics_daily.
func holdWrites(t testing.TB, address string) (release func(table string)) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	// A stretch begins with its runs and ends with its positions.
	run(`CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF EXISTS (SELECT FROM portfolio_state) THEN
			PERFORM pg_advisory_xact_lock_shared(hashtext(TG_TABLE_NAME));
		END IF;
		RETURN NULL;
	END $$`)
	for _, table := range []string{"pipeline_runs", "risk_metrics_daily"} {
		run(`CREATE TRIGGER held BEFORE INSERT ON ` + table + ` FOR EACH STATEMENT EXECUTE FUNCTION held()`)
		run(`SELECT pg_advisory_lock(hashtext($1))`, table)
	}
	return func(table string) {
		t.Helper()
		run(`SELECT pg_advisory_unlock(hashtext($1))`, table)
	}
}

// TestBrowserFirstStart opens the page of a demo that has only just begun to write its desk. The page says what is being done
// and shows no figure of a part of the desk. When the desk is complete it shows every tile, and nobody loads it again.
func TestBrowserFirstStart(t *testing.T) {
	t.Parallel()
	address := pgtest.MigratedURL(t)
	release := holdWrites(t, address)
	now := clockAt(quietMoment())
	s, err := launchOnly(now.command(t, "demo", "--open=false", "--listen", "127.0.0.1:0", "--database-url", address))
	if s != nil {
		t.Cleanup(func() { s.stop(t) })
	}
	if err != nil {
		t.Fatal(err)
	}
	if status, says := get(t, s.url+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(says, "sample desk") {
		t.Errorf("/readyz answers %d, %q", status, says)
	}
	if status, says := get(t, s.url+"/api/dashboards/uid/portfolio-performance/panels?from=now-1y&to=now"); status != http.StatusServiceUnavailable || !strings.Contains(says, "there are no figures yet") {
		t.Errorf("the call for panels answers %d, %.200q", status, says)
	}
	p := startChromium(t).tab(t, screen{width: 1440, height: 900})
	p.open(pageOf(s.url, "portfolio-performance", ""))
	p.until("the year that is being written", preparingView+`.innerText.match(/Writing the sample desk: 20\d\d, \d of \d years/)`)
	if said := p.text(css("[data-testid=sample-banner]")); !strings.Contains(said, "Sample data") {
		t.Errorf("the page says %q of its data", said)
	}
	release("pipeline_runs")
	p.until("the days whose risk is computed", preparingView+`.innerText.match(/risk: [\d,]+ of [\d,]+ days/)`)
	release("risk_metrics_daily")

	if err := s.complete(); err != nil {
		t.Fatal(err)
	}
	p.until("the progress to be gone", "!"+preparingView)
	for _, title := range answering()["portfolio-performance"] {
		tile := fmt.Sprintf(`[...document.querySelectorAll(".panel")].find((e) => e.querySelector(".panel-title").textContent === %s)`, quoted(title))
		p.until(title+" to have its value", tile+`?.dataset.state === "ready" && `+tile+`.innerText.match(/\d/)`)
	}
	if n := eval[int](p, `performance.getEntriesByType("navigation").length`); n != 1 {
		t.Errorf("%d navigations", n)
	}
	if status, says := get(t, s.url+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d, %q", status, says)
	}
}
