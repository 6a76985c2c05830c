package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
)

// londonMorning is ten minutes after boe_rates of the desk in London should have begun.
var londonMorning = time.Date(2026, time.November, 12, 6, 50, 30, 0, time.UTC)

// londonWith copies the desk of the example into a folder, with the addresses of receivers, and returns its desk file.
func londonWith(t *testing.T, addresses map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Dir(londonFile))); err != nil {
		t.Fatal(err)
	}
	for target, url := range addresses {
		if err := os.WriteFile(filepath.Join(dir, target+"-address"), []byte("generic+"+url+"/hook\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "desk.yaml")
}

// The section alerts of the example: its rules, its routes, and the words of its messages.
func TestTheDeskInLondonIsTold(t *testing.T) {
	t.Parallel()
	data, risk := newAlertReceiver(t), newAlertReceiver(t)
	file := londonWith(t, map[string]string{"data": data.url, "risk": risk.url})
	database := pgtest.MigratedURL(t)
	// All of yesterday went well, and nothing has begun today.
	for step, began := range map[string]string{"boe_rates": "06:31", "dmo_gilts": "06:46", "gilt_signals": "07:31", "book_and_risk": "17:01"} {
		scalar[string](t, database, `INSERT INTO pipeline_runs (run_id, step_name, status, started_at, finished_at, duration_seconds)
			VALUES ('`+step+`', '`+step+`', 'SUCCESS', timestamptz '2026-11-11 `+began+`Z', timestamptz '2026-11-11 `+began+`Z' + interval '1 minute', 60) RETURNING run_id`)
	}
	now := clockAt(londonMorning)
	start := startCommand(t, now.command(t, "serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:0", "--desk-file", file))
	late, near := "step_late boe_rates firing", "limit_warning VaR 99% firing"
	eventually(t, "that a source is late", func() (bool, string) { return data.count(late) > 0, data.all() })
	checkLimits(t, database, londonMorning.Add(-time.Minute), map[string]float64{"VaR 99%": 78, "Gross leverage": 74})
	eventually(t, "that a limit is near", func() (bool, string) { return risk.count(near) > 0, risk.all() })
	if data.all() != late+": 1" || risk.all() != near+": 1" {
		t.Errorf("the data team is told of %s, the risk team of %s", data.all(), risk.all())
	}
	if severity := scalar[string](t, database, "SELECT severity FROM alerts WHERE rule = 'step_late'"); severity != "critical" {
		t.Errorf("a late step is %s", severity)
	}
	for _, text := range []string{data.said(), risk.said()} {
		if found := brazilian.FindAllString(text, -1); found != nil {
			t.Errorf("the messages have the names %q: %s", found, text)
		}
	}
	if text := data.said(); !strings.Contains(text, "Bank of England") || !strings.Contains(text, "06:30") {
		t.Errorf("the data team reads: %s", text)
	}
	p := startChromium(t).tab(t, screen{})
	p.open(pageOf(start.url, "alerts", ""))
	p.press("a")
	p.until("both in the list of the bell", css(".alerts-box")+`.innerText.includes("Bank of England") && `+css(".alerts-box")+`.innerText.includes("VaR 99%")`)
	if text := pageText(p); brazilian.MatchString(text) {
		t.Errorf("the page of alerts has the names %q", brazilian.FindAllString(text, -1))
	}
	listed := run(t, now.env(), "alert", "list", "--database-url", database, "--desk-file", file)
	if listed.status != 0 || !strings.Contains(listed.out, "Bank of England") || brazilian.MatchString(listed.out) {
		t.Errorf("alert list: %s%s", listed.out, listed.errout)
	}
	if r := run(t, nil, "alert", "test", "--desk-file", file); r.out != "data took the test message.\nrisk took the test message.\n" {
		t.Errorf("alert test: %s%s", r.out, r.errout)
	}
}
