package cli

import (
	"context"
	"slices"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/server"
)

// mostShownAlerts is how many alerts a page lists; the dashboard of alerts has them all.
const mostShownAlerts = 50

// alerting tells pages what fires now. A page on past data shows nothing of the present.
func (v *viewer) alerting() *server.Alerting {
	if !v.asOf.IsZero() {
		return nil
	}
	return &server.Alerting{Page: dashboard.Definition{UID: dashboard.AlertsUID, Slug: dashboard.AlertsUID}.Path(), Firing: v.firing, Silencing: v.silencing()}
}

// firing returns the alerts that fire, the critical ones first, and of these the latest first.
func (v *viewer) firing(ctx context.Context) ([]server.Alert, error) {
	now := v.app.Now()
	all, err := v.db.viewerStore().Alerts(ctx, now, mostShownAlerts)
	if err != nil {
		return nil, err
	}
	silences, err := v.db.viewerStore().Silences(ctx, now)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a desk.Alert) bool { return a.State != desk.AlertFiring })
	slices.SortStableFunc(all, func(a, b desk.Alert) int {
		if a.Severity != b.Severity {
			return map[bool]int{true: -1, false: 1}[a.Severity == desk.AlertCritical]
		}
		return b.Since.Compare(a.Since)
	})
	shown := make([]server.Alert, len(all))
	for n, a := range all {
		shown[n] = server.Alert{Rule: a.Rule, Subject: a.Subject, Severity: string(a.Severity), Owner: a.Owner, Since: a.Since,
			Summary: a.Summary, Meaning: a.Meaning, Path: a.Path, Runbook: a.Runbook, Silence: silenceOf(a, silences, now)}
	}
	return shown, nil
}
