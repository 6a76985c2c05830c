package dashboard

import (
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// alertPanel returns a panel of the dashboard Alerts.
func alertPanel(t testing.TB, title string) panelOf {
	t.Helper()
	_, more := definitions(t, desk.BuiltInRules())
	for _, p := range more[0].Dashboard.Panels {
		if p.Panel != nil && deref(p.Panel.Title) == title {
			return panelOf{query: p.Panel.Targets[0].(Query), points: 1000, least: time.Minute}
		}
	}
	t.Fatalf("there is no panel %q", title)
	return panelOf{}
}

func TestAlertsAreListedAsTheyStoodAtTheEndOfTheRange(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "Asia/Tokyo")
	at := func(s string) time.Time { return local(t, "2026-03-"+s) }
	insert := func(id, rule, subject, severity, state string, since time.Time, fired, resolved *time.Time, value, limit any) {
		db.exec(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, resolved_at, evaluated_at, value, limit_value, summary, meaning, path, runbook)
			VALUES ($1, $2, $3, $4, 'risk', 'desk', $5, $6, $7, $8, now(), $9, $10, 'It is so.', 'It means that.', '/d/risk-dashboard/risk-dashboard?from=1772000000000&to=1772600000000', '')`,
			id, rule, subject, severity, state, since, fired, resolved, value, limit)
	}
	ptr := func(at time.Time) *time.Time { return &at }
	insert("00000000-0000-0000-0000-000000000001", "limit_breach", "VaR 99%", "critical", "firing", at("04 10:00:00"), ptr(at("04 10:01:00")), nil, 8.0, 7.0)
	insert("00000000-0000-0000-0000-000000000002", "step_late", "fred", "warning", "resolved", at("03 06:15:00"), ptr(at("03 06:15:00")), ptr(at("03 07:00:00")), nil, nil)
	insert("00000000-0000-0000-0000-000000000003", "step_failed", "yahoo", "critical", "pending", at("04 11:00:00"), nil, nil, nil, nil)
	insert("00000000-0000-0000-0000-000000000004", "limit_warning", "Net FX", "warning", "firing", at("04 10:00:00"), ptr(at("04 10:05:00")), nil, 2.0, 2.5)
	db.exec(`INSERT INTO alert_deliveries (delivery_id, alert_id, route, kind, created_at, next_try_at, attempts, sent_at) VALUES
		(gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'phone', 'firing', $1, $1, 0, $1), (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'phone', 'repeat', $1, $1, 0, $1::timestamptz + interval '4 hours'),
		(gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'chat', 'firing', $1, $1, 3, NULL)`, at("04 10:02:00"))
	row := func(severity string, from time.Time, to any, lasted float64, rule, subject string, value, limit any, told string, also ...any) []any {
		return append([]any{severity, from, to, lasted, rule, subject, "It is so.", value, limit, "desk", told, "risk-dashboard", 1772000000000.0, 1772600000000.0}, also...)
	}
	told := "chat waits, phone 4 Mar 10:02"
	end := at("04 12:00:00")
	week := span{end.AddDate(0, 0, -7), end}
	breach := row("CRITICAL", at("04 10:00:00"), nil, 7200, "limit_breach", "VaR 99%", 8.0, 7.0, told)
	warning := row("WARNING", at("04 10:00:00"), nil, 7200, "limit_warning", "Net FX", 2.0, 2.5, "nobody")
	db.exec(`INSERT INTO alert_silences (silence_id, rule, subject, starts_at, ends_at, made_by, reason, ended_by) VALUES
		('00000000-0000-0000-0000-000000000011', '', 'VaR*', $1, $2, 'ana', 'we know', NULL), ('00000000-0000-0000-0000-000000000012', 'limit_warning', 'Net_FX', $1, $2, 'bo', '', NULL),
		('00000000-0000-0000-0000-000000000013', 'limit_warning', '', $1, $3, 'bo', '', 'ana')`, at("04 11:00:00"), at("04 18:00:00"), at("04 11:30:00"))
	sameTables(db.database, "now", week, db.rows(alertPanel(t, "Firing Now"), week), [][]any{append(breach[:14:14], "until 4 Mar 18:00 by ana: we know"), append(warning[:14:14], nil)})
	sameTables(db.database, "silences", week, db.rows(alertPanel(t, "Silences"), week), [][]any{
		{at("04 11:00:00"), at("04 18:00:00"), "every rule", "VaR*", "ana", "we know", nil},
		{at("04 11:00:00"), at("04 18:00:00"), "limit_warning", "Net_FX", "bo", "", nil},
		{at("04 11:00:00"), at("04 11:30:00"), "limit_warning", "every subject", "bo", "", "ana"},
	})
	past := span{at("01 00:00:00"), at("03 06:30:00")}
	sameTables(db.database, "now", past, db.rows(alertPanel(t, "Firing Now"), past), [][]any{row("WARNING", at("03 06:15:00"), nil, 900, "step_late", "fred", nil, nil, "nobody", nil)})
	sameTables(db.database, "history", week, db.rows(alertPanel(t, "History"), week), [][]any{
		append(breach[:14:14], nil), append(warning[:14:14], nil), row("WARNING", at("03 06:15:00"), at("03 07:00:00"), 2700, "step_late", "fred", nil, nil, "nobody", nil),
	})
	sameTables(db.database, "per day", week, db.rows(alertPanel(t, "Alerts per Day"), week), [][]any{{at("03 00:00:00"), 0.0, 1.0}, {at("04 00:00:00"), 1.0, 1.0}})
	db.exec(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, resolved_at, evaluated_at, summary, meaning, path, runbook)
		SELECT gen_random_uuid(), 'step_late', 'fred', 'warning', 'connector', '', 'resolved', $1::timestamptz + n * interval '1 minute', $1::timestamptz + n * interval '1 minute', $1::timestamptz + n * interval '1 minute', now(), 'So.', '', '', ''
		FROM generate_series(1, 300) n`, at("02 00:00:00"))
	rows := db.rows(alertPanel(t, "History"), week)
	if len(rows) != alertsListed || rows[0][14] != "latest 200, there are more" || rows[199][11] != "" {
		t.Errorf("%d rows; the first says %v", len(rows), rows[0][14])
	}
}

