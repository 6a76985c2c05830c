package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// pythonDesk is a server with a token, and what a Python program on the same machine needs to send to it.
type pythonDesk struct {
	database, address, token string
	spool                    string
	service                  *service
}

// newPythonDesk makes a desk. Its server listens on an address that stays the same when the server starts again.
func newPythonDesk(t *testing.T) *pythonDesk {
	t.Helper()
	d := &pythonDesk{database: pgtest.MigratedURL(t), spool: filepath.Join(t.TempDir(), "spool")}
	d.token = madeToken(t, d.database, "python")
	d.address = "127.0.0.1:" + freePort(t)
	d.serve(t)
	return d
}

func (d *pythonDesk) serve(t *testing.T) {
	t.Helper()
	d.service = start(t, []string{"DATABASE_URL=" + d.database}, "serve", "--listen", d.address, "--open=false")
}

// kill ends the server as a power cut would.
func (d *pythonDesk) kill(t *testing.T) {
	t.Helper()
	if err := d.service.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.service.done
}

// python returns a command of Python. A test without a Python that is new enough fails: scripts/install-test-tools.sh
// installs one.
func (d *pythonDesk) python(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, "python3", args...)
	library, err := filepath.Abs("../../clients/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(library, "macrowatch.py")); err != nil { // Go runs the test again when it changes
		t.Fatal(err)
	}
	c.Env = append(testenv.ForGo(), "PYTHONPATH="+library, "PYTHONDONTWRITEBYTECODE=1", "MACROWATCH_URL=http://"+d.address,
		"MACROWATCH_TOKEN="+d.token, "MACROWATCH_CLIENT_SPOOL_DIR="+d.spool)
	return c
}

// ran is the output of a Python program.
func (d *pythonDesk) ran(t *testing.T, args ...string) result {
	t.Helper()
	return ended(t, d.python(t, args...))
}

// script runs a text of Python, and fails the test if it does.
func (d *pythonDesk) script(t *testing.T, text string) result {
	t.Helper()
	r := d.ran(t, "-c", text)
	if r.status != 0 {
		t.Fatalf("exit status %d\n%s%s", r.status, r.out, r.errout)
	}
	return r
}

// ended runs a command to its end.
func ended(t *testing.T, c *exec.Cmd) result {
	t.Helper()
	var out, errout bytes.Buffer
	c.Stdout, c.Stderr = &out, &errout
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), out.String(), errout.String()}
}

// lines returns the rows of a query whose columns are text, each as one line.
func (d *pythonDesk) lines(t *testing.T, query string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(texts, "\n")
}

