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
	if s.cfg.Alerting == nil {
		writeJSON(w, http.StatusOK, alertsAnswer{Alerts: []pageAlert{}})
		return nil
	}
	version, err := s.dataVersion(r.Context())
	if err != nil {
		return s.alertsUnknown(err)
	}
	return s.answerKept(w, r, question{about: "alerts", data: version, moment: s.now().Truncate(time.Second)}, s.firing)
}

// firing asks what fires.
func (s *Server) firing(ctx context.Context) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, alertsLimit)
	defer cancel()
	firing, err := s.cfg.Alerting.Firing(ctx)
	if err != nil {
		return nil, s.alertsUnknown(err)
	}
	answer := alertsAnswer{Page: s.cfg.Alerting.Page, Alerts: []pageAlert{}}
	for _, a := range firing {
		answer.Alerts = append(answer.Alerts, pageAlert{a.Rule, a.Subject, a.Severity, a.Owner, a.Since.UnixMilli(), a.Summary, a.Meaning, a.Path, a.Runbook})
	}
	return answer, nil
}

func (s *Server) alertsUnknown(err error) error {
	s.cfg.Logger.Warn("the alerts could not be read", "error", err)
	return refuse(http.StatusServiceUnavailable, "the alerts can't be read at the moment")
}
