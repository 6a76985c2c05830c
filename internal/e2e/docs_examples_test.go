package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
)

const examples = "../../examples/"

// docs/recording.md shows these files as they are.
func TestThePageShowsTheExamples(t *testing.T) {
	t.Parallel()
	page := string(readAll(t, "../../docs/recording.md"))
	for _, name := range []string{"fred_step.py", "strategy/main.go", "crontab", "fred.service", "fred.timer", "dagster_assets.py", "airflow_dag.py", "dbt_runs.py"} {
		if text := strings.TrimRight(string(readAll(t, examples+name)), "\n"); !strings.Contains(page, "\n"+text+"\n```\n") {
			t.Errorf("docs/recording.md does not show %s as it is", name)
		}
	}
}

// withInstruments returns a desk that has the instruments of the examples, and a home directory with the client and
// steps in it.
func withInstruments(t *testing.T) (d *pythonDesk, home string) {
	t.Helper()
	d, home = newPythonDesk(t), t.TempDir()
	if r := run(t, []string{"DATABASE_URL=" + d.database}, "import", "instruments", examples+"instruments.csv"); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	if err := os.CopyFS(filepath.Join(home, "examples"), os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	write(t, home, "macrowatch.py", string(readAll(t, "../../clients/python/macrowatch.py")))
	for name, text := range map[string]string{"fred.sh": "#!/bin/sh\necho fetched\n", "yahoo.sh": "#!/bin/sh\nexit 4\n"} {
		write(t, home, name, text)
		if err := os.Chmod(filepath.Join(home, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return d, home
}

const allRuns = "SELECT step_name || ' ' || status || coalesce(' ' || error_message, '') FROM pipeline_runs ORDER BY started_at, step_name"

func TestTheStepInPythonRuns(t *testing.T) {
	t.Parallel()
	d, home := withInstruments(t)
	step := d.python(t, "examples/fred_step.py")
	step.Dir = home
	lines := strings.Count(string(readAll(t, examples+"prices.csv")), "\n") - 1
	if r := ended(t, step); r.status != 0 || !strings.Contains(r.out, "inserted=") {
		t.Fatalf("%+v", r)
	}
	if got := d.lines(t, "SELECT (count(*) = "+strconv.Itoa(lines)+")::text FROM instrument_prices"); got != "true" {
		t.Errorf("not all of the %d prices are there", lines)
	}
	step = d.python(t, "examples/fred_step.py", "nowhere.csv")
	step.Dir = home
	if r := ended(t, step); r.status == 0 {
		t.Errorf("%+v", r)
	}
	got := d.lines(t, "SELECT status || ' ' || coalesce(substring(error_message from '\\w+Error: .*$'), '') FROM pipeline_runs ORDER BY started_at")
	if got != "SUCCESS \nFAILED FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.csv'" {
		t.Error(got)
	}
}

// cronLine finds the five fields of time and the command of a line of a crontab.
var cronLine = regexp.MustCompile(`^(?:[\d*/,-]+ +){5}(.*)$`)

func TestTheLinesOfTheCrontabRun(t *testing.T) {
	t.Parallel()
	d, home := withInstruments(t)
	host, _, _ := strings.Cut(d.address, ":")
	write(t, home, ".netrc", "machine "+host+" login cron password "+d.token+"\n")
	ran := 0
	for _, line := range strings.Split(strings.TrimSpace(string(readAll(t, examples+"crontab"))), "\n") {
		command := cronLine.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "#"), strings.HasPrefix(line, "MACROWATCH_URL="), strings.HasPrefix(line, "MACROWATCH_TOKEN="):
			continue
		case command == nil || strings.Contains(line, "%"): // cron ends a command at %
			t.Fatalf("not a line of a crontab: %s", line)
		}
		c := exec.Command("/bin/sh", "-c", command[1]) // as cron runs it
		c.Dir = home
		c.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "MACROWATCH_URL=http://" + d.address, "MACROWATCH_TOKEN=" + d.token}
		if r := ended(t, c); r.status != 0 || r.errout != "" {
			t.Errorf("%s: %+v", line, r)
		}
		ran++
	}
	if got := d.lines(t, allRuns); ran != 3 || got != "fred SUCCESS\nyahoo FAILED exit status 4" {
		t.Errorf("%d lines: %s", ran, got)
	}
}

func TestTheUnitsOfSystemd(t *testing.T) {
	t.Parallel()
	service := string(readAll(t, examples+"fred.service"))
	_, line, _ := strings.Cut(service, "\nExecStart=")
	line, _, _ = strings.Cut(line, "\n")
	d, home := withInstruments(t)
	command := strings.Fields(strings.NewReplacer("/usr/bin/python3", "python3", "/usr/local/lib/", home+"/", "/usr/local/bin/", home+"/").Replace(line))
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(testenv.ForGo(), "PYTHONDONTWRITEBYTECODE=1", "MACROWATCH_URL=http://"+d.address, "MACROWATCH_TOKEN="+d.token, "MACROWATCH_CLIENT_SPOOL_DIR="+d.spool)
	if r := ended(t, c); r.status != 0 || r.out != "fetched\n" {
		t.Errorf("%v: %+v", command, r)
	}
	if got := d.lines(t, allRuns); got != "fred SUCCESS" {
		t.Error(got)
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze")
	}
	units := t.TempDir()
	verify := func() result {
		c := exec.Command("systemd-analyze", "verify", filepath.Join(units, "fred.service"), filepath.Join(units, "fred.timer"))
		c.Env = append(testenv.ForGo(), "SYSTEMD_LOG_LEVEL=warning")
		return ended(t, c)
	}
	// The program of the unit is not in its place on every machine that has systemd.
	write(t, units, "fred.service", strings.Replace(service, "/usr/bin/python3", "/bin/sh", 1))
	write(t, units, "fred.timer", string(readAll(t, examples+"fred.timer")))
	if r := verify(); r.status != 0 || r.errout != "" {
		t.Errorf("%+v", r)
	}
	write(t, units, "fred.service", strings.Replace(service, "Type=oneshot", "Typo=oneshot", 1))
	if r := verify(); !strings.Contains(r.errout, "Typo") {
		t.Errorf("a wrong unit passes: %+v", r)
	}
}

// The file is as dbt 1.x writes it: its schema is version 6 of run-results.
const runResults = `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version": "1.9.1", "generated_at": "2026-03-02T08:00:09.500000Z", "invocation_id": "4d3f2f3e-0b1c-4c53-9c1e-1d4a1c7a6f10", "env": {}},
"results": [
 {"status": "success", "timing": [{"name": "compile", "started_at": "2026-03-02T08:00:01.000000Z", "completed_at": "2026-03-02T08:00:01.250000Z"}, {"name": "execute", "started_at": "2026-03-02T08:00:01.250000Z", "completed_at": "2026-03-02T08:00:03.000000Z"}], "thread_id": "Thread-1", "execution_time": 2.0, "adapter_response": {}, "message": "SELECT 10", "failures": null, "unique_id": "model.desk.prices"},
 {"status": "error", "timing": [{"name": "compile", "started_at": "2026-03-02T08:00:03.000000Z", "completed_at": "2026-03-02T08:00:04.000000Z"}], "thread_id": "Thread-1", "execution_time": 1.0, "adapter_response": {}, "message": "Database Error in model curves\n  relation \"di\" does not exist", "failures": null, "unique_id": "model.desk.curves"},
 {"status": "skipped", "timing": [], "thread_id": "Thread-1", "execution_time": 0.0, "adapter_response": {}, "message": "SKIP relation desk.curves due to error", "failures": null, "unique_id": "model.desk.carry"},
 {"status": "fail", "timing": [{"name": "compile", "started_at": "2026-03-02T08:00:05.000000Z", "completed_at": "2026-03-02T08:00:06.000000Z"}], "thread_id": "Thread-1", "execution_time": 1.0, "adapter_response": {}, "message": "Got 3 results, configured to fail if != 0", "failures": 3, "unique_id": "test.desk.not_null_prices.1a2b"},
 {"status": "warn", "timing": [{"name": "compile", "started_at": "2026-03-02T08:00:06.000000Z", "completed_at": "2026-03-02T08:00:07.000000Z"}], "thread_id": "Thread-1", "execution_time": 1.0, "adapter_response": {}, "message": "Got 1 result", "failures": 1, "unique_id": "test.desk.unique_prices.3c4d"}]}`

func TestTheRunsOfDbtAreSent(t *testing.T) {
	t.Parallel()
	d, home := withInstruments(t)
	write(t, home, "run_results.json", runResults)
	for _, want := range []string{"inserted=5", "unchanged=5"} {
		c := d.python(t, "examples/dbt_runs.py", "run_results.json")
		c.Dir = home
		if r := ended(t, c); r.status != 0 || !strings.Contains(r.out, want) {
			t.Errorf("%+v, want %s", r, want)
		}
	}
	want := "model.desk.prices SUCCESS\nmodel.desk.curves FAILED Database Error in model curves\n  relation \"di\" does not exist\n" +
		"test.desk.not_null_prices.1a2b FAILED Got 3 results, configured to fail if != 0\ntest.desk.unique_prices.3c4d SUCCESS\nmodel.desk.carry SKIPPED"
	if got := d.lines(t, allRuns); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Dagster and Airflow are large, and not in every registry, so this runs where they are installed.
func TestTheExamplesOfOrchestrators(t *testing.T) {
	t.Parallel()
	for _, o := range []struct{ module, file, command string }{
		{"dagster", "dagster_assets.py", "python3 -m dagster asset materialize -f examples/dagster_assets.py --select fred_prices"},
		{"airflow", "airflow_dag.py", "python3 -m airflow db migrate && cd examples && sed s,examples/prices.csv,prices.csv, fred_step.py > f && mv f fred_step.py && " +
			"python3 -c 'import airflow_dag; airflow_dag.desk.get_task(\"fred\").execute({})'"},
	} {
		t.Run(o.module, func(t *testing.T) {
			t.Parallel()
			if r := ended(t, exec.Command("python3", "-c", "compile(open('"+examples+o.file+"').read(), '', 'exec')")); r.status != 0 {
				t.Errorf("%s: %s", o.file, r.errout)
			}
			if r := ended(t, exec.Command("python3", "-c", "import "+o.module)); r.status != 0 {
				t.Skipf("Python has no package %s here", o.module)
			}
			if !testenv.Long() {
				t.Skip("MACROWATCH_TEST_LONG=1 runs it")
			}
			d, home := withInstruments(t)
			c := d.python(t)
			c.Path, c.Args, c.Dir = "/bin/sh", []string{"sh", "-c", o.command}, home
			c.Env = append(c.Env, "HOME="+home, "AIRFLOW_HOME="+home, "DAGSTER_HOME="+home, "PYTHONPATH="+home+":"+home+"/examples")
			if r := ended(t, c); r.status != 0 {
				t.Fatalf("%+v", r)
			}
			if got := d.lines(t, allRuns); got != "fred SUCCESS" {
				t.Error(got)
			}
		})
	}
}
