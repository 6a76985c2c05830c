package cli

import (
	"bytes"
	"context"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/daily"
	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/report"
	"macrowatch/internal/viewer/timerange"
	"macrowatch/web"
)

// checkDaily refuses flags that do not go together.
func (f reportFlags) checkDaily(c *cobra.Command) error {
	switch given := c.Flags().Changed; {
	case f.daily && given("dashboard"):
		return usagef("--daily and --dashboard exclude each other: --daily always has the whole desk")
	case f.daily && given("from"):
		return usagef("--daily takes no --from: it is about one day; give its end with --as-of or --to")
	case !f.daily && given("spool-dir"):
		return usagef("--spool-dir needs --daily, which alone looks at the kept runs")
	}
	return nil
}

// dayEnd returns the moment that --daily is about.
func (f reportFlags) dayEnd(rules desk.Rules, now time.Time) (time.Time, error) {
	at, err := f.asOf.instant(rules, now)
	if err != nil {
		return at, err
	}
	if at.IsZero() {
		at = now
	}
	if f.to == "" {
		return at, nil
	}
	r, err := timerange.Clock{Now: at, Location: rules.Location()}.Range("1970-01-01T00:00:00Z", f.to)
	switch {
	case err != nil:
		return at, usagef("--%s", err)
	case r.To.Sub(at) > 24*time.Hour:
		return at, usagef("--to %q is in the future: give a time up to now", f.to)
	case r.To.Before(at):
		at = r.To
	}
	return at, nil
}

// writeDaily writes the two pages of a day.
func (a *app) writeDaily(ctx context.Context, dbFlags databaseFlags, f reportFlags) error {
	html, pdf, err := f.outputs()
	if err != nil {
		return err
	}
	at, err := f.dayEnd(a.rules(), a.Now())
	if err != nil {
		return err
	}
	var printer report.Printer
	if pdf != "" {
		if printer, err = report.FindPrinter(); err != nil {
			return err
		}
	}
	a.step("Computing the desk's day")
	text, err := a.dailyText(ctx, dbFlags, f, at)
	if err != nil {
		return err
	}
	if html != "" {
		if err := a.writeReport(html, text, "the desk's day"); err != nil {
			return err
		}
	}
	if pdf == "" {
		return nil
	}
	a.step("Printing")
	printed, err := printer.Print(ctx, text)
	if err != nil {
		return err
	}
	return a.writeReport(pdf, printed, "the desk's day")
}

// dailyText returns the HTML of the two pages of a day.
func (a *app) dailyText(ctx context.Context, dbFlags databaseFlags, f reportFlags, at time.Time) ([]byte, error) {
	page, err := web.Dist()
	if err != nil {
		return nil, err
	}
	db, err := a.openDatabaseAsIs(ctx, dbFlags)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	if err := db.requireSchema(ctx); err != nil {
		return nil, err
	}
	s := db.viewerStore()
	sampleUntil, _ := s.SampleDataUntil(ctx) // a login that may not read the settings gets a report without the mark
	day, err := daily.Read(ctx, daily.Config{
		Querier: query.NewRunner(s.Pool(), query.Options{}), Store: s, Rules: a.rules(), At: at,
		Version: a.build.Version, SampleData: !sampleUntil.IsZero(), KeptRuns: a.keptText(dbFlags, f),
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = daily.Write(&b, page, day)
	return b.Bytes(), err
}

// keptText says in a sentence that runs are kept on this machine. Of a past day it says nothing, because nobody knows what was
// kept then.
func (a *app) keptText(dbFlags databaseFlags, f reportFlags) string {
	if f.asOf.asOf != "" || f.to != "" {
		return ""
	}
	return a.keptNow(dbFlags)
}

// keptNow says in a sentence that runs are kept on this machine now; "" if there are none.
func (a *app) keptNow(dbFlags databaseFlags) string {
	kept, err := a.spool(dbFlags)
	if err != nil {
		return "The runs that are kept on this machine could not be counted: " + err.Error() + "."
	}
	left := kept.Undelivered()
	if left.Waiting+left.SetAside == 0 {
		return ""
	}
	return leftText(left) + "."
}
