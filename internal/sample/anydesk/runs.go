package anydesk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
)

const (
	attempts  = 3                // how often a step is tried
	backoff   = 2 * time.Minute  // how long the next attempt waits
	failRate  = 0.015            // chance that the first attempt fails
	failAgain = 0.2              // chance that the next one fails too
	noonHour  = 12               // when a step without a schedule runs
	pause     = 3 * time.Second  // how long a step takes to start
	shortest  = 10 * time.Second // a run of the fastest step
)

// pipeline knows what every step is expected to do.
type pipeline struct {
	desk     Desk
	workdays *desk.Workdays
	due      map[string]map[string][]time.Time // by step and date
}

// newPipeline reads the schedules of the days from Epoch to a day, both included.
func newPipeline(d Desk, workdays *desk.Workdays, to time.Time) (pipeline, error) {
	p := pipeline{desk: d, workdays: workdays, due: map[string]map[string][]time.Time{}}
	zone := d.Rules.Location()
	begin := time.Date(Epoch().Year(), Epoch().Month(), Epoch().Day(), 0, 0, 0, 0, zone)
	end := time.Date(to.Year(), to.Month(), to.Day()+1, 0, 0, 0, 0, zone)
	for _, step := range d.Rules.Steps {
		s, err := schedule.Of(d.Rules, step)
		if err != nil {
			return p, err
		}
		if s == nil {
			continue
		}
		days := map[string][]time.Time{}
		for _, e := range s.Expected(begin, end) {
			if e.Skipped == "" {
				date := e.DueAt.In(zone).Format(time.DateOnly)
				days[date] = append(days[date], e.DueAt)
			}
		}
		p.due[step.Name] = days
	}
	return p, nil
}

// day returns all runs of a date, by start and step, and when each step that succeeded had ended.
func (p pipeline) day(date time.Time) ([]desk.Run, map[string]time.Time) {
	var runs []desk.Run
	ended, succeeded := map[string]time.Time{}, map[string]time.Time{}
	var visit func(name string)
	visit = func(name string) {
		step, _ := p.desk.Rules.Step(name)
		if _, done := ended[name]; done {
			return
		}
		after := time.Time{}
		for _, other := range step.WaitsFor {
			visit(other)
			if end := ended[other]; end.After(after) {
				after = end
			}
		}
		ended[name] = time.Time{}
		for _, due := range p.dueOn(step, date) {
			start := due
			if after.After(start) {
				start = after
			}
			for _, run := range p.attempts(step, start.Add(pause)) {
				runs = append(runs, run)
				ended[name] = run.FinishedAt
				if run.Status == desk.Success {
					succeeded[name] = run.FinishedAt
				}
			}
		}
	}
	for _, step := range p.desk.Rules.Steps {
		visit(step.Name)
	}
	slices.SortFunc(runs, func(a, b desk.Run) int {
		if c := a.StartedAt.Compare(b.StartedAt); c != 0 {
			return c
		}
		return strings.Compare(a.Step, b.Step)
	})
	return runs, succeeded
}

// dueOn returns when a step is due on a date. A step without a schedule runs at noon of the days on which the desk works.
func (p pipeline) dueOn(step desk.Step, date time.Time) []time.Time {
	if step.Cron != "" {
		return p.due[step.Name][date.Format(time.DateOnly)]
	}
	if !p.workdays.On(date) {
		return nil
	}
	return []time.Time{time.Date(date.Year(), date.Month(), date.Day(), noonHour, 0, 0, 0, p.desk.Rules.Location()).UTC()}
}

// attempts are the runs of a step from one start on. Only the last can be a success.
func (p pipeline) attempts(step desk.Step, start time.Time) []desk.Run {
	r := p.desk.chance(step.Name + " " + start.UTC().Format(time.RFC3339))
	usual := p.usual(step)
	var runs []desk.Run
	for chance := failRate; len(runs) < attempts; chance = failAgain {
		took := (time.Duration(float64(usual) * math.Exp(0.25*max(-2.5, min(2.5, r.NormFloat64()))))).Round(time.Millisecond)
		run := desk.Run{
			ID: p.desk.RunID(step.Name, start), Step: step.Name, Status: desk.Success,
			StartedAt: start, FinishedAt: start.Add(took), DurationSeconds: float64(took.Milliseconds()) / 1000,
		}
		if r.Float64() >= chance {
			return append(runs, run)
		}
		run.Status, run.ErrorMessage = desk.Failed, p.message(step, r.IntN(3))
		runs = append(runs, run)
		start = run.FinishedAt.Add(backoff)
	}
	return runs
}

// usual is how long a step takes on an ordinary day: from ten seconds to two minutes, and well within its grace.
func (p pipeline) usual(step desk.Step) time.Duration {
	usual := shortest + time.Duration(p.desk.chance("usual "+step.Name).Int64N(int64(110*time.Second)))
	if room := step.EndGrace - step.StartGrace; step.Cron != "" && usual > room/8 {
		usual = max(time.Second, room/8)
	}
	return usual
}

// message is what a failed run says.
func (p pipeline) message(step desk.Step, n int) string {
	if step.Group == desk.ConnectorGroup {
		return []string{
			fmt.Sprintf("%s: the source answered HTTP 503 Service Unavailable; nothing was stored", step.Title),
			fmt.Sprintf("%s: no answer within 60 s", step.Title),
			fmt.Sprintf("%s: HTTP 429 Too Many Requests; giving up after 3 tries", step.Title),
		}[n]
	}
	return []string{
		"check failed: 3 of 120 series have no value of the day before",
		"psycopg.OperationalError: connection failed: remaining connection slots are reserved",
		"worker was killed by signal 9 (out of memory?)",
	}[n]
}
