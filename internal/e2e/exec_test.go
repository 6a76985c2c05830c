package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// nohup's ignored SIGHUP must stay ignored in the command.
func TestExecLeavesIgnoredSignalsIgnored(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	out, err := exec.Command("nohup", program(t), "exec", "--data-dir", dir, "--step", "long", "--",
		"sh", "-c", "kill -HUP $$; echo survived").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "survived") {
		t.Errorf("%v: %s", err, out)
	}
}

// The command's way of ending is exec's own, and both runs are in the table when it has ended.
func TestExecRecordsAndPassesTheStatusOn(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if r := run(t, nil, "exec", "--step", "good", "--data-dir", dir, "--", "echo", "output --step x"); r.status != 0 || r.out != "output --step x\n" || r.errout != "" {
		t.Errorf("good: %+v", r)
	}
	if r := run(t, nil, "exec", "--step", "bad", "--data-dir", dir, "--", "sh", "-c", `echo "HTTP 503 from upstream" >&2; exit 7`); r.status != 7 || r.errout != "HTTP 503 from upstream\n" {
		t.Errorf("bad: %+v", r)
	}
	s := start(t, nil, "serve", "--private", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir)
	url := databaseURL(t, dir)
	for step, want := range map[string]string{"good": "SUCCESS", "bad": "FAILED HTTP 503 from upstream"} {
		got := scalar[string](t, url, "SELECT status || coalesce(' ' || btrim(error_message, E'\\n'), '') FROM pipeline_runs WHERE step_name = $1", step)
		if got != want {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	s.stop(t)
}

// A database that is not there must not hold up the command.
func TestExecRunsTheCommandWithoutADatabase(t *testing.T) {
	t.Parallel()
	began := time.Now()
	env := []string{"DATABASE_URL=postgres://u:secretword@127.0.0.1:1/d", "MACROWATCH_SPOOL_DIR=" + t.TempDir()}
	r := run(t, env, "exec", "--step", "s", "--", "date", "+%s%N")
	if r.status != 0 || !strings.Contains(r.errout, "not recorded") || strings.Contains(r.errout, "secretword") {
		t.Errorf("%+v", r)
	}
	ran, err := time.ParseDuration(strings.TrimSpace(r.out) + "ns")
	if err != nil {
		t.Fatal(err)
	}
	if ended := time.Unix(0, ran.Nanoseconds()); ended.Sub(began) > recordPatience {
		t.Errorf("the command ran %s after exec started: it waited for the database", ended.Sub(began))
	}
}

// recordPatience is how long exec tries to record after the command has ended.
const recordPatience = 5 * time.Second
