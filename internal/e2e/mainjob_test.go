package e2e

import (
	"fmt"
	"io"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/testfiles"
)

// TestMainJob does what the program is for, with real prices, and looks at the result in a browser. exec records a
// connector's import. The connector's tile shows RUNNING, and then SUCCESS with the real duration. A failure is shown on
// the tile and in the error log.
func TestMainJob(t *testing.T) {
	t.Parallel()
	prices := testfiles.Unpack(t, "market/prices.csv")
	dir := deskDir(t)
	now := clockAt(quietMoment()) // the sample desk must not refresh FRED itself meanwhile
	demo := startCommand(t, now.command(t, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir))
	p := startChromium(t).tab(t, screen{})
	url := databaseURL(t, dir)
	p.open(demo.url)
	simulated := scalar[int](t, url, "select count(*) from instrument_prices")

	if r := run(t, nil, "import", "instruments", testfiles.Path(t, "market/instruments.csv"), "--data-dir", dir); r.status != 0 {
		t.Fatalf("import instruments: %d %s", r.status, r.errout)
	}
	began := time.Now()
	job := startJob(t, now, prices, dir)
	p.until("FRED to be RUNNING", p.refreshed(tileFRED, "RUNNING"))
	running := time.Now()
	p.until("the page to ask again", p.refreshed(tileFRED, "RUNNING"))
	least := time.Since(running).Seconds()
	job.goOn()
	if r := job.wait(); r.status != 0 || !strings.Contains(r.out+r.errout, "327,876") && !strings.Contains(r.out+r.errout, "327876") {
		t.Fatalf("the import ended with status %d and said: %s%s", r.status, r.out, r.errout)
	}
	most := time.Since(began).Seconds()
	p.until("FRED's SUCCESS", p.refreshed(tileFRED, "SUCCESS"))
	recorded := scalar[float64](t, url, `select duration_seconds from pipeline_runs
		where step_name = 'fred' order by started_at desc limit 1`)
	if recorded <= least || recorded > most {
		t.Errorf("the record says that it took %.3f s; it was RUNNING for at least %.3f s within %.3f s", recorded, least, most)
	}
	if took := p.took(tileFRED); !slices.Contains([]string{spoken(recorded), spoken(recorded + 1e-6), spoken(recorded - 1e-6)}, took) {
		t.Errorf("the tile says %q, the record %.3f s", took, recorded)
	}
	if n := scalar[int](t, url, "select count(*) from instrument_prices") - simulated; n != 327_876 {
		t.Errorf("%d more prices are in the database, want 327,876", n)
	}

	r := run(t, now.env(), "exec", "--data-dir", dir, "--step", "fred", "--", "sh", "-c", `echo "HTTP 503 from upstream" >&2; exit 7`)
	if r.status != 7 || r.errout != "HTTP 503 from upstream\n" {
		t.Errorf("exec ended with status %d and wrote %q, want 7 and the command's words only", r.status, r.errout)
	}
	p.until("FRED's FAILED", p.refreshed(tileFRED, "FAILED"))
	// The panels arrive one by one, so the test waits for the log too.
	p.until("the failure in the error log", `[...`+in(errorLogID, "tbody tr")+`?.cells ?? []].map((c) => c.innerText.trim()).slice(1).join() === "fred,HTTP 503 from upstream"`)
}

// job is the import of the prices under exec. It begins when the test calls goOn. So the test can see it RUNNING
// even on a fast machine.
type job struct {
	cmd  *exec.Cmd
	gate io.WriteCloser
	out  lockedBuffer
	t    testing.TB
}

// startJob starts exec with a shell that waits for a line and then becomes the import.
func startJob(t testing.TB, now clock, prices, dir string) *job {
	t.Helper()
	j := &job{t: t}
	j.cmd = now.command(t, "exec", "--data-dir", dir, "--step", "fred", "--",
		"sh", "-c", `read go && exec "$@"`, "sh", program(t), "import", "prices", prices, "--data-dir", dir)
	j.cmd.Stdout, j.cmd.Stderr = &j.out, &j.out
	var err error
	if j.gate, err = j.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := j.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.gate.Close() })
	return j
}

// goOn lets the import begin.
func (j *job) goOn() { _, _ = fmt.Fprintln(j.gate, "go") }

func (j *job) wait() result {
	j.t.Helper()
	done := make(chan struct{})
	go func() { _ = j.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(2 * patience):
		_ = j.cmd.Process.Kill()
		<-done
		j.t.Fatalf("the import did not end: %s", j.out.String())
	}
	return result{status: j.cmd.ProcessState.ExitCode(), out: j.out.String()}
}

// refreshed is an expression that is true when a tile shows a status. Until then, it presses the page's refresh button
// whenever the page has no request under way.
func (p *tab) refreshed(id int, status string) string {
	return fmt.Sprintf(`(() => {
		const shown = %s?.innerText.trim() === %s;
		if (!shown && document.body.dataset.ready) document.querySelector("[data-testid=refresh]").click();
		return shown;
	})()`, in(id, ".stat-main"), quoted(status))
}

// took returns how long a tile says that its run took, without how long it usually takes.
func (p *tab) took(id int) string {
	p.t.Helper()
	item := p.answered()[id].View.Stat.Items[2]
	shown := p.text(in(id, ".stat-facts div:last-child"))
	if shown != words(item.Value) {
		p.t.Errorf("tile %d shows %q, the API gives %q", id, shown, words(item.Value))
	}
	took, _, _ := strings.Cut(shown, ", usually")
	return took
}

// spoken writes seconds as a tile says them: 9.5 s, 42 s, 2 m 31 s.
func spoken(seconds float64) string {
	if seconds < 59.95 {
		return strconv.FormatFloat(math.Round(seconds*10)/10, 'f', -1, 64) + " s"
	}
	whole := int(math.Round(seconds))
	return fmt.Sprintf("%d m %d s", whole/60, whole%60)
}
