package e2e

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestEveryCurlOfTheIntakePageWorks runs the curl calls of docs/http-intake.md and docs/lineage.md in their order, as a
// reader would.
func TestEveryCurlOfTheIntakePageWorks(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl on this machine")
	}
	reader := newDocReader(t)
	s := start(t, []string{"DATABASE_URL=" + reader.database}, "serve", "--listen", "127.0.0.1:0", "--open=false")
	token := madeToken(t, reader.database, "curl")
	ran, rid := 0, ""
	inShell := false
	for line := range strings.Lines(string(readAll(t, "../../docs/http-intake.md")) + string(readAll(t, "../../docs/lineage.md"))) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			inShell = line == "```sh"
		case inShell && strings.HasPrefix(line, "RID="):
			rid = line + "; "
		case inShell && strings.Contains(line, "curl "):
			ran++
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			shell := exec.CommandContext(ctx, "bash", "-c", "set -o pipefail; "+rid+line)
			shell.Dir, shell.Env = reader.work, append(slices.Clone(reader.env), "URL="+strings.TrimSuffix(s.url, "/"), "T="+token)
			if out, err := shell.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
			cancel()
		}
	}
	if ran < 13 {
		t.Errorf("only %d calls were run", ran)
	}
	runs := scalar[string](t, reader.database, `SELECT string_agg(step_name || ' ' || status || coalesce(' ' || error_message, ''), ', ' ORDER BY step_name, started_at) FROM pipeline_runs`)
	for _, want := range []string{"yahoo FAILED timeout after 30 s", "fred SUCCESS", "fred FAILED could not resolve host", "desk_daily.fred RUNNING", "desk_daily.fred SUCCESS"} {
		if !strings.Contains(runs, want) {
			t.Errorf("there is no %q among the runs %s", want, runs)
		}
	}
	if n := scalar[string](t, reader.database, `SELECT count(*)::text FROM instrument_prices`); n != "2" {
		t.Errorf("%s prices are stored", n)
	}
}
