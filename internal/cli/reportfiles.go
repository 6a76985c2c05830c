package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/report"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// reportedDashboards returns the dashboards that a report may have. Those about one thing are not among them, since the
// variables of a report can't be chosen.
func (a *app) reportedDashboards() ([]dashboard.Definition, error) {
	all, err := a.allDashboards()
	return slices.DeleteFunc(all, func(d dashboard.Definition) bool { return d.Detail }), err
}

// writeReports checks what is asked for and writes the files.
func (a *app) writeReports(ctx context.Context, dbFlags databaseFlags, f reportFlags) error {
	html, pdf, err := f.outputs()
	if err != nil {
		return err
	}
	all, err := a.reportedDashboards()
	if err != nil {
		return err
	}
	chosen, err := chosenDashboards(all, "--dashboard", f.dashboards)
	if err != nil {
		return err
	}
	boards, err := served(chosen)
	if err != nil {
		return err
	}
	at, err := f.asOf.instant(a.rules(), a.Now())
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = a.Now()
	}
	if err := f.checkRange(a.rules(), boards, at); err != nil {
		return err
	}
	var printer report.Printer
	if pdf != "" {
		if printer, err = report.FindPrinter(); err != nil {
			return err
		}
	}
	text, failed, err := a.reportText(ctx, dbFlags, f, boards, at)
	if err != nil {
		return err
	}
	what := counted(len(chosen), "dashboard", "dashboards")
	if html != "" {
		if err := a.writeReport(html, text, what); err != nil {
			return err
		}
	}
	if pdf != "" {
		a.step("Printing")
		printed, err := printer.Print(ctx, text)
		if err != nil {
			return err
		}
		if err := a.writeReport(pdf, printed, what); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("the report is written, but %s could not be computed:\n  %s", counted(len(failed), "panel", "panels"), strings.Join(failed, "\n  "))
	}
	return nil
}

// reportText computes the dashboards at an instant. It returns the file, and the panels that could not be computed.
func (a *app) reportText(ctx context.Context, dbFlags databaseFlags, f reportFlags, boards []server.Dashboard, at time.Time) (text []byte, failed []string, err error) {
	page, err := web.Dist()
	if err != nil {
		return nil, nil, err
	}
	verdict, err := a.verdictPanel()
	if err != nil {
		return nil, nil, err
	}
	db, err := a.openDatabaseAsIs(ctx, dbFlags)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = db.Close() }()
	if err := db.requireSchema(ctx); err != nil {
		return nil, nil, err
	}
	pool := db.viewerStore().Pool()
	s, err := server.New(server.Config{
		Dashboards: boards,
		Querier:    query.NewRunner(pool, query.Options{}),
		Ping:       pool.Ping,
		Page:       page,
		Now:        a.Now,
		AsOf:       at,
		SampleData: func(ctx context.Context) bool {
			until, err := db.viewerStore().SampleDataUntil(ctx)
			return err == nil && !until.IsZero()
		},
		OwnSteps: func(ctx context.Context) []string {
			steps, err := db.OwnSteps(ctx, a.sampleSteps())
			if err != nil {
				a.log.Warn("the steps with own runs are not known", "error", err)
			}
			return steps
		},
		Verdict:             verdict,
		Zone:                a.rules().Zone,
		Version:             a.build.Version,
		Logger:              a.quietLog(),
		MaxConcurrentPanels: int(pool.Config().MaxConns),
	})
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	failed, err = report.Write(ctx, &b, report.Config{
		Server: s, Page: page,
		Question: report.Question{From: f.from, To: f.to, Timezone: a.rules().Zone},
		Progress: func(title string) { a.step("Computing " + title) },
	})
	return b.Bytes(), failed, err
}

// quietLog is the log of a server whose failures the command itself names.
func (a *app) quietLog() *slog.Logger {
	if a.verbose {
		return a.log
	}
	return slog.New(slog.DiscardHandler)
}

// step says on a terminal what the command is doing.
func (a *app) step(what string) {
	if isTerminal(a.Err) {
		fmt.Fprintln(a.Err, what+" …")
	}
}

// writeReport writes a file and says so. The argument `what` says what the file has.
func (a *app) writeReport(path string, content []byte, what string) error {
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	_, err := fmt.Fprintf(a.Out, "%s: %s, %.1f MB\n", path, what, float64(len(content))/1e6)
	return err
}
