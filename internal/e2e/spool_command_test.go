package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

const awayURL = "postgres://u:secretword@127.0.0.1:1/d"

// listed is a kept run as spool list --json prints it.
type listed struct {
	RunID    string `json:"run_id"`
	Step     string `json:"step_name"`
	Status   string `json:"status"`
	State    string `json:"state"`
	Database string `json:"database"`
	Why      string `json:"why"`
	File     string `json:"file"`
}

// listKept returns the runs that spool list prints, by step. A run without a step is there by its ID.
func listKept(t testing.TB, dir string) map[string]listed {
	t.Helper()
	r := run(t, []string{"MACROWATCH_SPOOL_DIR=" + dir}, "spool", "list", "--json")
	var all []listed
	if err := json.Unmarshal([]byte(r.out), &all); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	by := map[string]listed{}
	for _, l := range all {
		if l.Step == "" {
			l.Step = l.RunID
		}
		by[l.Step] = l
	}
	return by
}

// refusing returns the URL of a database that refuses the runs of a step.
func refusing(t testing.TB, step string) string {
	t.Helper()
	url := pgtest.MigratedURL(t)
	mustSQL(t, url, "ALTER TABLE pipeline_runs ADD CONSTRAINT not_this_step CHECK (step_name <> '"+step+"')")
	return url
}

// spoolOfAllKinds makes a spool directory with a run in each state. url is a database that refuses one of them.
func spoolOfAllKinds(t testing.TB) (dir, url string) {
	t.Helper()
	dir, url = t.TempDir(), refusing(t, "refused")
	env := func(address string) []string {
		return []string{"DATABASE_URL=" + address, "MACROWATCH_SPOOL_DIR=" + dir}
	}
	execInVain(t, env(awayURL), "away")
	execInVain(t, env("service=of-nobody"), "unusable")
	if r := run(t, env(url), "exec", "--step", "refused", "--", "true"); r.status != 0 || !strings.Contains(r.errout, ".json.bad") {
		t.Fatalf("%+v", r)
	}
	folder := filepath.Dir(listKept(t, dir)["away"].File)
	writeText(t, filepath.Join(folder, "torn.json.bad"), `{"version":1,"targ`)
	writeText(t, filepath.Join(folder, "strange.json.bad"), "{\"version\":1,\"target\":\"\x1b[31mred\",\"run_id\":\"strange\"}")
	living := execProcess(t, env(awayURL), "living", "read line")
	t.Cleanup(func() { _ = living.in.Close(); _ = living.Wait() })
	dead := execProcess(t, env(awayURL), "dead", "read line")
	eventually(t, "both are kept", func() (bool, string) {
		all := listKept(t, dir)
		return all["living"].State == "recording" && all["dead"].State == "recording", ""
	})
	_ = dead.Process.Kill()
	_, _ = dead.Process.Wait() // dead.Wait would also wait for the command, which holds standard error open
	_ = dead.in.Close()
	return dir, url
}

