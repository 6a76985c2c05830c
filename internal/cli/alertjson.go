package cli

import (
	"time"

	"macrowatch/internal/desk"
)

// alertsJSON is the output of alert list --json.
type alertsJSON struct {
	Alerts   []alertJSON   `json:"alerts"`
	Silences []silenceJSON `json:"silences"`
}

// alertJSON is an alert. Times and numbers that it does not have are null.
type alertJSON struct {
	ID         string        `json:"id"`
	Rule       string        `json:"rule"`
	Subject    string        `json:"subject"`
	State      string        `json:"state"` // pending, firing or resolved
	Severity   string        `json:"severity"`
	Group      string        `json:"group"`
	Owner      string        `json:"owner"`
	Since      time.Time     `json:"since"`
	FiredAt    *time.Time    `json:"fired_at"`
	ResolvedAt *time.Time    `json:"resolved_at"`
	Value      *float64      `json:"value"`
	Limit      *float64      `json:"limit"`
	Summary    string        `json:"summary"`
	Meaning    string        `json:"meaning"`
	Path       string        `json:"path"`
	Runbook    string        `json:"runbook"`
	Messages   []messageJSON `json:"messages"`
}

// messageJSON is a message about an alert to a target.
type messageJSON struct {
	ID        string     `json:"id"`
	Target    string     `json:"target"`
	Tells     string     `json:"tells"` // firing, repeat or resolved
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at"`
	DroppedAt *time.Time `json:"dropped_at"`
	Failures  int        `json:"failures"`
	LastError string     `json:"last_error"`
}

// silenceJSON is a silence. An empty rule or subject means every one.
type silenceJSON struct {
	ID       string    `json:"id"`
	Rule     string    `json:"rule"`
	Subject  string    `json:"subject"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	MadeBy   string    `json:"made_by"`
	Reason   string    `json:"reason"`
}

func alertsJSONOf(all []desk.Alert, messages []desk.AlertDelivery, silences []desk.AlertSilence) alertsJSON {
	known := func(at time.Time) *time.Time {
		if at.IsZero() {
			return nil
		}
		return &at
	}
	out := alertsJSON{Alerts: []alertJSON{}, Silences: []silenceJSON{}}
	of := map[string][]messageJSON{}
	for _, m := range messages {
		of[m.AlertID] = append(of[m.AlertID], messageJSON{m.ID, m.Route, string(m.Tells), m.CreatedAt.UTC(), known(m.SentAt), known(m.DroppedAt), m.Attempts, m.LastError})
	}
	for _, a := range all {
		one := alertJSON{a.ID, a.Rule, a.Subject, string(a.State), string(a.Severity), a.Group, a.Owner, a.Since, known(a.FiredAt), known(a.ResolvedAt), a.Value, a.Limit,
			a.Summary, a.Meaning, a.Path, a.Runbook, []messageJSON{}}
		out.Alerts = append(out.Alerts, one)
		if list := of[a.ID]; list != nil {
			out.Alerts[len(out.Alerts)-1].Messages = list
		}
	}
	for _, q := range silences {
		out.Silences = append(out.Silences, silenceJSON{q.ID, q.Rule, q.Subject, q.StartsAt.UTC(), q.EndsAt.UTC(), q.MadeBy, q.Reason})
	}
	return out
}
