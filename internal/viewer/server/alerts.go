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
	// Silence is the silence that keeps people from being told of it; nil if there is none.
	Silence *Silence
}

// Alerting says where pages learn of alerts.
type Alerting struct {
	// Firing returns the alerts that fire, in the order in which pages list them.
	Firing func(context.Context) ([]Alert, error)
	// Page is the path of the page that has the history of alerts; "" if there is none.
	Page string
	// Silencing says how alerts are silenced; nil if they can't be.
	Silencing *Silencing
}

// alertsAnswer is what fires, and where there is more to read.
type alertsAnswer struct {
	Page   string      `json:"page"`
	Alerts []pageAlert `json:"alerts"`
	// Silences are those that hold, also for what does not fire.
	Silences  []*pageSilence `json:"silences"`
	Silencing silencing      `json:"silencing"`
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
	// Silence is null if people are told of it.
	Silence *pageSilence `json:"silence"`
}

// alertsLimit is how long the question what fires may take.
const alertsLimit = 5 * time.Second

// alerts answers what fires now, and whether the reader may silence it.
func (s *Server) alerts(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), alertsLimit)
	defer cancel()
	answer := alertsAnswer{Alerts: []pageAlert{}, Silences: []*pageSilence{}}
	if s.cfg.Alerting != nil {
		version, err := s.dataVersion(ctx)
		if err != nil {
			return s.alertsUnknown(err)
		}
		kept, err := s.answered(ctx, question{about: "alerts", data: version, moment: s.now().Truncate(time.Second)}, s.firing)
		if err != nil {
			return nil // the reader went away
		}
		var known bool
		if answer, known = kept.value.(alertsAnswer); !known {
			return kept.value.(error)
		}
	}
	answer.Silencing = s.silencingFor(ctx, r) // others may be refused
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// firing asks what fires. The value is an alertsAnswer for every reader, or an error.
func (s *Server) firing(ctx context.Context) (value any, bytes int, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, alertsLimit)
	defer cancel()
	firing, err := s.cfg.Alerting.Firing(ctx)
	var held []Silence
	if silencing := s.cfg.Alerting.Silencing; err == nil && silencing != nil {
		held, err = silencing.Held(ctx)
	}
	if err != nil {
		return s.alertsUnknown(err), 0, true
	}
	answer := alertsAnswer{Page: s.cfg.Alerting.Page, Alerts: []pageAlert{}, Silences: []*pageSilence{}}
	for _, a := range firing {
		one := pageAlert{a.Rule, a.Subject, a.Severity, a.Owner, a.Since.UnixMilli(), a.Summary, a.Meaning, a.Path, a.Runbook, nil}
		if a.Silence != nil {
			one.Silence = pageSilenceOf(*a.Silence)
		}
		answer.Alerts = append(answer.Alerts, one)
	}
	for _, q := range held {
		answer.Silences = append(answer.Silences, pageSilenceOf(q))
	}
	const each = 1 << 10 // about the bytes of an alert or a silence
	return answer, each * (len(firing) + len(held)), false
}

func (s *Server) alertsUnknown(err error) error {
	s.cfg.Logger.Warn("the alerts could not be read", "error", err)
	return refuse(http.StatusServiceUnavailable, "the alerts can't be read at the moment")
}
