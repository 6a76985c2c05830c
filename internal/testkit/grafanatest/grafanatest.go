// Package grafanatest runs a real Grafana beside a test, where the environment names one.
package grafanatest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/testport"
)

// The environment variables that name a Grafana to test with: the program, and the folder that has its conf and public.
const (
	programVariable = "MACROWATCH_TEST_GRAFANA"
	homeVariable    = "MACROWATCH_TEST_GRAFANA_HOME"
)

// The login of the administrator.
const (
	User     = "admin"
	Password = "admin"
)

// patience is how long a test waits for what must happen within seconds.
const patience = 4 * time.Minute

// Grafana is a running Grafana. It ends with its test.
type Grafana struct {
	URL     string // without a slash at the end
	Process int    // its id

	t testing.TB
}

// Need skips a test if the environment names no Grafana.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv(programVariable) == "" || os.Getenv(homeVariable) == "" {
		t.Skipf("%s and %s name no Grafana", programVariable, homeVariable)
	}
}

// Start starts the Grafana of the environment with a folder of provisioning files, and waits until it answers. A test is skipped
// as by Need.
func Start(t testing.TB, provisioning string) *Grafana {
	t.Helper()
	Need(t)
	port := strconv.Itoa(testport.Free(t))
	home, dir := os.Getenv(homeVariable), t.TempDir()
	c := exec.CommandContext(t.Context(), os.Getenv(programVariable), "server", "--homepath", home)
	c.Env = append(os.Environ(), "GF_PATHS_DATA="+dir, "GF_PATHS_LOGS="+dir, "GF_PATHS_PLUGINS="+filepath.Join(dir, "plugins"), "GF_PATHS_PROVISIONING="+provisioning,
		"GF_SERVER_HTTP_ADDR=127.0.0.1", "GF_SERVER_HTTP_PORT="+port, "GF_SECURITY_ADMIN_USER="+User, "GF_SECURITY_ADMIN_PASSWORD="+Password,
		"GF_ANALYTICS_REPORTING_ENABLED=false", "GF_ANALYTICS_CHECK_FOR_UPDATES=false", "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false",
		"GF_PLUGINS_PREINSTALL_DISABLED=true", "GF_UNIFIED_ALERTING_MIN_INTERVAL=10s", "GF_LOG_LEVEL=warn")
	c.Dir = home
	log, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = log, log
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 20 * time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("Grafana said:\n%s", text)
		}
	})
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() { _ = c.Cancel(); <-ended; _ = log.Close() })
	g := &Grafana{URL: "http://127.0.0.1:" + port, Process: c.Process.Pid, t: t}
	g.Until("it answers", func() bool { _, err := g.Get("/api/health"); return err == nil })
	return g
}

// Get returns what Grafana answers its administrator. Any other status than 200 is an error.
func (g *Grafana) Get(path string) ([]byte, error) { return g.asks(http.MethodGet, path, nil) }

// Post sends JSON as the administrator, and returns the answer. Any other status than 200 and 201 is an error.
func (g *Grafana) Post(path, body string) ([]byte, error) {
	return g.asks(http.MethodPost, path, []byte(body))
}

func (g *Grafana) asks(method, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, g.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(User, Password)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", answer.Status, text)
	}
	return text, err
}

// Until waits for something that Grafana does by itself.
func (g *Grafana) Until(what string, ok func() bool) {
	g.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			g.t.Fatalf("not after %v: %s", patience, what)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// Datasource returns the text of the project's datasource file for another database, without TimescaleDB.
func Datasource(text string, db *pgx.ConnConfig) string {
	address := db.Host
	if !strings.HasPrefix(address, "/") {
		address = net.JoinHostPort(db.Host, strconv.Itoa(int(db.Port)))
	}
	return strings.NewReplacer("timescaledb:5432", address, "macro_trading", db.Database, "macro_user", db.User, "macro_pass", strconv.Quote(db.Password),
		"timescaledb: true", "timescaledb: false").Replace(text)
}
