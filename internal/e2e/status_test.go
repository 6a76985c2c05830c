package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/view"
)

// statusAnswer is what "status --json" prints.
type statusAnswer struct {
	Severity   string `json:"severity"`
	Dashboards []struct {
		UID       string `json:"uid"`
		Name      string `json:"name"`
		Headlines []struct {
			PanelID  int      `json:"panel_id"`
			Item     string   `json:"item"`
			Values   []string `json:"values"`
			Severity string   `json:"severity"`
		} `json:"headlines"`
	} `json:"dashboards"`
}

// statusJSON runs "status --json".
func statusJSON(t *testing.T, args ...string) (statusAnswer, int) {
	t.Helper()
	r := run(t, nil, append([]string{"status", "--json"}, args...)...)
	var answer statusAnswer
	if err := json.Unmarshal([]byte(r.out), &answer); err != nil || r.errout != "" {
		t.Fatalf("status %v: %d %v\n%s%s", args, r.status, err, r.out, r.errout)
	}
	return answer, r.status
}

// shownValues are the values of the page's tiles, dials and bars, a line for each as "panel|name|value value".
func shownValues(p view.Panel) []string {
	text := func(v view.Value) string { return v.Prefix + v.Text + v.Suffix }
	var out []string
	switch v := p.View; {
	case v.Stat != nil && v.Stat.TextMode == "value_and_name":
		for _, i := range v.Stat.Items {
			out = append(out, fmt.Sprintf("%d|%s|%s", p.ID, i.Title, text(i.Value)))
		}
	case v.Stat != nil:
		var values []string
		for _, i := range v.Stat.Items {
			values = append(values, text(i.Value))
		}
		out = append(out, fmt.Sprintf("%d||%s", p.ID, strings.Join(values, " ")))
	case v.Gauge != nil:
		for _, i := range v.Gauge.Items {
			out = append(out, fmt.Sprintf("%d|%s|%s", p.ID, i.Title, text(i.Value)))
		}
	case v.BarGauge != nil:
		for _, i := range v.BarGauge.Items {
			out = append(out, fmt.Sprintf("%d|%s|%s", p.ID, i.Title, text(i.Value)))
		}
	}
	return out
}

func TestStatusPrintsWhatThePageShows(t *testing.T) {
	t.Parallel()
	desk, dir := onceDesk(t)
	answer, _ := statusJSON(t, "--database-url", databaseURL(t, dir), "--as-of", monday)
	compared := 0
	for _, d := range answer.Dashboards {
		printed := map[string]bool{}
		for _, h := range d.Headlines {
			printed[fmt.Sprintf("%d|%s|%s", h.PanelID, h.Item, strings.Join(h.Values, " "))] = true
		}
		shown := 0
		for _, p := range panelsOf(t, desk.url, d.UID, "?timezone=America/Sao_Paulo") {
			for _, line := range shownValues(p) {
				if shown++; !printed[line] {
					t.Errorf("%s: the page shows %q, and status does not; it prints %v", d.Name, line, printed)
				}
			}
		}
		if shown != len(d.Headlines) {
			t.Errorf("%s: the page shows %d values and status prints %d", d.Name, shown, len(d.Headlines))
		}
		compared += shown
	}
	if len(answer.Dashboards) != 4 || compared < 30 {
		t.Errorf("only %d values of %d dashboards were compared", compared, len(answer.Dashboards))
	}
}

func TestStatusExitsByTheDashboardsThresholds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, csv, only string
		status          int
		severity        string
	}{
		"a failed run": {"pipeline-runs", "run_id,step_name,status,started_at,finished_at,duration_seconds\n" +
			"r1,fred,FAILED,2026-06-12T06:00:00Z,2026-06-12T06:01:00Z,60\n", "pipeline", 2, "critical"},
		"a run that went well": {"pipeline-runs", "run_id,step_name,status,started_at,finished_at,duration_seconds\n" +
			"r1,fred,SUCCESS,2026-06-12T06:00:00Z,2026-06-12T06:01:00Z,60\n", "pipeline", 0, "ok"},
		"a limit that is used to a third":    {"limit-statuses", limitStatus("30"), "risk", 0, "ok"},
		"a limit that is used to two thirds": {"limit-statuses", limitStatus("70"), "risk", 1, "warning"},
		"a limit that is exceeded":           {"limit-statuses", limitStatus("130"), "risk", 2, "critical"},
		"an exceeded limit is not of signal": {"limit-statuses", limitStatus("130"), "signal", 0, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.MigratedURL(t)
			if r := run(t, nil, "import", "--database-url", url, c.kind, write(t, t.TempDir(), "rows.csv", c.csv)); r.status != 0 {
				t.Fatalf("import: %s", r.errout)
			}
			answer, status := statusJSON(t, "--database-url", url, "--only", c.only, "--as-of", "2026-06-12T12:00:00Z")
			if status != c.status || answer.Severity != c.severity {
				t.Errorf("exit status %d, %q; want %d, %q", status, answer.Severity, c.status, c.severity)
			}
			plain := run(t, nil, "status", "--database-url", url, "--only", c.only, "--as-of", "2026-06-12T12:00:00Z")
			if first := strings.ToUpper(c.severity); plain.status != c.status || first != "NONE" && !strings.HasPrefix(plain.out, first+" ") {
				t.Errorf("as a table: %d\n%s", plain.status, plain.out)
			}
		})
	}
}

func limitStatus(utilization string) string {
	return "checked_at,limit_name,current_value,limit_value,utilization_pct\n2026-06-12T06:00:00Z,VaR 95%," + utilization + ",100," + utilization + "\n"
}

