package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

// quotesAndOrders is a desk file with two steps, of which one has a schedule.
const quotesAndOrders = "zone: Asia/Tokyo\nsteps:\n  - {name: quotes, title: Quotes, group: connector, schedule: \"30 8 * * *\"}\n  - {name: orders, group: desk}\n"

// stepsOf returns the steps that a database has for Grafana.
func stepsOf(t *testing.T, url string) string {
	t.Helper()
	return scalar[string](t, url, "SELECT coalesce(string_agg(step_name, ' ' ORDER BY place), '') FROM macrowatch_steps")
}

// What the SQL of the dashboards needs of a desk file is there after migrate, so that Grafana needs no server of macrowatch.
func TestMigrateWritesTheDeskFile(t *testing.T) {
	t.Parallel()
	url, file := pgtest.URL(t), deskFileOf(t, quotesAndOrders)
	migrate := func(env []string, args ...string) string {
		t.Helper()
		r := run(t, env, append([]string{"migrate", "--database-url", url}, args...)...)
		if r.status != 0 {
			t.Fatalf("migrate %q: %s%s", args, r.out, r.errout)
		}
		return r.out
	}
	if out := migrate(nil); strings.Contains(out, "step") || stepsOf(t, url) != "" {
		t.Errorf("without a desk file there are the steps %q, and it says %s", stepsOf(t, url), out)
	}
	if out := migrate(nil, "--desk-file", file); !strings.Contains(out, "2 steps added: quotes, orders\n") || !strings.Contains(out, " expected runs added, 0 removed\nthe days on which the desk works are written anew\nthe last expected run is due on ") || stepsOf(t, url) != "quotes orders" {
		t.Errorf("with a desk file there are the steps %q, and it says %s", stepsOf(t, url), out)
	}
	if clock := scalar[string](t, url, "SELECT string_agg(DISTINCT to_char(due_at AT TIME ZONE 'Asia/Tokyo', 'HH24:MI'), ' ') FROM expected_runs"); clock != "08:30" {
		t.Errorf("the runs are due at %s", clock)
	}
	if out := migrate([]string{"MACROWATCH_DESK_FILE=" + file}); !strings.Contains(out, "the desk's steps and expected runs are current\n") {
		t.Errorf("the second time it says %s", out)
	}
	more := deskFileOf(t, strings.Replace(quotesAndOrders, "name: orders", "name: fills", 1))
	if out := migrate([]string{"MACROWATCH_DESK_FILE=" + more}); !strings.Contains(out, "1 step added: fills\n1 step removed: orders\n") || stepsOf(t, url) != "quotes fills" {
		t.Errorf("after a change there are the steps %q, and it says %s", stepsOf(t, url), out)
	}
	if migrate(nil); stepsOf(t, url) != "quotes fills" {
		t.Errorf("without the desk file the steps became %q", stepsOf(t, url))
	}
	bad := run(t, nil, "migrate", "--database-url", url, "--desk-file", deskFileOf(t, "zone: Tokio\n"))
	if bad.status != 1 || !strings.Contains(bad.errout, `desk.yaml:1:7: zone "Tokio"`) {
		t.Errorf("a desk file with a mistake: %d %s", bad.status, bad.errout)
	}
}

func TestDeskApplySaysBeforehandWhatItWouldChange(t *testing.T) {
	t.Parallel()
	url, file := pgtest.MigratedURL(t), deskFileOf(t, quotesAndOrders)
	apply := func(file string, args ...string) string {
		t.Helper()
		r := run(t, nil, append([]string{"desk", "apply", "--database-url", url, "--desk-file", file}, args...)...)
		if r.status != 0 {
			t.Fatalf("desk apply %q: %s", args, r.errout)
		}
		return r.out
	}
	beforehand := apply(file, "--dry-run")
	if stepsOf(t, url) != "" || !strings.Contains(beforehand, "2 steps added: quotes, orders\n") {
		t.Errorf("--dry-run wrote %q and said %s", stepsOf(t, url), beforehand)
	}
	if done := apply(file); done != beforehand || stepsOf(t, url) != "quotes orders" {
		t.Errorf("said %sdid %s", beforehand, done)
	}
	changed := deskFileOf(t, strings.Replace(quotesAndOrders, "30 8", "45 8", 1))
	if said := apply(changed, "--dry-run", "--json"); !strings.Contains(said, `"steps_changed": [`) || !strings.Contains(said, `"quotes"`) {
		t.Errorf("a schedule that has changed: %s", said)
	}
	if said := apply(file, "--dry-run"); !strings.HasPrefix(said, "nothing has changed\n") {
		t.Errorf("after two runs without writing: %s", said)
	}
}

