package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"macrowatch/internal/testkit/pgtest"
)

func TestDoctorFindsNothingAtASampleDesk(t *testing.T) {
	t.Parallel()
	service, dir := onceDesk(t)
	address := strings.TrimSuffix(strings.TrimPrefix(service.url, "http://"), "/")
	r := run(t, nil, "doctor", "--json", "--data-dir", dir, "--listen", address, "--dir", "../..")
	var all []struct{ Check, Severity, Text, Do string }
	if err := json.Unmarshal([]byte(r.out), &all); err != nil || r.errout != "" {
		t.Fatalf("%d %v\n%s%s", r.status, err, r.out, r.errout)
	}
	checks := map[string]string{}
	for _, f := range all {
		checks[f.Check] = f.Text
		// The sample desk's clock stands on a Monday that is some days ago, so that its tables are stale.
		if f.Severity != "ok" && !strings.HasPrefix(f.Check, "newest of ") && !strings.HasPrefix(f.Check, "disk of ") {
			t.Errorf("%+v", f)
		}
	}
	for check, want := range map[string]string{
		"database": dir, "port": "answers at http://" + address, "tables": "are applied", "Grafana's files": "current",
		"rights": "may read and write", "clock": "agree", "spool": "no run", "newest of portfolio_state": "20",
	} {
		if !strings.Contains(checks[check], want) {
			t.Errorf("%s: %q lacks %q", check, checks[check], want)
		}
	}
}

func TestDoctorExitsByTheWorstFinding(t *testing.T) {
	t.Parallel()
	spool := t.TempDir()
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"nobody answers": {[]string{"--database-url", "postgres://u@127.0.0.1:1/x"}, 2, "PROBLEM  database"},
		"no database":    {[]string{"--data-dir", filepath.Join(t.TempDir(), "none")}, 2, "no database is given"},
		"empty tables":   {[]string{"--database-url", pgtest.MigratedURL(t)}, 1, "WARNING  empty tables"},
		"no tables":      {[]string{"--database-url", pgtest.URL(t)}, 2, "→ Run macrowatch migrate"},
		"a wrong flag":   {[]string{"--listen", "x"}, 2, `--listen "x" is not HOST:PORT`},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, nil, append([]string{"doctor", "--spool-dir", spool, "--listen", "127.0.0.1:0"}, c.args...)...)
			if r.status != c.status || !strings.Contains(r.out+r.errout, c.want) {
				t.Errorf("%d, want %d with %q:\n%s%s", r.status, c.status, c.want, r.out, r.errout)
			}
		})
	}
}