func TestStatusIsCriticalWhereNothingCanBeRead(t *testing.T) {
	t.Parallel()
	empty := pgtest.URL(t)
	for name, c := range map[string]struct{ url, want string }{
		"nobody answers":   {"postgres://u@127.0.0.1:1/x?sslmode=disable", "127.0.0.1:1"},
		"no tables":        {empty, "run macrowatch migrate first"},
		"no such database": {"postgres://u@127.0.0.1:1/" + strings.Repeat("x", 70), "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, args := range [][]string{nil, {"--json"}} {
				r := run(t, nil, append([]string{"status", "--database-url", c.url}, args...)...)
				if r.status != 2 || r.out != "" || !strings.Contains(r.errout, c.want) || strings.Count(r.errout, "\n") != 1 {
					t.Errorf("%v: %d %q %q", args, r.status, r.out, r.errout)
				}
			}
		})
	}
}

// statusOnTerminal runs status on a terminal and returns what it writes there.
func statusOnTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	c := exec.Command(program(t), append([]string{"status"}, args...)...)
	c.Env = append(append(ownEnv(t), "TERM=xterm"), env...)
	terminal, err := pty.StartWithSize(c, &pty.Winsize{Rows: 50, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var out strings.Builder
	buffer := make([]byte, 4096)
	for {
		n, err := terminal.Read(buffer)
		out.Write(buffer[:n])
		if err != nil { // EIO: the program has ended
			break
		}
	}
	_ = c.Wait() // its status is of no interest here
	return out.String()
}

func TestStatusIsColouredOnTerminalsOnly(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	args := []string{"--database-url", url, "--only", "pipeline"}
	const escape = "\x1b["
	if text := statusOnTerminal(t, nil, args...); !strings.Contains(text, escape) || !strings.Contains(text, "NO RUNS") {
		t.Errorf("on a terminal: %q", text)
	}
	for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
		if text := statusOnTerminal(t, []string{env}, args...); strings.Contains(text, escape) || !strings.Contains(text, "NO RUNS") {
			t.Errorf("with %s: %q", env, text)
		}
	}
	if r := run(t, nil, append([]string{"status"}, args...)...); strings.Contains(r.out, escape) {
		t.Errorf("piped: %q", r.out)
	}
}

func TestStatusWatchesUntilInterrupted(t *testing.T) {
	t.Parallel()
	url := pgtest.MigratedURL(t)
	c := exec.Command(program(t), "status", "--database-url", url, "--only", "pipeline", "--watch", "--interval", "1s")
	c.Env = ownEnv(t)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	var seen strings.Builder
	buffer := make([]byte, 4096)
	for strings.Count(seen.String(), "Pipeline Health") < 3 {
		n, err := out.Read(buffer)
		seen.Write(buffer[:n])
		if err != nil {
			t.Fatalf("it ended: %v\n%s", err, seen.String())
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("interrupted: %v", err)
	}
}

// TestStatusSaysHowTheDeskStands reads the line that the header of every page has, whichever dashboard is printed.
func TestStatusSaysHowTheDeskStands(t *testing.T) {
	t.Parallel()
	url, file := pgtest.MigratedURL(t), deskFileOf(t, twoSteps)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	ask := func(more ...string) result {
		t.Helper()
		return run(t, nil, append([]string{"status", "--database-url", url, "--desk-file", file, "--only", "risk", "--as-of", afternoon().Format(time.RFC3339)}, more...)...)
	}
	second := func(what, want string) {
		t.Helper()
		r := ask()
		if lines := strings.Split(r.out, "\n"); len(lines) < 3 || lines[1] != want || r.status != 0 {
			t.Errorf("%s: the second line is not %q; %d\n%s", what, want, r.status, r.out)
		}
	}
	second("no expected runs are kept", "")
	if r := run(t, nil, "desk", "apply", "--database-url", url, "--desk-file", file); r.status != 0 {
		t.Fatal(r.errout)
	}
	second("nothing was ever recorded", "NOTHING DUE  Today: nothing is due; next: prices on Friday at 06:00")
	for _, step := range []string{"prices", "book"} {
		recordRun(t, conn, "before-"+step, step, "SUCCESS", "06:00", 20)
	}
	recordRun(t, conn, "run-1", "prices", "SUCCESS", "06:00", 0)
	second("a step is late", "LATE since 12:30  Today: 1 of 2 done, 0 failed, 1 late; next: prices on Friday at 06:00")
	recordRun(t, conn, "run-2", "book", "FAILED", "12:10", 0)
	second("a step failed", "FAILED since 12:11  Today: 1 of 2 done, 1 failed, 0 late; next: prices on Friday at 06:00")
	const want = `"verdict": {
    "severity": "critical",
    "word": "FAILED",
    "text": "Today: 1 of 2 done, 1 failed, 0 late; next: prices on Friday at 06:00",
    "brief": "1 failed, 1 of 2 done",
    "wrong": 1,
    "since": "2026-11-12T12:11:00Z"
  }`
	if r := ask("--json"); !strings.Contains(r.out, want) {
		t.Errorf("as JSON: %s", r.out)
	}
	if _, err := conn.Exec(t.Context(), "ALTER TABLE expected_runs RENAME TO expected_runs_gone"); err != nil {
		t.Fatal(err)
	}
	if r := ask(); !strings.Contains(r.out, "\nHow the desk's day stands can't be read: ") || !strings.Contains(r.out, "expected_runs") {
		t.Errorf("without the table: %d\n%s%s", r.status, r.out, r.errout)
	}
}
