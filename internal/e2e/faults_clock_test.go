package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// When the clock steps back, no run ends before it has begun, nothing waits for the clock to catch up, and the page
// goes on.
func TestFaultsOfTheClockPass(t *testing.T) {
	t.Parallel()
	database, path := pgtest.MigratedURL(t), filepath.Join(t.TempDir(), "ahead")
	set := func(ahead string) { // as a whole, because the program reads it at any time
		writeText(t, path+".new", ahead)
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	set("-1h")
	env := append(ownEnv(t), "DATABASE_URL="+database, "MACROWATCH_SPOOL_DIR="+t.TempDir(), clockVariable+"="+clockFile+path)
	serve := exec.Command(self(t), "serve", "--open=false", "--listen", "127.0.0.1:0")
	serve.Env = env
	s := startCommand(t, serve)
	token := madeToken(t, database, "clock")

	var run struct {
		ID       string    `json:"run_id"`
		Started  time.Time `json:"started_at"`
		Finished time.Time `json:"finished_at"`
		Duration *float64  `json:"duration_seconds"`
	}
	answer := post(t, s, token, "/api/v1/pipeline-runs/start", `{"step_name":"by http"}`)
	if err := json.Unmarshal([]byte(answer.body), &run); err != nil || run.ID == "" {
		t.Fatalf("%v %s", err, answer.body)
	}
	post(t, s, token, "/api/v1/ping/by-ping/start", "")
	set("-4h")
	answer = post(t, s, token, "/api/v1/pipeline-runs/"+run.ID+"/finish", `{"status":"SUCCESS"}`)
	if err := json.Unmarshal([]byte(answer.body), &run); err != nil || run.Duration == nil || *run.Duration != 0 || !run.Finished.Equal(run.Started) {
		t.Errorf("%v %s", err, answer.body)
	}
	if answer := post(t, s, token, "/api/v1/ping/by-ping", ""); answer.status != 200 {
		t.Errorf("%d %s", answer.status, answer.body)
	}
	if answer := post(t, s, token, "/api/v1/signals", oneSignal); answer.status != 200 {
		t.Errorf("%d %s", answer.status, answer.body)
	}
	for _, p := range panelsOf(t, s.url, "pipeline-health", "") {
		if p.Error != "" {
			t.Errorf("a panel: %s", p.Error)
		}
	}

	// exec, whose command steps the clock back
	set("-1h")
	c := exec.Command(self(t), "exec", "--step", "by exec", "--", "sh", "-c", `printf %s -5h >"$1.new" && mv "$1.new" "$1"`, "sh", path)
	c.Env = env
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v %s", err, out)
	}
	if got := runsOf(t, database, "by exec"); got != "SUCCESS" {
		t.Errorf("exec recorded %q", got)
	}
	const wrong = `SELECT coalesce(string_agg(step_name || ' ' || status, ', '), '') FROM pipeline_runs
		WHERE status <> 'SUCCESS' OR finished_at < started_at OR duration_seconds < 0`
	if got := scalar[string](t, database, wrong); got != "" {
		t.Errorf("these runs end before they begin, or not at all: %s", got)
	}
	if n := scalar[int](t, database, "SELECT count(*) FROM pipeline_runs"); n != 3 {
		t.Errorf("%d runs", n)
	}
	if log := s.log.String(); strings.Contains(log, "panic") {
		t.Errorf("%s", log)
	}
}
