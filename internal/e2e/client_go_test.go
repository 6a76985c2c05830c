package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	goclient "macrowatch/client"
	"macrowatch/internal/record/intake"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// The clients for Go and for Python keep records in the same way, so that each sends what the other has kept.
func TestTheClientsShareASpool(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	d.service.stop(t)
	rows := make([]goclient.Signal, 300) // enough to be compressed
	for i := range rows {
		rows[i] = goclient.Signal{Strategy: "GO", Instrument: "I" + strings.Repeat("x", i%7), Direction: "LONG", Confidence: 0.5, GeneratedAt: time.Date(2026, 3, 2, 8, 0, i, 0, time.UTC)}
	}
	keep := func() *goclient.Client {
		c, err := goclient.New(goclient.Config{URL: "http://" + d.address, Token: d.token, SpoolDir: d.spool, Patience: time.Nanosecond})
		if err != nil {
			t.Fatal(err)
		}
		for _, some := range [][]goclient.Signal{rows, rows[:1]} {
			if a, err := goclient.Send(t.Context(), c, some); err != nil || !a.Kept {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		return c
	}
	keepPython := func() {
		d.script(t, `
import macrowatch
row = dict(strategy_id="PYTHON", instrument="AÇÚCAR", direction="LONG", confidence=0.5, generated_at="2026-03-02T08:00:00Z")
client = macrowatch.Client(patience=0)
assert client.send("signals", row).kept and client.send("signals", [dict(row, instrument="I%d" % i) for i in range(300)]).kept
with client.run("fred"): pass`)
	}
	const query = "SELECT strategy_id || ' ' || count(*) FROM strategy_signals GROUP BY strategy_id UNION ALL SELECT step_name || ' ' || count(*) FROM pipeline_runs GROUP BY step_name ORDER BY 1"
	const all = "GO 300\nPYTHON 301\nfred 1"
	c := keep()
	keepPython()
	d.serve(t)
	if n, err := c.Retry(t.Context()); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	if got := d.lines(t, query); got != all {
		t.Errorf("after Go has sent everything: %s", got)
	}
	d.service.stop(t)
	keep()
	d.serve(t)
	if r := d.ran(t, "-m", "macrowatch", "retry"); r.status != 0 || r.out != "0 records wait\n" {
		t.Errorf("%+v", r)
	}
	if left := d.waiting(t); len(left) != 0 {
		t.Errorf("%v", left)
	}
}

// A kind that can be imported can be sent by both clients.
func TestTheClientsKnowEveryKind(t *testing.T) {
	t.Parallel()
	d := &pythonDesk{address: "127.0.0.1:1", token: "mwt_x", spool: t.TempDir()}
	python := strings.Fields(d.script(t, "import macrowatch; print(*macrowatch.KINDS)").out)
	var inGo []string
	for _, found := range regexp.MustCompile(`kind\(\) string +\{ return "([a-z-]+)" \}`).FindAllStringSubmatch(string(readAll(t, "../../client/rows.go")), -1) {
		inGo = append(inGo, found[1])
	}
	want := slices.Sorted(slices.Values(intake.Kinds()))
	for name, got := range map[string][]string{"Python": python, "Go": inGo} {
		if !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// A program of another module builds with the client, as docs/recording.md says, and records into a real server.
func TestAnotherModuleUsesTheClient(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/strategy\n\ngo 1.26\n\nrequire macrowatch v0.0.0\n\nreplace macrowatch => "+root+"\n")
	write(t, dir, "main.go", string(readAll(t, "../../examples/strategy/main.go")))
	build := exec.Command("go", "build", "-mod=mod", "-o", "strategy", ".")
	build.Dir, build.Env = dir, append(testenv.ForGo(), "GOFLAGS=", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program := exec.Command(filepath.Join(dir, "strategy"))
	program.Env = append(ownEnv(t), "MACROWATCH_URL="+s.url, "MACROWATCH_TOKEN="+madeToken(t, database, "strategy"))
	if r := ended(t, program); r.status != 0 || r.out != "1 inserted\n" {
		t.Errorf("%+v", r)
	}
}
