package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// serve records the events as macrowatch lineage check says, with the rules of --lineage-rules.
func TestServeRecordsEventsAsLineageCheckSays(t *testing.T) {
	t.Parallel()
	const rules, file = "../../examples/lineage-rules.yaml", "../../examples/lineage.jsonl"
	events := string(readAll(t, file))
	database := pgtest.MigratedURL(t)
	s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false", "--base-path", "/macro", "--lineage-rules", rules)
	token := madeToken(t, database, "openlineage")
	for line := range strings.Lines(events) {
		if p := post(t, s, token, "/api/v1/lineage", line); p.status != http.StatusOK {
			t.Fatalf("%d %s", p.status, p.body)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program(t), "lineage", "check", "--json", "--lineage-rules", rules, file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Ignored int
		Runs    []struct {
			Step   string `json:"step_name"`
			Status string
			Error  string `json:"error_message"`
		}
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, run := range said.Runs {
		want = append(want, strings.TrimSpace(run.Step+" "+run.Status+" "+run.Error))
	}
	got := scalar[string](t, database, `SELECT string_agg(trim(concat_ws(' ', step_name, status, error_message)), E'\n' ORDER BY started_at) FROM pipeline_runs`)
	if got != strings.Join(want, "\n") || !strings.Contains(got, "fred SUCCESS\ndbt signals FAILED Database Error") || said.Ignored != 2 {
		t.Errorf("serve recorded\n%s\nlineage check says\n%s", got, strings.Join(want, "\n"))
	}
	if _, metrics := get(t, strings.TrimSuffix(s.url, "/")+"/metrics"); !strings.Contains(metrics, `macrowatch_intake_lineage_events_total{type="ignored"} 2`) {
		t.Error("the metrics do not count the ignored events")
	}
}
