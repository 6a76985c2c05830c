package desk

import (
	"fmt"
	"strings"
	"time"
)

// AlertSeverity says how much an alert matters.
type AlertSeverity string

// The severities.
const (
	AlertWarning  AlertSeverity = "warning"
	AlertCritical AlertSeverity = "critical"
)

// AlertState says where an alert stands.
type AlertState string

// The states. A pending alert is within its grace time, and nobody has been told.
const (
	AlertPending  AlertState = "pending"
	AlertFiring   AlertState = "firing"
	AlertResolved AlertState = "resolved"
)

// Alert is something that is, or was, out of order at the desk: a row of alerts.
type Alert struct {
	ID       string // a UUID
	Rule     string // such as step_failed
	Subject  string // what it is about: a step, a limit, a day. Of each rule and subject one alert is open at a time
	Severity AlertSeverity
	Group    string // of the step, or book, signals, risk or macrowatch
	Owner    string // whose matter it is; may be empty
	State    AlertState
	Since    time.Time
	// These times are zero if there is no such time. ClearSince says since when all is well, while the alert waits to
	// see whether that lasts. ToldAt is when the last message came about.
	FiredAt, ClearSince, ResolvedAt, ToldAt time.Time
	EvaluatedAt                             time.Time
	Value, Limit                            *float64 // nil if the rule has none
	Summary                                 string   // what is out of order, in a sentence
	Meaning                                 string   // what that means for the desk
	Path                                    string   // of the page that shows it, such as /d/risk-dashboard/risk-dashboard?from=…
	Runbook                                 string   // the address of what to do; may be empty
}

// AlertKey names an open alert.
type AlertKey struct{ Rule, Subject string }

// Key returns the rule and the subject.
func (a Alert) Key() AlertKey { return AlertKey{a.Rule, a.Subject} }

// AlertMessage is what a message about an alert tells.
type AlertMessage string

// The messages.
const (
	TellsFiring   AlertMessage = "firing"
	TellsRepeat   AlertMessage = "repeat" // the alert still fires
	TellsResolved AlertMessage = "resolved"
	TellsReport   AlertMessage = "report" // it tells of no alert, and is a report
)

// AlertDelivery is a message about an alert to one target: a row of alert_deliveries.
type AlertDelivery struct {
	ID        string // a UUID, the same however often the message has to be sent
	AlertID   string // or the ID of the report
	Route     string // the name of the target
	Tells     AlertMessage
	CreatedAt time.Time
	NextTryAt time.Time
	Attempts  int       // that failed
	SentAt    time.Time // zero if it is not sent
	DroppedAt time.Time // zero unless it was given up
	LastError string    // of the last attempt that failed, without secrets
}

// AlertChanges are what an evaluation changes. They are written together, so that no change is without its messages.
type AlertChanges struct {
	Write  []Alert  // new, or changed
	Forget []string // the IDs of pending alerts that came to nothing
	Send   []AlertDelivery
}

// AlertFigures are the newest figures up to a time. A time is zero if there is nothing.
type AlertFigures struct {
	BookAt    time.Time // of the newest snapshot of positions
	SignalsAt time.Time // of the newest signal
	RiskAt    time.Time // of the book that the newest risk was computed for
	// DrawdownPct is the fall of the NAV from its peak; nil if it is not known.
	DrawdownPct *float64
	LimitsAt    time.Time // of the latest check of the limits
	Limits      []LimitStatus
	// Tested is the newest day on which VaR was tested; nil if there is none.
	Tested *BacktestDay
	// Backtests are the results of the last 250 tested days, by confidence.
	Backtests []BacktestSummary
}

// AlertSilence says which alerts nobody wants to hear of for a time: a row of alert_silences.
type AlertSilence struct {
	ID   string // a UUID
	Rule string // empty for every rule
	// Subject is the subject of the alerts; a * in it stands for any text. It is empty for every subject.
	Subject          string
	StartsAt, EndsAt time.Time
	MadeBy, Reason   string
}

// Fits reports whether the silence holds at a time for an alert.
func (s AlertSilence) Fits(a Alert, at time.Time) bool {
	return !at.Before(s.StartsAt) && at.Before(s.EndsAt) && (s.Rule == "" || s.Rule == a.Rule) && (s.Subject == "" || fitsPattern(s.Subject, a.Subject))
}

// fitsPattern reports whether a text is as a pattern says, in which * stands for any text.
func fitsPattern(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	rest, found := strings.CutPrefix(text, parts[0])
	if len(parts) == 1 || !found {
		return found && rest == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[last])
}

// Validate returns what is wrong with the silence in one sentence, or nil.
func (s AlertSilence) Validate() error {
	switch {
	case s.Rule == "" && strings.Trim(s.Subject, "*") == "":
		return fmt.Errorf("a silence needs a rule or a subject, or nobody would hear of anything")
	case !s.EndsAt.After(s.StartsAt):
		return fmt.Errorf("the silence ends at %s, which is not after its beginning", s.EndsAt.Format(time.RFC3339))
	}
	return nil
}

// DailyReport is the desk's day as it is sent to targets: a row of alert_reports.
type DailyReport struct {
	ID            string    // a UUID
	DueAt, MadeAt time.Time // DueAt is also the moment that it is about
	Skipped       bool      // it was not made, since no server ran until it was too late
	Title         string    // the report in one line
	Full, Short   string    // the report with its figures, and in a few lines
	Path          string    // of the page at that moment
}
