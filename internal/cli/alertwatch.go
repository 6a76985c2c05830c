package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/deliver"
	"macrowatch/internal/background"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/record/store"
)

const (
	// evaluateEvery is how often the alerts are evaluated if nothing is written meanwhile.
	evaluateEvery = 15 * time.Second
	// evaluateAgain is how soon an evaluation that failed is tried again.
	evaluateAgain = 2 * time.Second
	// evaluatePause is how long two evaluations are apart, however much is written.
	evaluatePause = time.Second
	// evaluateLimit is how long an evaluation may take.
	evaluateLimit = 30 * time.Second
	// pingLimit is how long the database may take to answer at all.
	pingLimit = 5 * time.Second
	// sendEvery is how often serve looks for messages that are due.
	sendEvery = time.Second
	// tidyEvery is how often old alerts are removed. They are kept for keptAlerts, and messages that nobody takes are
	// given up after unsentFor.
	tidyEvery  = time.Hour
	keptAlerts = 2 * 366 * 24 * time.Hour
	unsentFor  = 8 * 24 * time.Hour
)

// alertWatch evaluates the alerts of a viewer's database and sends the messages about them.
type alertWatch struct {
	viewer    *viewer
	config    alert.Config
	evaluator *alert.Evaluator
	away      *alert.Away
	courier   *deliver.Courier
	health    *store.Health
	changed   chan struct{} // holds one value if the record has changed since the last evaluation
	tidied    time.Time
}

// watchAlerts prepares the alerts of a viewer.
func (v *viewer) watchAlerts(config alert.Config) (*alertWatch, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("ask for this machine's name: %w", err)
	}
	path, err := v.app.awayFile(v.database)
	if err != nil {
		return nil, err
	}
	pages := dashboard.EveryPath()
	page := v.address
	if v.flags.login.public != nil {
		page = v.flags.login.public.String()
	}
	rules := v.app.rules()
	options := alert.Options{Config: config, Rules: rules, Host: host, Server: host + " " + v.listener.Addr().String(),
		Pages: alert.Pages{Pipeline: pages.Pipeline, Signals: pages.Signals, Portfolio: pages.Portfolio, Risk: pages.Risk}}
	w := &alertWatch{viewer: v, config: config, changed: make(chan struct{}, 1), health: v.db.Health(),
		courier: deliver.New(deliver.Options{Config: config, Location: rules.Location(), Page: page, Now: v.app.Now, Logger: v.app.log})}
	w.evaluator = alert.New(alertSource{v}, v.db.Store, options)
	w.away = &alert.Away{Options: w.evaluator.Options, Path: path, Wait: deliver.Wait}
	return w, nil
}

// awayFile is the file that keeps the alert about a database that is away: in the data directory of the private PostgreSQL,
// otherwise in the user's state directory.
func (a *app) awayFile(f databaseFlags) (string, error) {
	dir, private, err := f.privateDir()
	if err != nil {
		return "", err
	}
	const name = "database-away.json"
	if private {
		return filepath.Join(dir, "alerts", name), nil
	}
	if dir, err = spool.StateDir(); err != nil {
		return "", err
	}
	target, err := store.Target(f.url)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(target))
	return filepath.Join(dir, "alerts", hex.EncodeToString(sum[:8]), name), nil
}

// evaluate evaluates the alerts until ctx ends. A login that may not write leaves them to others.
func (w *alertWatch) evaluate(ctx context.Context) {
	defer w.health.Close()
	task := background.Task{Name: "alerts", Fault: "Alerts are not evaluated"}
	w.viewer.app.background.Run(ctx, task, func(ctx context.Context, tell func(error)) error {
		for {
			err := w.round(ctx)
			if isForbidden(err) {
				w.viewer.app.log.Info("the database login may not write alerts: another server has to evaluate them", "error", err)
				tell(nil)
				<-ctx.Done()
				return ctx.Err()
			}
			tell(err)
			every := evaluateEvery
			if err != nil {
				every = evaluateAgain
			}
			if !w.wait(ctx, every) {
				return ctx.Err()
			}
		}
	})
}

// wait waits until it is time for the next evaluation: a while after the last one, or soon after something was written. It
// reports whether ctx has not ended.
func (w *alertWatch) wait(ctx context.Context, every time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(evaluatePause):
	}
	select {
	case <-ctx.Done():
		return false
	case <-w.changed:
	case <-time.After(every - evaluatePause):
	}
	return true
}

func isForbidden(err error) bool {
	var failed *store.Error
	return errors.As(err, &failed) && failed.Kind == store.Forbidden
}

// round evaluates once. If the database is away, that is what is told.
func (w *alertWatch) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, evaluateLimit)
	defer cancel()
	now := w.viewer.app.Now()
	if err := w.ping(ctx); err != nil && ctx.Err() == nil {
		return errors.Join(err, w.away.Gone(ctx, now, err.Error(), w.courier))
	}
	if err := w.away.Back(ctx, now, w.viewer.db.Store); err != nil {
		return err
	}
	if now.Sub(w.tidied) >= tidyEvery {
		if err := w.viewer.db.AlertsPrune(ctx, now.Add(-keptAlerts), now.Add(-unsentFor), now); err != nil {
			return err
		}
		w.tidied = now
	}
	return w.evaluator.Round(ctx, now, evaluateEvery)
}

// ping asks whether the database answers.
func (w *alertWatch) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	return w.health.Ping(ctx)
}

// send sends the messages that are due until ctx ends.
func (w *alertWatch) send(ctx context.Context) {
	if len(w.config.Targets) == 0 {
		return
	}
	task := background.Task{Name: "alert messages", Fault: "Messages about alerts are not sent"}
	w.viewer.app.background.Every(ctx, task, 0, sendEvery, func(ctx context.Context) error {
		return w.courier.Round(ctx, w.viewer.db.Store)
	})
}

// alertSource answers what the rules look at from a viewer's database and from this machine.
type alertSource struct{ *viewer }

// StepStates returns how each step stands.
func (s alertSource) StepStates(ctx context.Context, at time.Time) ([]desk.StepState, error) {
	return s.db.StepStates(ctx, at)
}

// Figures returns the newest figures.
func (s alertSource) Figures(ctx context.Context, at time.Time) (desk.AlertFigures, error) {
	return s.db.AlertFigures(ctx, at, s.app.rules().Today(at))
}

// Spool returns the runs that wait on this machine.
func (s alertSource) Spool(context.Context) (alert.Spool, error) {
	kept, err := s.app.spool(s.database)
	if err != nil {
		return alert.Spool{}, err
	}
	waits := kept.Undelivered()
	return alert.Spool{Waiting: waits.Waiting, Oldest: waits.Oldest()}, nil
}