func TestTheOtherDashboardsKeepTheHouseRules(t *testing.T) {
	t.Parallel()
	_, more := definitions(t, desk.BuiltInRules())
	for _, d := range more {
		for _, p := range Lint(d) {
			t.Errorf("%s: %+v", d.UID, p)
		}
	}
}

// Each dashboard marks the alerts that are about what it shows.
func TestAlertsAreMarkedOnTheDashboardsThatTheyAreAbout(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	at := local(t, "2026-03-04 10:00:00")
	for _, a := range [][3]string{{"step_late", "connector", "firing"}, {"step_failed", "data", "firing"}, {"limit_breach", "risk", "firing"}, {"book_stale", "book", "firing"}, {"signals_stale", "signals", "firing"}, {"spool_waiting", "macrowatch", "firing"}, {"limit_warning", "risk", "pending"}} {
		db.exec(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, evaluated_at, summary, meaning, path, runbook)
			VALUES (gen_random_uuid(), $1, 'it', 'warning', $2, '', $3, $4, CASE $3 WHEN 'firing' THEN $4::timestamptz END, now(), $1 || ' <is> so.', '', '', '')`, a[0], a[1], a[2], at)
	}
	defs, _ := definitions(t, desk.BuiltInRules())
	over := span{at.Add(-time.Hour), at.Add(time.Hour)}
	for _, d := range defs {
		list := d.Dashboard.Annotations.List
		marks := list[len(list)-1]
		var got []string
		for _, row := range db.rows(panelOf{query: marks.Target.(Query), points: 100, least: time.Minute}, over) {
			got = append(got, row[1].(string))
		}
		slices.Sort(got)
		want := map[string][]string{Home: {"WARNING: step_late &lt;is&gt; so."}, signalUID: {"WARNING: signals_stale &lt;is&gt; so."}, riskUID: {"WARNING: limit_breach &lt;is&gt; so."},
			portfolioUID: {"WARNING: book_stale &lt;is&gt; so.", "WARNING: limit_breach &lt;is&gt; so."}}[d.UID]
		if !slices.Equal(got, want) || marks.Name != "Alerts" || marks.Filter == nil || len(marks.Filter.Ids) == 0 {
			t.Errorf("%s marks %q, want %q", d.UID, got, want)
		}
	}
}

// With one step chosen, the chart of runs marks the alerts of that step only.
func TestTheAlertsOfOneStepAreMarked(t *testing.T) {
	t.Parallel()
	db := newRiskDatabase(t, "UTC")
	at := local(t, "2026-03-04 10:00:00")
	for _, subject := range []string{"fred", "yahoo", "o'step"} {
		db.exec(`INSERT INTO alerts (alert_id, rule, subject, severity, group_name, owner, state, since, fired_at, evaluated_at, summary, meaning, path, runbook)
			VALUES (gen_random_uuid(), 'step_late', $1, 'warning', 'connector', '', 'firing', $2, $2, now(), $1, '', '', '')`, subject, at)
	}
	list := pipelineDefinition(t).Dashboard.Annotations.List
	sql := list[len(list)-1].Target.(Query).RawSQL
	for chosen, want := range map[string][]string{"''": {"WARNING: fred", "WARNING: o'step", "WARNING: yahoo"}, "'fred'": {"WARNING: fred"}, "'o''step'": {"WARNING: o'step"}, "'none'": nil} {
		var got []string
		for _, row := range db.rows(panelOf{query: NewQuery(Table, strings.ReplaceAll(sql, "$step", chosen)), points: 100, least: time.Minute}, span{at.Add(-time.Hour), at.Add(time.Hour)}) {
			got = append(got, row[1].(string))
			if tags := "alert,warning,step_late," + strings.TrimPrefix(row[1].(string), "WARNING: "); row[2] != tags {
				t.Errorf("the tags are %v, want %s", row[2], tags)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("with the step %s chosen, %q is marked", chosen, got)
		}
	}
}
