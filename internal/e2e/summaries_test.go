package e2e

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
)

func TestSummariesAreMadeAnewOnRequest(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	rebuild := func() result { return run(t, nil, "migrate", "--rebuild-summaries", "--database-url", database) }
	if r := rebuild(); r.status != 0 || !strings.Contains(r.out, "pipeline_runs, portfolio_state") {
		t.Errorf("%d %s%s", r.status, r.out, r.errout)
	}
	db, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	if _, err := db.Exec(t.Context(), "ALTER TABLE pipeline_runs DISABLE TRIGGER run_summaries_added"); err != nil {
		t.Fatal(err)
	}
	if r := rebuild(); r.status != 1 || !strings.Contains(r.out, ": portfolio_state, strategy_signals\n") || !strings.Contains(r.errout, "no summaries to rebuild: pipeline_runs lacks") {
		t.Errorf("%d %s%s", r.status, r.out, r.errout)
	}
}
