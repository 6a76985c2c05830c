package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/alert/dailyreport"
	"macrowatch/internal/alert/deliver"
	"macrowatch/internal/background"
	"macrowatch/internal/daily"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/query"
)

// reportEvery is how often serve looks whether the report of the desk's day is due.
const reportEvery = 15 * time.Second

// report makes the reports of the desk's day that are due until ctx ends.
func (w *alertWatch) report(ctx context.Context) {
	if w.config.Report.Cron == "" {
		return
	}
	v := w.viewer
	reporter := &dailyreport.Reporter{Config: w.config.Report, Rules: v.app.rules(), Book: v.db.Store, Logger: v.app.log,
		Write: func(ctx context.Context, at time.Time) (desk.DailyReport, error) {
			return v.app.writeDay(ctx, v.db, at, v.app.keptNow(v.database))
		}}
	task := background.Task{Name: "daily report", Fault: "The report of the desk's day is not made"}
	refused := false
	v.app.background.Every(ctx, task, 0, reportEvery, func(ctx context.Context) error {
		if refused {
			return nil
		}
		err := reporter.Round(ctx, v.app.Now())
		if refused = isForbidden(err); refused {
			v.app.log.Info("the database login may not write reports: another server has to make them", "error", err)
			return nil
		}
		return err
	})
}

// writeDay writes the desk's day at a moment as a report for targets. kept is a sentence about runs that are kept on this
// machine; "" if there are none.
func (a *app) writeDay(ctx context.Context, db *database, at time.Time, kept string) (desk.DailyReport, error) {
	s := db.viewerStore()
	sampleUntil, _ := s.SampleDataUntil(ctx) // a login that may not read the settings gets a report without the mark
	day, err := daily.Read(ctx, daily.Config{
		Querier: query.NewRunner(s.Pool(), query.Options{}), Store: s, Rules: a.rules(), At: at,
		Version: a.build.Version, SampleData: !sampleUntil.IsZero(), KeptRuns: kept,
	})
	if err != nil {
		return desk.DailyReport{}, err
	}
	values := url.Values{"from": {strconv.FormatInt(at.AddDate(0, 0, -7).UnixMilli(), 10)}, "to": {strconv.FormatInt(at.UnixMilli(), 10)}}
	return desk.DailyReport{Title: day.Title(), Full: day.Text(), Short: day.Short(), Path: dashboard.EveryPath().Pipeline + "?" + values.Encode()}, nil
}

// sendTestReport sends the report of this moment to the targets of the report, or to those that are named.
func (a *app) sendTestReport(ctx context.Context, db databaseFlags, f alertsFlag, page string, names []string) error {
	config, err := a.readAlerts(f)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names = config.Report.To; len(names) == 0 {
			return fmt.Errorf("%s names no targets in its section report: name them there, or after the command", cmp.Or(f.path, a.desk.path))
		}
	}
	if err := knownTargets(targetNames(config), names); err != nil {
		return err
	}
	for _, name := range names {
		if config.Targets[name].Alertmanager {
			return usagef("target %s is an Alertmanager, which takes alerts only", name)
		}
	}
	open, err := a.openDatabaseAsIs(ctx, db)
	if err != nil {
		return err
	}
	defer func() { _ = open.Close() }()
	if err := open.requireSchema(ctx); err != nil {
		return err
	}
	report, err := a.writeDay(ctx, open, a.Now(), a.keptNow(db))
	if err != nil {
		return err
	}
	report.ID, report.DueAt, report.MadeAt = uuid.NewString(), a.Now(), a.Now()
	courier := deliver.New(deliver.Options{Config: config, Location: a.rules().Location(), Page: page, Now: a.Now, Logger: a.log})
	return a.sendToEach(slices.Compact(slices.Sorted(slices.Values(names))), "report", errors.New("the report could not be sent"), func(name string) error {
		message := desk.AlertDelivery{ID: uuid.NewString(), AlertID: report.ID, Route: name, Tells: desk.TellsReport, CreatedAt: a.Now()}
		return courier.SendReport(ctx, name, message, report)
	})
}
