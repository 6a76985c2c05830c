package alert

import (
	"context"
	"time"

	"macrowatch/internal/desk"
)

// Source answers what the rules look at. An error leaves the alerts of the rules that need the answer as they are.
type Source interface {
	// StepStates returns the state of each step at a time.
	StepStates(ctx context.Context, at time.Time) ([]desk.StepState, error)
	// Figures returns the newest figures of the book, the signals and the risk up to a time.
	Figures(ctx context.Context, at time.Time) (desk.AlertFigures, error)
	// Spool returns the runs that wait on this machine for the database.
	Spool(ctx context.Context) (Spool, error)
}

// Spool is what waits on a machine for the database.
type Spool struct {
	Host    string
	Waiting int
	Oldest  time.Time // zero if nothing waits
}

// Condition is something that is out of order at a moment.
type Condition struct {
	desk.AlertKey
	Group, Owner, Runbook string
	Since                 time.Time // zero if it is not known: then since it is seen
	Value, Limit          *float64
	Summary               string
	Path                  string
	// Certainty is 0 if it is out of order.
	Certainty Certainty
}

// Certainty says whether a condition holds.
type Certainty int

// The certainties.
const (
	Holds Certainty = iota
	// Undecided is neither in order nor out of order, such as a step that is tried again. An open alert stays as it is,
	// and none begins.
	Undecided
	// Lingers is no longer enough to begin an alert, and not yet enough to end one that fires.
	Lingers
)

// Findings are what the rules have found at a moment.
type Findings struct {
	Conditions []Condition
	// Unknown are the rules that could not be evaluated. Their alerts stay as they are.
	Unknown map[string]bool
	// Covers says which alerts a firing alert makes superfluous. Quiets says which alerts do not begin to fire while
	// an alert is open.
	Covers, Quiets map[desk.AlertKey][]desk.AlertKey
}

// Pages are the paths of the dashboards to which alerts lead, such as /d/risk-dashboard/risk-dashboard.
type Pages struct{ Pipeline, Signals, Portfolio, Risk string }
