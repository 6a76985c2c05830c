package alert

import (
	"slices"
	"time"

	"macrowatch/internal/desk"
)

// Config is how a desk wants its alerts: the settings of each rule, and where alerts go.
type Config struct {
	// Settings are by the rule's name. Every rule has one.
	Settings map[string]Setting
	Routes   []Route
	// Targets are by name. A target gets only what a route sends to it.
	Targets map[string]Target
	Report  Report
}

// Report says when the desk's day is sent as a report, and where to. Nothing is sent if Cron is "".
type Report struct {
	// Cron is when it is sent, in the desk's zone. It is not sent on the desk's holidays, nor on its weekends unless
	// the expression names days of the week.
	Cron string
	// To are names of targets.
	To []string
	// Within is how long after its time it may still be sent, if no server ran then or a target did not answer.
	Within time.Duration
	// Form is how much it says.
	Form ReportForm
}

// ReportForm is how much a report says.
type ReportForm string

// The forms. By default a mail and a webhook get the full one, and everything else the short one.
const (
	FormByTarget ReportForm = ""
	FullForm     ReportForm = "full"
	ShortForm    ReportForm = "short"
)

// DefaultWithin is Report.Within of a file that does not say it.
const DefaultWithin = 4 * time.Hour

// DefaultConfig has every rule with its default. It sends nothing anywhere.
func DefaultConfig() Config {
	c := Config{Settings: map[string]Setting{}, Targets: map[string]Target{}}
	for _, r := range Rules() {
		c.Settings[r.Name] = r.Default
	}
	return c
}

// Route says which alerts go to which targets. What is empty fits every alert.
type Route struct {
	Severities []desk.AlertSeverity
	Groups     []string
	Owners     []string
	Rules      []string
	To         []string // names of targets
}

// Target is where alerts go.
type Target struct {
	// Alertmanager says that the target is a Prometheus Alertmanager, and the address its http(s) address. Every other
	// target is a service, whose address is as shoutrrr writes it, such as slack://token@channel or generic+https://host/path.
	Alertmanager bool
	// Address is where the target is. It may be a secret, and is in no message and no log. It is "" as long as it is not
	// read from File or from the environment variable Env.
	Address   string
	File, Env string
}

// Fits reports whether the route is for an alert.
func (r Route) Fits(a desk.Alert) bool {
	return (len(r.Severities) == 0 || slices.Contains(r.Severities, a.Severity)) &&
		(len(r.Groups) == 0 || slices.Contains(r.Groups, a.Group)) &&
		(len(r.Owners) == 0 || slices.Contains(r.Owners, a.Owner)) &&
		(len(r.Rules) == 0 || slices.Contains(r.Rules, a.Rule))
}

// TargetsOf returns the names of the targets of all routes that fit an alert, each once.
func (c Config) TargetsOf(a desk.Alert) []string {
	var names []string
	for _, r := range c.Routes {
		if !r.Fits(a) {
			continue
		}
		for _, name := range r.To {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// wantsStates reports whether a target keeps the states of alerts itself, so that it must hear of every end.
func (c Config) wantsStates(target string) bool { return c.Targets[target].Alertmanager }
