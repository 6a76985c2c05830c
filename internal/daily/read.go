package daily

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/timerange"
)

// Config says for which desk and moment a day is read.
type Config struct {
	// Querier answers the dashboards' queries. Store reads what the P&L by instrument needs. Both are of one database.
	Querier request.Querier
	Store   *store.Store
	Rules   desk.Rules
	// At is the moment that the pages are about.
	At time.Time
	// Version is the program's.
	Version string
	// SampleData says that the database has made-up data.
	SampleData bool
	// KeptRuns is a sentence about runs that are kept on this machine and not yet delivered; "" if there are none.
	KeptRuns string
}

// Read reads a day from the database. If a query can't be answered, that is one of the day's problems. Read returns an
// error only if nothing can be read.
func Read(ctx context.Context, cfg Config) (Day, error) {
	queries, err := dashboard.QueriesOfTheDay(cfg.Rules)
	if err != nil {
		return Day{}, fmt.Errorf("define the queries of the day: %w", err)
	}
	workdays, err := cfg.Rules.Workdays()
	if err != nil {
		return Day{}, fmt.Errorf("read the desk's calendar: %w", err)
	}
	d := Day{At: cfg.At, Since: workdays.Before(cfg.At), Rules: cfg.Rules, workdays: workdays, Version: cfg.Version, SampleData: cfg.SampleData, keptRuns: cfg.KeptRuns}
	r := &reader{ctx: ctx, cfg: cfg, queries: queries, day: &d}
	for _, part := range []func(){r.readSteps, r.readBook, r.readRisk, r.readSignals, r.readPrices} {
		part()
	}
	if err := ctx.Err(); err != nil {
		return Day{}, err
	}
	if r.answered == 0 {
		return Day{}, r.lastErr
	}
	d.Problems = problemsOf(d)
	d.Checked = checkedText(d)
	return d, nil
}

// reader fills a day.
type reader struct {
	ctx      context.Context
	cfg      Config
	queries  dashboard.DayQueries
	day      *Day
	answered int
	lastErr  error
}

// points is for how many points in time the charts' queries ask.
const points = 260

// ask runs a query over the time from an instant up to the day's moment. If that fails, the day has one more problem, which
// says what is missing.
func (r *reader) ask(about, sql, format string, from time.Time) rows {
	over := timerange.Range{From: from, To: r.cfg.At}
	statement, fill, err := macro.Expand(sql, macro.Context{
		Range: over, Now: r.cfg.At, Interval: macro.Interval(over, points, time.Millisecond), Zone: r.cfg.Rules.Zone,
	})
	if err == nil && fill != nil {
		err = fmt.Errorf("the query fills buckets, which a report does not draw")
	}
	if err == nil {
		var out rows
		if out.frame, err = r.cfg.Querier.Query(r.ctx, statement, format, nil); err == nil {
			r.answered++
			return out
		}
	}
	r.fail(about, err)
	return rows{}
}

// fail notes that a part of the day could not be read.
func (r *reader) fail(about string, err error) {
	r.lastErr = err
	r.day.failed = append(r.day.failed, Problem{Critical, "Report", fmt.Sprintf("%s could not be read: %s", about, firstLine(err.Error()))})
}

// latest runs a query that finds the latest rows up to the day's moment.
func (r *reader) latest(about, sql string) rows { return r.ask(about, sql, "table", r.day.Since) }

