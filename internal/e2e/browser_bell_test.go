package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestBrowserBell follows the bell while alerts begin and end in the database of an open page.
func TestBrowserBell(t *testing.T) {
	t.Parallel()
	now := clockAt(quietMoment())
	dir := deskDir(t)
	demo := startCommand(t, now.command(t, "demo", "--open=false", "--listen", "127.0.0.1:0", "--data-dir", dir))
	conn, err := pgx.Connect(t.Context(), databaseURL(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	do := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	fire := func(rule, subject, severity, summary string, since time.Time) {
		t.Helper()
		do(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, evaluated_at, summary, meaning, path, runbook)
			VALUES (gen_random_uuid(), $1, $2, $3, 'test', 'the desk', 'firing', $4, $4, $4, $5, 'It means that.', '/d/risk-dashboard/risk-dashboard?from=1772000000000&to=1772600000000', 'https://wiki.example/it')`,
			rule, subject, severity, since, summary)
		do("SELECT pg_notify('macrowatch_changes', 'alerts')")
	}
	chrome := startChromium(t)
	wall := chrome.tab(t, screen{width: 1920, height: 1080})
	wall.open(pageOf(demo.url, "portfolio-performance", "?kiosk"))
	pages := map[string]*tab{}
	for _, theme := range []string{"dark", "light"} {
		pages[theme] = chrome.tab(t, screen{})
		pages[theme].open(pageOf(demo.url, "signal-overview", "?theme="+theme))
	}
	p := pages["dark"]
	bell, box, line := css("[data-testid=bell]"), css(".alerts-box"), css("[data-testid=alert-line]")
	p.until("a bell", "!"+bell+".hidden")
	p.press("a")
	p.until("the list", box+`.matches(":popover-open")`)

	// The demo may have alerts of its own. Those of the test are the newest.
	since := now.now()
	fire("limit_warning", "a limit of the test", "warning", "A limit is nearly used up.", since)
	p.until("the warning in the open list", box+`.innerText.includes("A limit is nearly used up.")`)
	fire("step_failed", "a step of the test", "critical", "A step <b>failed</b>.", since)
	p.until("what is critical in the open list", box+`.innerText.includes("A step <b>failed</b>.")`)
	p.until("the bell's words", bell+`.getAttribute("aria-label").endsWith("critical")`)
	wall.until("the line of the wall screen", line+`.checkVisibility() && `+line+`.innerText.startsWith("CRITICAL A step <b>failed</b>, since ")`)
	if eval[bool](p, line+".checkVisibility()") {
		t.Error("a page with a header has the line of a wall screen")
	}
	text := eval[string](p, box+".innerText")
	for _, part := range []string{"CRITICAL since ", ", the desk", "WARNING since ", "It means that.", "What to do", "All alerts"} {
		if !strings.Contains(text, part) {
			t.Errorf("the list lacks %q: %s", part, text)
		}
	}
	if strings.LastIndex(text, "CRITICAL") > strings.Index(text, "WARNING") {
		t.Errorf("the critical alerts do not stand first: %s", text)
	}
	light := pages["light"]
	light.press("a")
	light.until("the list", box+`.matches(":popover-open") && `+box+`.innerText.includes("A step <b>failed</b>.")`)
	for theme, page := range pages {
		page.accessible("the list of alerts, " + theme)
	}
	eval[bool](p, css(".alert-item a")+".click(), true")
	p.until("the page of the alert", `location.pathname.endsWith("/d/risk-dashboard/risk-dashboard") && location.search.includes("from=1772000000000")`)

	do("UPDATE alerts SET state = 'resolved', resolved_at = fired_at + interval '1 minute' WHERE subject LIKE '% of the test'")
	do("SELECT pg_notify('macrowatch_changes', 'alerts')")
	light.until("the list without them", "!"+box+`.innerText.includes("A step <b>failed</b>.")`)
	wall.until("no line for them", "!"+line+`.innerText.includes("A step")`)
}