// A step that the desk file does not have is a warning; the command runs and its run is recorded all the same.
func TestExecComparesItsStepWithTheDeskFile(t *testing.T) {
	t.Parallel()
	url, file := pgtest.MigratedURL(t), deskFileOf(t, quotesAndOrders)
	broken := deskFileOf(t, "steps: 3\n")
	for _, c := range []struct {
		step string
		env  []string
		args []string
		says string
	}{
		{step: "quotes", args: []string{"--desk-file", file}},
		{step: "qoutes", args: []string{"--desk-file", file}, says: "has no step qoutes; did you mean quotes; the run is recorded all the same"},
		{step: "elsewhere", env: []string{"MACROWATCH_DESK_FILE=" + file}, says: "has no step elsewhere; the run is recorded all the same"},
		{step: "unread", env: []string{"MACROWATCH_DESK_FILE=" + broken}, says: "the step unread is not compared with the desk file: "},
		{step: "missing", args: []string{"--desk-file", filepath.Join(t.TempDir(), "none.yaml")}, says: "no such file"},
		{step: "without"},
	} {
		r := run(t, c.env, append(append([]string{"exec", "--database-url", url, "--spool-dir", t.TempDir(), "--step", c.step}, c.args...), "--", "true")...)
		if r.status != 0 || !strings.Contains(r.errout, c.says) || c.says == "" && strings.Contains(r.errout, "desk file") {
			t.Errorf("%s: %d %s", c.step, r.status, r.errout)
		}
		if n := scalar[int](t, url, "SELECT count(*)::int FROM pipeline_runs WHERE status = 'SUCCESS' AND step_name = '"+c.step+"'"); n != 1 {
			t.Errorf("%s was recorded %d times", c.step, n)
		}
	}
}

// Times are those of the desk's zone in every command that prints or reads a time.
func TestCommandsFollowTheZoneOfTheDeskFile(t *testing.T) {
	t.Parallel()
	url, file := pgtest.MigratedURL(t), deskFileOf(t, quotesAndOrders)
	conn := func(sql string) { scalar[int](t, url, "WITH w AS ("+sql+" RETURNING 1) SELECT count(*)::int FROM w") }
	conn(`INSERT INTO alert_silences (silence_id, rule, subject, starts_at, ends_at, reason, made_by) VALUES (gen_random_uuid(), 'step_late', '', now() - interval '1 hour', '2099-12-31 20:00Z', 'test', 'ana')`)
	if r := run(t, nil, "alert", "list", "--database-url", url, "--desk-file", file); !strings.Contains(r.out, "Silent until 2100-01-01 05:00") {
		t.Errorf("alert list: %s%s", r.out, r.errout)
	}
	if r := run(t, []string{"MACROWATCH_DESK_FILE=" + file}, "token", "create", "fred", "--database-url", url, "--expires", "2099-12-31", "--json"); !strings.Contains(r.out, "2099-12-31T") {
		t.Errorf("token create: %s%s", r.out, r.errout)
	} else if ends := scalar[string](t, url, "SELECT to_char(expires_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM-DD HH24') FROM macrowatch_tokens"); ends != "2099-12-31 23" && ends != "2100-01-01 00" {
		t.Errorf("the token is valid until %s in Tokyo", ends)
	}
}

func TestCompletionOffersTheStepsOfTheDeskFile(t *testing.T) {
	t.Parallel()
	file := deskFileOf(t, quotesAndOrders)
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("desk-file: "+file+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "quotes\tQuotes\norders\torders\n:4\n"
	for what, c := range map[string]struct{ env, args []string }{
		"by flag":               {args: []string{"exec", "--desk-file", file, "--step", ""}},
		"by environment":        {env: []string{"MACROWATCH_DESK_FILE=" + file}, args: []string{"exec", "--step", ""}},
		"by configuration file": {args: []string{"exec", "--config", config, "--step", ""}},
		"of a token":            {env: []string{"MACROWATCH_DESK_FILE=" + file}, args: []string{"token", "create", "--step", ""}},
	} {
		if r := run(t, c.env, append([]string{"__complete"}, c.args...)...); r.out != want {
			t.Errorf("%s: %q, want %q", what, r.out, want)
		}
	}
	if r := run(t, []string{"MACROWATCH_DESK_FILE=" + file + ".not"}, "__complete", "exec", "--step", ""); r.out != ":4\n" {
		t.Errorf("of a file that is not there: %q", r.out)
	}
	if r := run(t, nil, "__complete", "exec", "--step", ""); !strings.Contains(r.out, "fred\n") {
		t.Errorf("without a file: %q", r.out)
	}
}
