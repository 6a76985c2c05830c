// Package dailyreport makes the report of the desk's day when it is due, and puts it into the outbox from which it is sent.
// It knows when a report is due; the caller writes its text.
package dailyreport

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
)

// Book keeps the reports. ReportAdd keeps a report with its messages in one transaction, and reports whether there was
// none that was due at the same time: of several servers one makes it.
type Book interface {
	LastReport(ctx context.Context) (time.Time, error)
	ReportAdd(ctx context.Context, r desk.DailyReport, messages []desk.AlertDelivery) (bool, error)
}

// Reporter makes reports round by round.
type Reporter struct {
	Config alert.Report
	Rules  desk.Rules
	Book   Book
	// Write returns the texts of the desk's day at a moment.
	Write  func(ctx context.Context, at time.Time) (desk.DailyReport, error)
	Logger *slog.Logger
}

// furthest is how far back a round looks for times at which no server ran. They are only noted, so a month is enough.
const furthest = 31 * 24 * time.Hour

// Round makes the report that is due at a time, if it is not made yet. What is due for longer than Config.Within is noted
// as skipped. If the desk has had no report before, there is nothing to skip.
func (r *Reporter) Round(ctx context.Context, now time.Time) error {
	last, err := r.Book.LastReport(ctx)
	if err != nil {
		return err
	}
	from := last.Add(time.Second) // a schedule has whole minutes
	switch {
	case last.IsZero():
		from = now.Add(-r.Config.Within)
	case now.Sub(last) > furthest:
		from = now.Add(-furthest)
	}
	due, err := Due(r.Config, r.Rules, from, now)
	if err != nil {
		return err
	}
	if last.IsZero() && len(due) > 1 {
		due = due[len(due)-1:]
	}
	for n, at := range due {
		if n < len(due)-1 || now.Sub(at) > r.Config.Within {
			err = r.skip(ctx, at, now)
		} else {
			err = r.make(ctx, at, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Due returns when reports are due from an instant on up to another one.
func Due(c alert.Report, rules desk.Rules, from, to time.Time) ([]time.Time, error) {
	s, err := schedule.Of(rules, desk.Step{Name: "report", Cron: c.Cron})
	if err != nil || s == nil {
		return nil, err
	}
	var due []time.Time
	for _, run := range s.Expected(from, to.Add(time.Nanosecond)) {
		if run.Skipped == "" {
			due = append(due, run.DueAt)
		}
	}
	return due, nil
}

// skip notes a report that comes too late.
func (r *Reporter) skip(ctx context.Context, at, now time.Time) error {
	added, err := r.Book.ReportAdd(ctx, desk.DailyReport{ID: uuid.NewString(), DueAt: at, MadeAt: now, Skipped: true}, nil)
	if added {
		r.Logger.Warn("the report of the desk's day is not sent, since no server made it in time", "due", at, "within", r.Config.Within.String())
	}
	return err
}

// make makes a report and its messages.
func (r *Reporter) make(ctx context.Context, at, now time.Time) error {
	report, err := r.Write(ctx, at)
	if err != nil {
		return fmt.Errorf("make the report of the desk's day: %w", err)
	}
	report.ID, report.DueAt, report.MadeAt = uuid.NewString(), at, now
	var messages []desk.AlertDelivery
	for _, target := range r.Config.To {
		messages = append(messages, desk.AlertDelivery{ID: uuid.Must(uuid.NewV7()).String(), AlertID: report.ID, Route: target, Tells: desk.TellsReport, CreatedAt: now, NextTryAt: now})
	}
	_, err = r.Book.ReportAdd(ctx, report, messages)
	return err
}
