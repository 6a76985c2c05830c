package dashboard

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// TestTheStatesOfARandomDeskAreThoseThatItsRunsGive compares the tiles, the grid, the day and the store's states with what
// this file computes from the same expected runs and runs, at random instants and at those where a state changes.
func TestTheStatesOfARandomDeskAreThoseThatItsRunsGive(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, zones()[seed%3])
			d := newRandomDesk(t, db, rand.New(rand.NewPCG(seed, 13)))
			for _, at := range d.instants() {
				d.compare(t, db, at)
			}
		})
	}
}

// randomDesk is a desk with what its database holds.
type randomDesk struct {
	random *rand.Rand
	rules  desk.Rules
	since  time.Time
	slots  map[string][]desk.ExpectedRun // by step, in order
	runs   map[string][]run              // by step, the one that started last first
	days   *desk.Workdays
	store  *store.Store
	sql    map[string]string // by file, the tiles by step
}

// newRandomDesk records eight steps over the twelve days around Carnival 2026. macrowatch gets to know the steps on the third
// of these days.
func newRandomDesk(t *testing.T, db *database, random *rand.Rand) *randomDesk {
	t.Helper()
	d := &randomDesk{random: random, rules: desk.BuiltInRules(), since: inFebruary(t, "11 12:00"), store: store.New(db.pool, nil),
		slots: map[string][]desk.ExpectedRun{}, runs: map[string][]run{}, sql: map[string]string{}}
	var err error
	if d.days, err = d.rules.Workdays(); err != nil {
		t.Fatal(err)
	}
	d.rules.Steps = nil
	for n, cron := range []string{"0 6 * * 1-5", "0 6 * * *", "*/30 8-11 * * *", "0 */6 * * *", "15 23 * * *", "0 0 * * *", "0 9 * * 1", ""} {
		step := desk.Step{Name: fmt.Sprint("step ", n), Title: fmt.Sprint("Step ", n), Group: []string{desk.ConnectorGroup, "extra"}[n%2], Cron: cron}
		if cron != "" {
			step.StartGrace = time.Duration(random.IntN(30)) * time.Minute
			step.EndGrace = step.StartGrace + time.Duration(random.IntN(120))*time.Minute
		}
		d.rules.Steps = append(d.rules.Steps, step)
	}
	if _, err := d.store.ApplyPlan(t.Context(), d.rules, d.since); err != nil {
		t.Fatal(err)
	}
	rows, err := db.conn.Query(t.Context(), `SELECT step_name, due_at, opens_at, closes_at, start_by, end_by, coalesce(skipped, '') FROM expected_runs ORDER BY due_at`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var s desk.ExpectedRun
		if err := rows.Scan(&s.Step, &s.DueAt, &s.OpensAt, &s.ClosesAt, &s.StartBy, &s.EndBy, &s.Skipped); err != nil {
			t.Fatal(err)
		}
		d.slots[s.Step] = append(d.slots[s.Step], s)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	db.exec("ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_status_known") // as another tool's table has none
	for _, step := range d.rules.Steps {
		d.recordRuns(db, step.Name)
	}
	d.readQueries(t)
	return d
}

// recordRuns records up to eighty runs of a step. Some start together, and some just when an expected run opens or closes.
func (d *randomDesk) recordRuns(db *database, step string) {
	words := []string{"SUCCESS", "SUCCESS", "SUCCESS", "FAILED", "FAILED", "RUNNING", "CANCELLED", "crashed", "half-done"}
	for range d.random.IntN(80) {
		r := run{step: step, status: words[d.random.IntN(len(words))], start: d.instant(step)}
		if r.status != "RUNNING" {
			r.end = r.start.Add(time.Duration(d.random.IntN(150)) * time.Minute)
		}
		if slices.ContainsFunc(d.runs[step], func(other run) bool { return other.start.Equal(r.start) && other.end.Equal(r.end) }) {
			continue // nothing says which of the two is the later one
		}
		db.record(r)
		d.runs[step] = append(d.runs[step], r)
	}
	ends := func(r run) time.Time {
		if r.end.IsZero() {
			return r.start.AddDate(1, 0, 0)
		}
		return r.end
	}
	slices.SortStableFunc(d.runs[step], func(a, b run) int { return cmp.Or(b.start.Compare(a.start), ends(b).Compare(ends(a))) })
}

// instant returns a random minute of the twelve days, or one at which something happens to an expected run of the step.
func (d *randomDesk) instant(step string) time.Time {
	first, days := d.since.Add(-60*time.Hour), 12*24*time.Hour
	at := first.Add(time.Duration(d.random.Int64N(int64(days/time.Minute))) * time.Minute)
	n := slices.IndexFunc(d.slots[step], func(s desk.ExpectedRun) bool { return s.DueAt.After(at) })
	if n < 0 || d.random.IntN(2) == 0 {
		return at
	}
	s := d.slots[step][n]
	return []time.Time{s.OpensAt, s.DueAt, s.StartBy, s.EndBy, s.ClosesAt, s.ClosesAt.Add(-time.Minute)}[d.random.IntN(6)].UTC()
}

// instants are those at which the states are compared.
func (d *randomDesk) instants() []time.Time {
	var all []time.Time
	for range 5 {
		for _, step := range d.rules.Steps {
			all = append(all, d.instant(step.Name))
		}
	}
	return all
}

func (d *randomDesk) readQueries(t *testing.T) {
	t.Helper()
	b, err := newBuilder(d.rules, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range d.rules.Steps {
		if d.sql[step.Name], err = b.sql("pipeline_connector.sql", subject{step: step.Name}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"pipeline_day", "pipeline_groups", "pipeline_grid"} {
		if d.sql[name], err = b.sql(name+".sql", subject{}); err != nil {
			t.Fatal(err)
		}
	}
}

// compare compares all that tells of states at an instant.
func (d *randomDesk) compare(t *testing.T, db *database, at time.Time) {
	t.Helper()
	states, err := d.store.StepStates(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	grid, groups, day := column(t, db, d.sql["pipeline_grid"], at), column(t, db, d.sql["pipeline_groups"], at), column(t, db, d.sql["pipeline_day"], at)
	for n, step := range d.rules.Steps {
		want, started := d.standing(step, at)
		tile := query[tile](db.in(t), d.sql[step.Name], dayTo(at))[0]
		if tile.Status != want || grid[step.Title] != want || string(states[n].State) != want {
			t.Errorf("%s at %v: the tile says %s, the grid %s, the store %s, want %s", step.Name, at, tile.Status, grid[step.Title], states[n].State, want)
		}
		if got := states[n].StartedAt; !got.Equal(started) {
			t.Errorf("%s at %v: the store's run started at %v, want %v", step.Name, at, got, started)
		}
		if !started.IsZero() && !tile.Started.Equal(started) {
			t.Errorf("%s at %v: the tile's run started at %v, want %v", step.Name, at, tile.Started, started)
		}
	}
	all := d.today(at, func(desk.Step) bool { return true })
	if groups["All"] != all.byGroup() || !strings.HasPrefix(day["day"], "Today: "+all.inLine()) {
		t.Errorf("%v: %s; %s, want %s", at, groups["All"], day["day"], all.byGroup())
	}
	for _, group := range d.rules.Groups() {
		if want := d.today(at, func(s desk.Step) bool { return s.Group == group }).byGroup(); groups[group] != want {
			t.Errorf("%s at %v: %s, want %s", group, at, groups[group], want)
		}
	}
}

// standing returns how a step stands, and when the run started that says so.
func (d *randomDesk) standing(step desk.Step, at time.Time) (state string, started time.Time) {
	opened := slices.DeleteFunc(slices.Clone(d.slots[step.Name]), func(s desk.ExpectedRun) bool { return s.OpensAt.After(at) })
	for n := len(opened) - 1; n >= max(0, len(opened)-2); n-- {
		if state, started = d.stateOf(opened[n], at); state != "" {
			return state, started
		}
	}
	for _, r := range d.runs[step.Name] {
		if r.start.After(at) {
			continue
		}
		status := statusAt(r, at)
		if status != "FAILED" && !strings.HasPrefix(status, `"`) && d.days.Stale(r.start, at) {
			status = "STALE"
		}
		return status, r.start
	}
	return "NO RUNS", time.Time{}
}

// stateOf returns the state of an expected run, and when the run that decides started. The state is "" if it says nothing.
func (d *randomDesk) stateOf(s desk.ExpectedRun, at time.Time) (state string, started time.Time) {
	var attempts []run
	earlier := false
	for _, r := range d.runs[s.Step] {
		earlier = earlier || r.start.Before(s.OpensAt)
		if !r.start.After(at) && !r.start.Before(s.OpensAt) && r.start.Before(s.ClosesAt) {
			attempts = append(attempts, r)
		}
	}
	if len(attempts) == 0 {
		switch {
		case s.DueAt.Before(d.since) && !earlier:
		case s.Skipped != "" && !at.Before(s.DueAt):
			return "SKIPPED", time.Time{}
		case s.Skipped != "":
		case !at.Before(s.EndBy) || !at.Before(s.ClosesAt):
			return "MISSED", time.Time{}
		case !at.Before(s.StartBy):
			return "LATE", time.Time{}
		}
		return "", time.Time{}
	}
	state = statusAt(attempts[0], at)
	if state == "RUNNING" {
		succeeded := slices.ContainsFunc(attempts, func(r run) bool { return statusAt(r, at) == "SUCCESS" })
		switch {
		case s.Skipped == "" && !succeeded && !at.Before(s.EndBy):
			state = "OVERDUE"
		case len(attempts) > 1 && statusAt(attempts[1], at) == "FAILED":
			state = "RETRYING"
		}
	}
	return state, attempts[0].start
}

// statusAt returns the status of a run as a panel shows it at an instant.
func statusAt(r run, at time.Time) string {
	switch {
	case r.end.After(at):
		return "RUNNING"
	case r.status == "crashed":
		return "FAILED"
	case r.status == "half-done":
		return `"half-done"`
	}
	return r.status
}

// countOfDay counts what is due on a day.
type countOfDay struct{ total, done, failed, late int }

// today counts what is due on the desk's day of an instant.
func (d *randomDesk) today(at time.Time, of func(desk.Step) bool) (c countOfDay) {
	local := at.In(d.rules.Location())
	from := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
	for _, step := range d.rules.Steps {
		for _, s := range d.slots[step.Name] {
			if !of(step) || s.Skipped != "" || s.DueAt.Before(from) || !s.DueAt.Before(from.Add(24*time.Hour)) {
				continue
			}
			state, _ := d.stateOf(s, at)
			if state == "" && s.DueAt.Before(d.since) && !s.DueAt.After(at) {
				continue // nobody knew of it
			}
			c.total++
			switch state {
			case "SUCCESS":
				c.done++
			case "FAILED", "MISSED":
				c.failed++
			case "LATE", "OVERDUE":
				c.late++
			}
		}
	}
	return c
}

func (c countOfDay) byGroup() string {
	if c.total == 0 {
		return "nothing due"
	}
	text := fmt.Sprintf("%d of %d done", c.done, c.total)
	if c.failed > 0 {
		text += fmt.Sprintf(", %d FAILED", c.failed)
	}
	if c.late > 0 {
		text += fmt.Sprintf(", %d LATE", c.late)
	}
	return text
}

func (c countOfDay) inLine() string {
	if c.total == 0 {
		return "nothing is due"
	}
	return fmt.Sprintf("%d of %d done, %d failed, %d late", c.done, c.total, c.failed, c.late)
}