// waiting returns the names of the records in the spool directory.
func (d *pythonDesk) waiting(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(d.spool, "*", "*.json*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The tests of the module that need no server are in Python.
func TestThePythonClientsOwnTests(t *testing.T) {
	t.Parallel()
	d := &pythonDesk{address: "127.0.0.1:1", token: "mwt_x", spool: t.TempDir()}
	r := ended(t, d.python(t, "-m", "unittest", "-v", "test_macrowatch"))
	if r.status != 0 || !strings.Contains(r.errout, "OK") {
		t.Errorf("exit status %d\n%s%s", r.status, r.out, r.errout)
	}
	if _, err := os.Stat("../../clients/python/test_macrowatch.py"); err != nil { // Go runs this again when it changes
		t.Fatal(err)
	}
}

func TestThePythonClientSendsEveryKind(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	const script = `
import datetime, decimal, macrowatch
at = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
class Frame:  # what a DataFrame of pandas has
    columns = ["instrument", "price_date", "price"]
    def to_dict(self, orient):
        assert orient == "records"
        return [{"instrument": "BRENT", "price_date": at.date(), "price": 80.5}]
everything = {
    "instruments": {"instrument": "BRENT", "kind": "price", "quoted_in": "USD", "tenor_years": float("nan")},
    "prices": Frame(),
    "signals": (dict(strategy_id="CMD_CARRY", instrument=i, direction="LONG", confidence=decimal.Decimal("0.1"), generated_at=at) for i in ("BRENT", "AÇÚCAR")),
    "portfolio-states": [dict(timestamp=at, strategy_id="CMD_CARRY", instrument="BRENT", weight=0.25, total_equity=100000)],
    "pipeline-runs": dict(run_id="1", step_name="fred", status="SUCCESS", started_at=at, finished_at=at, duration_seconds=0),
    "risk-metrics": dict(computed_at=at, var_95_pct=1, var_99_pct=2, cvar_95_pct=1.5, max_drawdown=3, max_drawdown_252d_pct=3),
    "stress-results": dict(run_date=at, scenario_name="Oil", portfolio_pnl_pct=-2),
    "limit-statuses": dict(checked_at=at, limit_name="VaR 95 (%)", limit_value=2, current_value=1, utilization_pct=50),
}
assert set(everything) == set(macrowatch.KINDS)
rows = {kind: list(macrowatch._records(r)) for kind, r in everything.items()}
for kind in everything:
    a = macrowatch.send(kind, rows[kind])
    assert a.inserted == len(rows[kind]) and not a.kept, (kind, a)
    a = macrowatch.send(kind, rows[kind])
    assert a.unchanged == len(rows[kind]), (kind, a)
many = [dict(rows["signals"][0], instrument="I%d" % i) for i in range(2500)]
a = macrowatch.Client().send_in_batches("signals", many, size=1000)
assert a.inserted == 2500, a
many[2100] = dict(many[2100], confidence=2, strength=0.1)
try:
    macrowatch.Client().send_in_batches("signals", many, size=1000)
    raise SystemExit("nothing was refused")
except macrowatch.Refused as e:
    assert e.status == 400 and e.faults == 1 and e.rows[0]["index"] == 2100 and e.rows[0]["field"] == "confidence", e
a = macrowatch.send("signals", dict(rows["signals"][0], generated_at="2026-03-03T08:00:00"), timezone="America/Sao_Paulo")
assert a.inserted == 1
for bad in (lambda: macrowatch.send("sgnals", []), lambda: macrowatch.send("prices", {"price": float("inf")})):
    try:
        bad()
        raise SystemExit("nothing was refused")
    except ValueError as e:
        print(e)
`
	r := d.script(t, script)
	if !strings.Contains(r.out, "'sgnals' is not a kind of rows") || !strings.Contains(r.out, "price in row 0 is infinite") {
		t.Error(r.out)
	}
	got := d.lines(t, "SELECT instrument || ' ' || confidence FROM strategy_signals WHERE instrument NOT LIKE 'I%' AND generated_at < '2026-03-03' ORDER BY 1")
	if got != "AÇÚCAR 0.1\nBRENT 0.1" {
		t.Error(got)
	}
	if at := d.lines(t, "SELECT (max(generated_at) AT TIME ZONE 'UTC')::text FROM strategy_signals"); at != "2026-03-03 11:00:00" {
		t.Error(at)
	}
	if left := d.waiting(t); len(left) != 0 {
		t.Errorf("what was sent or refused is still kept: %v", left)
	}
}

func TestThePythonClientRecordsRuns(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	const script = `
import asyncio, os, macrowatch
with macrowatch.run("with") as r:
    assert r.id
@macrowatch.run("function")
def add(a, b): return a + b
assert add(1, b=2) == 3 and add(2, 2) == 4 and add.__name__ == "add"
@macrowatch.run("coroutine")
async def wait():
    await asyncio.sleep(0)
    raise KeyError("late")
try: asyncio.run(wait())
except KeyError: pass
@macrowatch.run("generator")
def numbers():
    yield 1
    yield 2
assert list(numbers()) == [1, 2]
os.environ["VENDOR_API_KEY"] = "correct-horse"
def boom(): raise RuntimeError("GET https://x.test/?q=correct-horse with password=hunter22 failed")
try:
    with macrowatch.run("raises"): boom()
except RuntimeError: pass
try:
    with macrowatch.run("exits 0"): raise SystemExit
except SystemExit: pass
try:
    with macrowatch.run("exits 3"): raise SystemExit(3)
except SystemExit: pass
try:
    with macrowatch.run("ctrl-c"): raise KeyboardInterrupt
except KeyboardInterrupt: pass
with macrowatch.run("says so") as r: r.fail("no rows today")
with macrowatch.run("forks"):
    if (child := os.fork()) == 0:
        raise SystemExit(7)  # leaves the with block in the child
    assert os.waitpid(child, 0)[1] >> 8 == 7
`
	d.script(t, script)
	got := d.lines(t, "SELECT step_name || ' ' || status || ' ' || count(*) FROM pipeline_runs GROUP BY step_name, status ORDER BY 1")
	want := "coroutine FAILED 1\nctrl-c CANCELLED 1\nexits 0 SUCCESS 1\nexits 3 FAILED 1\nforks SUCCESS 1\nfunction SUCCESS 2\ngenerator SUCCESS 1\nraises FAILED 1\nsays so FAILED 1\nwith SUCCESS 1"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	message := d.lines(t, "SELECT error_message FROM pipeline_runs WHERE step_name = 'raises'")
	if !strings.Contains(message, "in boom") || !strings.Contains(message, "RuntimeError: GET https://x.test/?q=") || strings.Contains(message, "horse") || strings.Contains(message, "hunter22") {
		t.Error(message)
	}
	if m := d.lines(t, "SELECT error_message FROM pipeline_runs WHERE step_name = 'says so'"); m != "no rows today" {
		t.Error(m)
	}
	if left := d.waiting(t); len(left) != 0 {
		t.Errorf("records are still kept: %v", left)
	}
}

// The server is killed while two processes write. Whatever they were told was taken or kept is there afterwards, once.
func TestThePythonClientLosesNothingWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	d := newPythonDesk(t)
	const writer = `
import os, sys, macrowatch
client = macrowatch.Client(patience=0.5)
i = 0
while i < int(sys.argv[2]) or not os.path.exists(sys.argv[3]):
    with client.run(sys.argv[1]):
        a = client.send("signals", dict(strategy_id=sys.argv[1], instrument="I%d" % i, direction="LONG", confidence=0.5, generated_at="2026-03-02T08:00:00Z"))
    print(i, "kept" if a.kept else "taken", flush=True)
    i += 1
`
	// The writers go on until the server is back, so that each of them writes before the kill and after it, whichever began first.
	back := filepath.Join(t.TempDir(), "back")
	each := testenv.Scaled(25, 200)
	var out [2]lockedBuffer
	var writers [2]*exec.Cmd
	for i := range writers {
		writers[i] = d.python(t, "-c", writer, fmt.Sprint("W", i), fmt.Sprint(each), back)
		writers[i].Stdout, writers[i].Stderr = &out[i], &lockedBuffer{}
		if err := writers[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	seen := func(what string) {
		eventually(t, "both writers have "+what, func() (bool, string) {
			all := out[0].String() + "\n" + out[1].String()
			return strings.Contains(out[0].String(), what) && strings.Contains(out[1].String(), what), all
		})
	}
	seen("taken")
	d.kill(t)
	seen("kept")
	d.serve(t)
	write(t, filepath.Dir(back), filepath.Base(back), "")
	for i := range writers {
		if err := writers[i].Wait(); err != nil {
			t.Fatalf("%v: %s", err, writers[i].Stderr)
		}
	}
	// Two processes send what waits at the same time.
	var senders [2]*exec.Cmd
	for i := range senders {
		senders[i] = d.python(t, "-m", "macrowatch", "retry")
		if err := senders[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range senders {
		_ = s.Wait() // one of them may end before the other has sent everything
	}
	if r := d.ran(t, "-m", "macrowatch", "retry"); r.status != 0 || r.out != "0 records wait\n" {
		t.Errorf("%+v", r)
	}
	wrote := func(i int) int { return strings.Count(out[i].String(), "\n") }
	want := fmt.Sprintf("W0 %d\nW1 %d", wrote(0), wrote(1))
	if got := d.lines(t, "SELECT strategy_id || ' ' || count(*) FROM strategy_signals GROUP BY strategy_id ORDER BY 1"); got != want {
		t.Errorf("signals: %s, want %s", got, want)
	}
	want = fmt.Sprintf("W0 SUCCESS %d\nW1 SUCCESS %d", wrote(0), wrote(1))
	if got := d.lines(t, "SELECT step_name || ' ' || status || ' ' || count(*) FROM pipeline_runs GROUP BY step_name, status ORDER BY 1"); got != want {
		t.Errorf("runs: %s, want %s", got, want)
	}
	if left := d.waiting(t); len(left) != 0 {
		t.Errorf("records are still kept: %v", left)
	}
}
