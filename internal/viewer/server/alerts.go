package server

import (
	"context"
	"net/http"
	"time"
)

// Alert is something that is out of order now, as every page tells it.
type Alert struct {
	Rule     string
	Subject  string
	Severity string // critical or warning
	Owner    string // whose matter it is; may be empty
	Since    time.Time
	Summary  string // what is out of order, in a sentence
	Meaning  string // what that means
	Path     string // of the page that shows it at that moment, below the base path; "" if there is none
	Runbook  string // the address of what to do; may be empty
}

// Alerting says where pages learn of alerts.
type Alerting struct {
	// Firing returns the alerts that fire, in the order in which pages list them.
	Firing func(context.Context) ([]Alert, error)
	// Page is the path of the page that has the history of alerts; "" if there is none.
	Page string
}

// alertsAnswer is what fires, and where there is more to read.
type alertsAnswer struct {
	Page   string      `json:"page"`
	Alerts []pageAlert `json:"alerts"`
}

type pageAlert struct {
	Rule     string `json:"rule"`
	Subject  string `json:"subject"`
	Severity string `json:"severity"`
	Owner    string `json:"owner"`
	Since    int64  `json:"since"` // in milliseconds
	Summary  string `json:"summary"`
	Meaning  string `json:"meaning"`
	Path     string `json:"path"`
	Runbook  string `json:"runbook"`
}

// alertsLimit is how long the question what fires may take.
const alertsLimit = 5 * time.Second

// alerts answers what fires now.
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) error {
	answer := alertsAnswer{Alerts: []pageAlert{}}
	if s.cfg.Alerting == nil {
		writeJSON(w, http.StatusOK, answer)
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), alertsLimit)
	defer cancel()
	firing, err := s.cfg.Alerting.Firing(ctx)
	if err != nil {
		s.cfg.Logger.Warn("the alerts could not be read", "error", err)
		return refuse(http.StatusServiceUnavailable, "the alerts can't be read at the moment")
	}
	answer.Page = s.cfg.Alerting.Page
	for _, a := range firing {
		answer.Alerts = append(answer.Alerts, pageAlert{a.Rule, a.Subject, a.Severity, a.Owner, a.Since.UnixMilli(), a.Summary, a.Meaning, a.Path, a.Runbook})
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}
