package alert

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
)

// Book keeps the alerts. Update calls decide with the open alerts, and with the silences that hold at a time or that ended
// after an open alert was told. It writes what decide returns, all in one transaction that no other evaluation shares.
type Book interface {
	AlertUpdate(ctx context.Context, at time.Time, decide func(open []desk.Alert, silences []desk.AlertSilence) desk.AlertChanges) error
	// AlertTurn reports whether it is a server's turn to evaluate what all servers see. It is no other server's turn
	// until the time every has passed.
	AlertTurn(ctx context.Context, server string, every time.Duration) (bool, error)
}

// Options of an Evaluator.
type Options struct {
	Config Config
	Rules  desk.Rules
	Pages  Pages
	// Host is the name of the machine, to which the alerts about it belong.
	Host string
	// Server is the name of the server among those that share the database.
	Server string
	// NewID makes the IDs of alerts and messages; nil means random ones that sort by time.
	NewID func() string
}

// Evaluator evaluates the rules round by round. Several servers may have one each on the same book.
type Evaluator struct {
	Options
	source Source
	book   Book
}

// New returns an evaluator.
func New(source Source, book Book, o Options) *Evaluator {
	if o.NewID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	return &Evaluator{o, source, book}
}

// gone is after what time without an evaluation the alerts about a machine end: macrowatch runs there no more.
const gone = time.Hour

// turnShare of the interval must have passed before it is a server's turn again, so that a round that begins a little
// early is not lost.
const turnShare = 0.8

// Round evaluates the rules at a time: those about this machine, and if it is this server's turn those that all servers
// see. every is the interval between rounds; 0 means that it is always the turn. What could not be read is an error, and
// the alerts that need it stay as they are.
func (e *Evaluator) Round(ctx context.Context, at time.Time, every time.Duration) error {
	local := e.findLocal(ctx, at)
	err := e.update(ctx, at, local, func(open desk.Alert, key desk.AlertKey) bool { return isLocal(key.Rule) && key.Subject == e.Host })
	if err != nil {
		return err
	}
	mine := true
	if every > 0 {
		if mine, err = e.book.AlertTurn(ctx, e.Server, time.Duration(float64(every)*turnShare)); err != nil {
			return err
		}
	}
	if !mine {
		return local.err
	}
	shared := e.findShared(ctx, at)
	err = e.update(ctx, at, shared, func(open desk.Alert, key desk.AlertKey) bool {
		return !isLocal(key.Rule) || open.ID != "" && at.Sub(open.EvaluatedAt) > gone
	})
	return errors.Join(err, local.err, shared.err)
}

// found are findings, with what could not be read.
type found struct {
	Findings
	err error
}

func (e *Evaluator) update(ctx context.Context, at time.Time, f found, within func(desk.Alert, desk.AlertKey) bool) error {
	return e.book.AlertUpdate(ctx, at, func(open []desk.Alert, silences []desk.AlertSilence) desk.AlertChanges {
		byKey := map[desk.AlertKey]desk.Alert{}
		for _, a := range open {
			byKey[a.Key()] = a
		}
		d := decision{config: e.Config, at: at, newID: e.NewID, silences: silences, findings: f.Findings,
			within: func(key desk.AlertKey) bool { return within(byKey[key], key) }}
		return d.decide(open)
	})
}

func isLocal(rule string) bool {
	r, _ := RuleNamed(rule)
	return r.local
}

// look is what the rules look from: the options and the moment.
type look struct {
	Options
	at time.Time
}

func (l look) setting(rule string) Setting { return l.Config.Settings[rule] }

func newFound() found {
	return found{Findings: Findings{Unknown: map[string]bool{}, Covers: map[desk.AlertKey][]desk.AlertKey{}, Quiets: map[desk.AlertKey][]desk.AlertKey{}}}
}

// fail notes that rules can't be evaluated.
func (f *found) fail(what string, err error, rules ...string) {
	f.err = errors.Join(f.err, fmt.Errorf("read %s for the alerts: %w", what, err))
	for _, rule := range rules {
		f.Unknown[rule] = true
	}
}

func (e *Evaluator) findLocal(ctx context.Context, at time.Time) found {
	f := newFound()
	kept, err := e.source.Spool(ctx)
	if err != nil {
		f.fail("the spool", err, SpoolWaiting)
		return f
	}
	kept.Host = e.Host
	look{e.Options, at}.spoolFindings(&f.Findings, kept)
	return f
}

func (e *Evaluator) findShared(ctx context.Context, at time.Time) found {
	f := newFound()
	l := look{e.Options, at}
	if states, err := e.source.StepStates(ctx, at); err != nil {
		f.fail("the states of the steps", err, append(stepRules[:], SourcesDown)...)
	} else {
		l.stepFindings(&f.Findings, states)
	}
	if now, err := e.source.Figures(ctx, at); err != nil {
		f.fail("the figures", err, BookStale, SignalsStale, RiskStale, LimitBreach, LimitWarning, LossBeyondVaR, BacktestRed, BacktestYellow, DrawdownMark)
	} else {
		l.figureFindings(&f.Findings, now)
		if workdays, err := l.Rules.Workdays(); err != nil {
			f.fail("the desk's calendar", err, BookStale, SignalsStale)
		} else {
			l.staleFindings(&f.Findings, workdays, now)
		}
	}
	return f
}