func (r *reader) readSteps() {
	d := r.day
	today := r.latest("How the desk's day stands", r.queries.Today)
	if today.count() > 0 && today.text(0, "brief") != "" {
		d.Standing = standing{today.text(0, "verdict"), today.text(0, "day")}
	}
	scheduled := r.readExpected()
	all := r.latest("The runs of the steps", r.queries.Steps)
	ran := map[string]bool{}
	// A step that has run on every second day of the last two weeks, weekends aside, counts as one that runs every day. Other
	// steps, such as those of a weekend or a month, are never stale.
	daily := d.Rules.Calendar.WorkdaysInAWeek()
	for n := range all.count() {
		s := step{
			Name: all.text(n, "step"), Status: all.text(n, "status"), Error: firstLine(all.text(n, "error")),
			StartedAt: all.time(n, "started_at"), Workdays: int(all.number(n, "workdays").Value), SuccessAt: all.time(n, "success_at"),
			FailingSince: all.time(n, "failing_since"), Failures: int(all.number(n, "failures").Value), RecentFailures: int(all.number(n, "recent_failures").Value),
			Seconds: all.number(n, "seconds"), Median: all.number(n, "median_seconds"), Longest: all.number(n, "longest_seconds"),
		}
		s.Title = s.Name
		for _, c := range d.Rules.Connectors() {
			if c.Name == s.Name {
				s.Title, s.IsConnector = c.Title, true
			}
		}
		s.IsStale = !scheduled[s.Name] && d.workdays.Stale(s.StartedAt, d.At) && (s.IsConnector || s.Workdays >= daily)
		ran[s.Name] = true
		d.Steps = append(d.Steps, s)
	}
	for _, c := range d.Rules.Connectors() {
		if all.frame != nil && !ran[c.Name] && !scheduled[c.Name] {
			d.NeverRun = append(d.NeverRun, c)
		}
	}
	failures := r.latest("The error log", r.queries.Errors)
	for n := range failures.count() {
		if notice := failures.text(n, "notice"); notice != "" {
			d.Unread = append(d.Unread, notice+".")
		}
	}
	left := r.latest("The rows left out", r.queries.LeftOut)
	for n := range left.count() {
		d.Unusable = append(d.Unusable, unusable{left.text(n, "Table"), left.text(n, "Row"), left.text(n, "Column"), left.text(n, "Found"), left.text(n, "Problem")})
	}
}

// readExpected reads how the steps stand by what is expected of them, and returns which steps have a schedule.
func (r *reader) readExpected() map[string]bool {
	scheduled := map[string]bool{}
	states, err := r.cfg.Store.StepStates(r.ctx, r.cfg.At)
	if err != nil {
		r.fail("What is expected of the steps", err)
		return scheduled
	}
	for _, s := range states {
		if !s.DueAt.IsZero() {
			scheduled[s.Step.Name] = true
			r.day.Expected = append(r.day.Expected, s)
		}
	}
	return scheduled
}

func (r *reader) readBook() {
	b := &r.day.Book
	navs := r.latest("The NAV", r.queries.Day)
	if navs.count() == 0 {
		return
	}
	b.At, b.NAV, b.Day = navs.time(0, "at"), navs.number(0, "nav"), navs.date(0, "day")
	if navs.count() > 1 {
		b.PreviousDay = navs.date(1, "day")
		if before := navs.number(1, "nav"); before.Known && before.Value > 0 && b.NAV.Known {
			b.DayReturn = number{(b.NAV.Value/before.Value - 1) * 100, true}
		}
	}
	b.PeakAt = r.first("The NAV's peak", r.queries.Peak).time(0, "at")
	b.TotalReturn = r.first("The total return", r.queries.Return).number(0, "total_return_pct")
	b.Sharpe = r.first("The Sharpe ratio", r.queries.Sharpe).number(0, "sharpe_ratio")
	b.Leverage = r.first("The leverage", r.queries.Leverage).number(0, "gross_leverage")
	b.Positions = r.first("The number of positions", r.queries.Positions).number(0, "active_positions")
	months := r.first("The monthly returns", r.queries.Months)
	b.MonthReturn = months.number(0, b.Day.Format("Jan"))
	b.YearToDay = months.number(0, "Full year")
	yearAgo := r.cfg.At.AddDate(-1, 0, 0)
	b.Curve.At, b.Curve.Values = r.ask("The equity curve", r.queries.NAV, "table", yearAgo).numbers("Portfolio NAV")
	b.Fall.At, b.Fall.Values = r.ask("The drawdown", r.queries.Drawdown, "table", yearAgo).numbers("Drawdown")
	day, known, err := riskrun.LastDayPnL(r.ctx, r.cfg.Store, r.cfg.Rules, r.cfg.At)
	if err != nil {
		r.fail("The P&L by instrument", err)
	}
	r.day.PnL = pnl{day, known && err == nil}
}

// first is latest for queries whose first row says all. It has at least one row, which may be empty.
func (r *reader) first(about, sql string) rows {
	out := r.latest(about, sql)
	if out.frame == nil {
		out.frame = emptyFrame()
	}
	return out
}
