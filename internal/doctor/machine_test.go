package doctor_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/dashboard/grafana"
	"macrowatch/internal/desk"
	"macrowatch/internal/doctor"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/testkit/testport"
)

func TestThePortIsFreeOrSomebodysOrOurs(t *testing.T) {
	t.Parallel()
	free := net.JoinHostPort("127.0.0.1", strconv.Itoa(testport.Free(t)))
	answers := func(body any) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/health" {
				_ = json.NewEncoder(w).Encode(body)
			}
		}))
		t.Cleanup(s.Close)
		return strings.TrimPrefix(s.URL, "http://")
	}
	for name, c := range map[string]struct {
		address  string
		severity doctor.Severity
		text     string
	}{
		"free":            {free, doctor.OK, "is free"},
		"macrowatch":      {answers(map[string]string{"version": "v1.2.3"}), doctor.OK, "macrowatch v1.2.3 answers"},
		"another program": {answers([]string{"x"}), doctor.Warning, "in use by another program"},
		"no such address": {"192.0.2.1:3002", doctor.Problem, "192.0.2.1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := doctor.Port(t.Context(), c.address)
			if f.Severity != c.severity || !strings.Contains(f.Text, c.text) || (f.Do == "") != (f.Severity == doctor.OK) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestTheDiskOfAFolderThatIsStillToBeMadeIsItsParents(t *testing.T) {
	t.Parallel()
	f := doctor.Disk("kept runs", filepath.Join(t.TempDir(), "a", "b"))
	if f.Check != "disk of kept runs" || !strings.Contains(f.Text, " free for ") {
		t.Errorf("%+v", f)
	}
}

func TestTheSpoolSaysWhatWaits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)
	keep := func(t *testing.T, since time.Time, why error) string {
		dir := t.TempDir()
		s := spool.New(dir, "postgres://u@127.0.0.1:1/x", spool.Options{Now: func() time.Time { return since }})
		run := desk.Run{ID: "r1", Step: "fred", Status: desk.Running, StartedAt: since}
		entry, err := s.Begin(run)
		if err != nil {
			t.Fatal(err)
		}
		run.Status, run.FinishedAt = desk.Success, since
		if err := entry.End(run); err != nil {
			t.Fatal(err)
		}
		if why != nil {
			entry.SetAside(why)
		} else {
			entry.Postpone(os.ErrDeadlineExceeded)
		}
		// A record waits since its file was written.
		err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chtimes(path, since, since)
		})
		if err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for name, c := range map[string]struct {
		dir      string
		severity doctor.Severity
		text     string
	}{
		"nothing":           {t.TempDir(), doctor.OK, "no run is waiting"},
		"no folder":         {filepath.Join(t.TempDir(), "none"), doctor.OK, "no run is waiting"},
		"one since a while": {keep(t, now.Add(-time.Hour), nil), doctor.Warning, "1 run is on this machine"},
		"one just now":      {keep(t, now.Add(-time.Minute), nil), doctor.OK, "1 run is waiting"},
		"one set aside":     {keep(t, now.Add(-time.Hour), os.ErrInvalid), doctor.Problem, "1 run is set aside"},
	} {
		t.Run(name, func(t *testing.T) {
			all := doctor.Spool([]string{c.dir}, now)
			if len(all) != 1 || all[0].Severity != c.severity || !strings.Contains(all[0].Text, c.text) || (all[0].Do == "") != (c.severity == doctor.OK) {
				t.Errorf("%+v", all)
			}
		})
	}
}

func TestGrafanasFilesAreCompared(t *testing.T) {
	t.Parallel()
	if all := doctor.GrafanaFiles(t.TempDir(), desk.BuiltInRules(), alert.DefaultConfig()); all != nil {
		t.Errorf("without files: %+v", all)
	}
	dir := t.TempDir()
	written, err := grafana.Write(dir, desk.BuiltInRules(), alert.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	if all := doctor.GrafanaFiles(dir, desk.BuiltInRules(), alert.DefaultConfig()); len(all) != 1 || all[0].Severity != doctor.OK {
		t.Errorf("just written: %+v", all)
	}
	for _, path := range written {
		if strings.HasSuffix(path, "pipeline_health.json") {
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if all := doctor.GrafanaFiles(dir, desk.BuiltInRules(), alert.DefaultConfig()); len(all) != 1 || all[0].Severity != doctor.Warning || !strings.Contains(all[0].Text, "pipeline_health.json: out of date") {
		t.Errorf("one changed: %+v", all)
	}
}