func TestSpoolListShowsEveryKeptRun(t *testing.T) {
	t.Parallel()
	dir, _ := spoolOfAllKinds(t)
	all := listKept(t, dir)
	for step, want := range map[string]listed{
		"away":     {Status: "FAILED", State: "waiting", Database: "d at 127.0.0.1:1 as u", Why: "can't reach PostgreSQL"},
		"unusable": {Status: "FAILED", State: "waiting", Database: "a URL that could not be used", Why: "service"},
		"refused":  {Status: "SUCCESS", State: "set aside", Database: " as ", Why: "not_this_step"},
		"living":   {Status: "RUNNING", State: "recording", Database: "d at 127.0.0.1:1 as u"},
		"dead":     {Status: "RUNNING", State: "waiting", Database: "d at 127.0.0.1:1 as u", Why: "interrupted"},
		"torn":     {State: "set aside", Why: "not a whole record"},
	} {
		t.Run(step, func(t *testing.T) {
			got := all[step]
			if got.Status != want.Status || got.State != want.State || !strings.Contains(got.Database, want.Database) || !strings.Contains(got.Why, want.Why) {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
	if len(all) != 7 {
		t.Errorf("%d runs are listed", len(all))
	}
	r := run(t, []string{"MACROWATCH_SPOOL_DIR=" + dir}, "spool", "list")
	lines := strings.Split(strings.TrimRight(r.out, "\n"), "\n")
	if r.status != 0 || r.errout != "" || len(lines) != 8 || strings.ContainsAny(r.out, "\x1b\t") || strings.Contains(r.out, "secretword") {
		t.Errorf("%+v", r)
	}
	for _, heading := range []string{"STEP", "STATUS", "STATE", "DATABASE"} {
		at := strings.Index(lines[0], heading)
		for _, line := range lines[1:] {
			if at < 2 || len([]rune(line)) > at && []rune(line)[at-1] != ' ' {
				t.Errorf("%s is not aligned in %q", heading, line)
			}
		}
	}
	if r := run(t, []string{"MACROWATCH_SPOOL_DIR=" + t.TempDir()}, "spool", "list"); r.status != 0 || r.out != "No runs are kept.\n" {
		t.Errorf("%+v", r)
	}
}

func TestSpoolRetryDelivers(t *testing.T) {
	t.Parallel()
	dir, url := spoolOfAllKinds(t)
	env := []string{"DATABASE_URL=" + url, "MACROWATCH_SPOOL_DIR=" + dir}
	// The run is refused again, and the others do not change.
	r := run(t, env, "spool", "retry")
	if r.status != 1 || r.out != "delivered: 0, still kept: 1\n" || !strings.Contains(r.errout, "not_this_step") {
		t.Errorf("%+v", r)
	}
	mustSQL(t, url, "ALTER TABLE pipeline_runs DROP CONSTRAINT not_this_step")
	r = run(t, env, "spool", "retry")
	if r.status != 0 || r.out != "delivered: 1, still kept: 0\n" || r.errout != "" {
		t.Errorf("%+v", r)
	}
	if got := runsOf(t, url, "refused"); got != "SUCCESS" {
		t.Errorf("the run that was refused is %s", got)
	}
	// Runs that were kept for another database can be named, also one whose exec has died.
	all := listKept(t, dir)
	r = run(t, env, "spool", "retry", all["unusable"].RunID, all["dead"].RunID)
	if r.status != 0 || r.out != "delivered: 2, still kept: 0\n" {
		t.Errorf("%+v", r)
	}
	if got := runsOf(t, url, "dead"); got != "FAILED interrupted" {
		t.Errorf("the run whose exec died is %s", got)
	}
	mustRefuse(t, run(t, env, "spool", "retry", all["living"].RunID), 1, "being recorded")
	mustRefuse(t, run(t, env, "spool", "retry", "torn"), 1, "not a record")
	mustRefuse(t, run(t, env, "spool", "retry", "nothing"), 1, "no kept run is called", "nothing")
	mustRefuse(t, run(t, env, "spool", "retry", "--all", "torn"), 2, "--all")
	mustRefuse(t, run(t, []string{"DATABASE_URL=" + awayURL, "MACROWATCH_SPOOL_DIR=" + dir}, "spool", "retry"), 1, "127.0.0.1:1")
	r = run(t, env, "spool", "retry", "--all")
	if r.status != 1 || r.out != "delivered: 1, still kept: 2\n" || runsOf(t, url, "away") != keptRun {
		t.Errorf("%+v", r)
	}
	if left := listKept(t, dir); len(left) != 3 {
		t.Errorf("still kept: %v", left)
	}
}

// A person can send the runs for which no database was given to any database.
func TestSpoolRetryDeliversRunsWithoutADatabase(t *testing.T) {
	t.Parallel()
	u := newCronUser(t)
	spool := filepath.Join(u.home, "kept")
	for _, step := range []string{"one", "two", "three"} {
		u.run(t, []string{"MACROWATCH_SPOOL_DIR=" + spool}, "exec", "--step", step, "--", "sh", "-c", "exit 7")
	}
	book := pgtest.MigratedURL(t)
	relayed := newAddresses(t, book).at("127.0.0.1") // another user can't reach the server's socket
	env := []string{"DATABASE_URL=" + relayed, "MACROWATCH_SPOOL_DIR=" + spool}
	if r := u.run(t, env, "exec", "--step", "with a database", "--", "true"); r.status != 0 {
		t.Errorf("%+v", r)
	}
	if got := runsOf(t, book, "two"); got != "none" {
		t.Errorf("a run that was meant for no database is in this one: %s", got)
	}
	r := u.run(t, env, "spool", "retry")
	if r.status != 0 || r.out != "delivered: 3, still kept: 0\n" {
		t.Errorf("%+v", r)
	}
	for _, step := range []string{"one", "two", "three"} {
		if got := runsOf(t, book, step); got != keptRun {
			t.Errorf("%s: %s", step, got)
		}
	}
}

func TestSpoolDropRemovesWhatItIsTold(t *testing.T) {
	t.Parallel()
	dir, _ := spoolOfAllKinds(t)
	env := []string{"MACROWATCH_SPOOL_DIR=" + dir}
	all := listKept(t, dir)
	mustRefuse(t, run(t, env, "spool", "drop"), 2, "--all")
	mustRefuse(t, run(t, env, "spool", "drop", "--all"), 2, "--yes")
	mustRefuse(t, run(t, env, "spool", "drop", "nothing"), 1, "no kept run is called")
	mustRefuse(t, run(t, env, "spool", "drop", all["living"].RunID), 1, "being recorded")
	if left := listKept(t, dir); len(left) != len(all) {
		t.Errorf("%d of %d are left", len(left), len(all))
	}
	for _, name := range []string{"torn", all["away"].RunID, "stra"} {
		if r := run(t, env, "spool", "drop", name); r.status != 0 || r.out != "removed: 1\n" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := run(t, env, "spool", "drop", "--all", "--yes"); r.status != 0 || r.out != "removed: 3\n" {
		t.Errorf("%+v", r)
	}
	if left := listKept(t, dir); len(left) != 1 || left["living"].State != "recording" {
		t.Errorf("left: %v", left)
	}
}

// The runs in a folder that is not the user's alone are not listed, delivered or removed.
func TestSpoolCommandsRefuseAFolderOfOthers(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(folder string) error{
		"others write": func(folder string) error { return os.Chmod(folder, 0o777) },
		"a link": func(folder string) error {
			if err := os.Rename(folder, folder+"-moved"); err != nil {
				return err
			}
			return os.Symlink(folder+"-moved", folder)
		},
		"another user's": func(folder string) error {
			if os.Geteuid() != 0 {
				return os.Chmod(folder, 0o777) // only root can give it to another user
			}
			return os.Chown(folder, 65534, 65534)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, url := t.TempDir(), pgtest.MigratedURL(t)
			env := []string{"MACROWATCH_SPOOL_DIR=" + dir}
			execInVain(t, append(env, "DATABASE_URL="+awayURL), "away")
			kept := listKept(t, dir)["away"]
			folder := filepath.Dir(kept.File)
			execInVain(t, append(env, "DATABASE_URL=service=of-nobody"), "well")
			if err := spoil(folder); err != nil {
				t.Fatal(err)
			}
			r := run(t, env, "spool", "list")
			if r.status != 1 || strings.Contains(r.out, kept.RunID) || !strings.Contains(r.out, "well") || !strings.Contains(r.errout, folder) {
				t.Errorf("list: %+v", r)
			}
			mustRefuse(t, run(t, env, "spool", "drop", kept.RunID), 1, "no kept run is called", folder)
			if r := run(t, append(env, "DATABASE_URL="+url), "spool", "retry", "--all"); r.status != 1 || r.out != "delivered: 1, still kept: 0\n" || !strings.Contains(r.errout, folder) {
				t.Errorf("retry: %+v", r)
			}
			if got := runsOf(t, url, "away"); got != "none" {
				t.Errorf("delivered: %s", got)
			}
		})
	}
}
