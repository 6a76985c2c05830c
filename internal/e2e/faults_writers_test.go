package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// faultDesk is a desk whose writers, server and database are killed.
type faultDesk struct {
	dir, owner, token, spool, files string
	ledger                          *ledger
	server                          atomic.Pointer[service] // the running serve
	writers                         sync.WaitGroup
	number                          atomic.Int64 // of the next batch or run
}

// Programs tell the server these names, so that the test finds their sessions.
const (
	serveSession  = "faults serve"
	victimSession = "faults victim"
)

func newFaultDesk(t testing.TB) *faultDesk {
	t.Helper()
	d := &faultDesk{dir: emptyDir(t), spool: t.TempDir(), files: t.TempDir(), ledger: newLedger()}
	d.serve(t)
	d.owner = databaseURL(t, d.dir)
	d.token = madeToken(t, d.owner, "faults")
	return d
}

func (d *faultDesk) env(session string) []string {
	return []string{"MACROWATCH_DATA_DIR=" + d.dir, "MACROWATCH_SPOOL_DIR=" + d.spool, "PGAPPNAME=" + session}
}

// serve starts a server, in the place of one that was killed.
func (d *faultDesk) serve(t testing.TB) {
	t.Helper()
	d.server.Store(start(t, d.env(serveSession), "serve", "--private", "--open=false", "--listen", "127.0.0.1:0"))
}

// write calls a writer again and again until the context ends, with a new number each time.
func (d *faultDesk) write(ctx context.Context, writer func(n int64)) {
	d.writers.Go(func() {
		for ctx.Err() == nil {
			writer(d.number.Add(1))
		}
	})
}

// send posts a request until it is acknowledged, and returns the answer. Every attempt has the same Idempotency-Key.
func (d *faultDesk) send(t testing.TB, path, body, key string) string {
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := tryPost(t, d.server.Load(), d.token, path, body, "Idempotency-Key", key)
		switch {
		case err != nil:
			last = err.Error()
		case answer.status == http.StatusOK || answer.status == http.StatusCreated:
			return answer.body
		case answer.status < 500 && answer.status != http.StatusTooManyRequests:
			t.Errorf("%s: %d %s", path, answer.status, answer.body)
			return ""
		default:
			last = fmt.Sprint(answer.status, " ", answer.body)
		}
	}
	t.Errorf("%s was not acknowledged: %s", path, last)
	return ""
}

// rowsOf returns the body of a request with rows, and notes that it is sent.
func (d *faultDesk) rowsOf(n int64) (strategy, body string, rows int) {
	strategy, rows = fmt.Sprintf("HTTP_%d", n), 300
	d.ledger.sendRows(strategy, rows)
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var all []string
	for i := range rows {
		all = append(all, fmt.Sprintf(`{"strategy_id":%q,"instrument":"I","direction":"LONG","confidence":0.5,"generated_at":%q}`,
			strategy, begin.Add(time.Duration(i)*time.Minute).Format(time.RFC3339)))
	}
	return strategy, "[" + strings.Join(all, ",") + "]", rows
}

// httpRows sends rows over HTTP.
func (d *faultDesk) httpRows(t testing.TB, n int64) {
	strategy, body, rows := d.rowsOf(n)
	if d.send(t, "/api/v1/signals", body, strategy) != "" {
		d.ledger.ackRows(strategy, rows)
	}
}

// httpRun records the start and the end of a run over HTTP. macrowatch makes the run's ID.
func (d *faultDesk) httpRun(t testing.TB, n int64) {
	step := fmt.Sprintf("http run %d", n)
	d.ledger.noteRun(step, false)
	var started struct {
		ID string `json:"run_id"`
	}
	answer := d.send(t, "/api/v1/pipeline-runs/start", fmt.Sprintf(`{"step_name":%q}`, step), step)
	if err := json.Unmarshal([]byte(answer), &started); err != nil || started.ID == "" {
		t.Errorf("%s: %v %s", step, err, answer)
		return
	}
	if d.send(t, "/api/v1/pipeline-runs/"+started.ID+"/finish", `{"status":"SUCCESS"}`, step+" end") != "" {
		d.ledger.noteRun(step, true)
	}
}

// execRun records a run by exec. An exec that ends by itself has recorded its run, or keeps it on disk.
func (d *faultDesk) execRun(t testing.TB, n int64) {
	step, c := d.execCommand(t, n, "faults exec")
	if err := c.Run(); err != nil {
		t.Errorf("%s: %v", step, err)
		return
	}
	d.ledger.noteRun(step, true)
}

func (d *faultDesk) execCommand(t testing.TB, n int64, session string) (step string, c *exec.Cmd) {
	step = fmt.Sprintf("exec run %d", n)
	d.ledger.noteRun(step, false)
	c = exec.Command(program(t), "exec", "--step", step, "--", "sleep", "0.05")
	c.Env = append(ownEnv(t), d.env(session)...)
	return step, c
}

// importRows imports a file, again until that succeeds.
func (d *faultDesk) importRows(t testing.TB, n int64) {
	var last []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		strategy, rows, c := d.importCommand(t, n, "faults import")
		out, err := c.CombinedOutput()
		if err == nil {
			d.ledger.ackRows(strategy, rows)
			return
		}
		last = out
	}
	t.Errorf("the import %d failed: %s", n, last)
}

func (d *faultDesk) importCommand(t testing.TB, n int64, session string) (strategy string, rows int, c *exec.Cmd) {
	strategy, rows = fmt.Sprintf("FILE_%d", n), 20_000
	d.ledger.sendRows(strategy, rows)
	path := filepath.Join(d.files, strategy+".csv")
	var text strings.Builder
	text.WriteString("strategy_id,instrument,direction,confidence,generated_at\n")
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i := range rows {
		fmt.Fprintf(&text, "%s,I,LONG,0.5,%s\n", strategy, begin.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Error(err)
	}
	c = exec.Command(program(t), "import", "signals", path)
	c.Env = append(ownEnv(t), d.env(session)...)
	return strategy, rows, c
}
