package store

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/desk/schedule"
)

const (
	stepsRead = `SELECT s.step_name, s.title, s.group_name, s.cron, s.start_grace_seconds, s.end_grace_seconds, s.owner, s.runbook,
    ARRAY(SELECT w.waits_for FROM macrowatch_step_waits w WHERE w.step_name = s.step_name ORDER BY w.waits_for)
FROM macrowatch_steps s ORDER BY s.place, s.step_name`

	stepsUpsert = `INSERT INTO macrowatch_steps AS t (step_name, title, group_name, place, cron, start_grace_seconds, end_grace_seconds, owner, runbook, since)
SELECT *, $10::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::float8[], $7::float8[], $8::text[], $9::text[])
ON CONFLICT (step_name) DO UPDATE SET title = excluded.title, group_name = excluded.group_name, place = excluded.place, cron = excluded.cron,
    start_grace_seconds = excluded.start_grace_seconds, end_grace_seconds = excluded.end_grace_seconds, owner = excluded.owner, runbook = excluded.runbook`

	stepsDelete = `DELETE FROM macrowatch_steps WHERE step_name <> ALL ($1::text[])`
	waitsInsert = `INSERT INTO macrowatch_step_waits SELECT * FROM unnest($1::text[], $2::text[])`

	// When a step was due last by now, and last of all, by what is stored. One index probe finds each.
	lastDue = `SELECT n, (SELECT max(due_at) FROM expected_runs e WHERE e.step_name = n AND e.due_at <= $2),
    (SELECT max(due_at) FROM expected_runs e WHERE e.step_name = n AND e.due_at > $2) FROM unnest($1::text[]) n`

	// Of each step the stored run that was due last, and all that are due later.
	expectedRead = `SELECT step_name, due_at, opens_at, closes_at, start_by, end_by, coalesce(skipped, '') FROM expected_runs
WHERE due_at > $1 OR (step_name, due_at) IN (SELECT * FROM unnest($2::text[], $3::timestamptz[]))`

	expectedDelete = `DELETE FROM expected_runs e USING unnest($1::text[], $2::timestamptz[]) gone(step_name, due_at)
WHERE e.step_name = gone.step_name AND e.due_at = gone.due_at`

	// Where a stretch of a summary begins in the desk's zone. If that changes, all summaries are wrong.
	summariesMayAlign = `SELECT has_table_privilege('run_summary_widths', 'UPDATE') AND has_table_privilege('run_summary_marks', 'INSERT')
    AND has_table_privilege('book_summary_zone', 'UPDATE') AND has_table_privilege('book_summary_marks', 'INSERT')`
	rulesMayAlign = `SELECT has_table_privilege('allocation_rules', 'UPDATE')`
	rulesAlign    = `UPDATE allocation_rules SET rules = $1 WHERE rules <> $1`
	runsAlign     = `WITH changed AS (UPDATE run_summary_widths SET origin = o.at FROM (SELECT TIMESTAMP '2024-01-01 00:00' AT TIME ZONE $1 AS at) o
    WHERE origin <> o.at RETURNING 1)
INSERT INTO run_summary_marks (quarter) SELECT '-infinity' FROM changed LIMIT 1`
	bookAlign = `WITH changed AS (UPDATE book_summary_zone SET zone = $1 WHERE zone <> $1 RETURNING 1)
INSERT INTO book_summary_marks (snapshot_at) SELECT '-infinity' FROM changed`

	expectedForget = `DELETE FROM expected_runs WHERE due_at < $1`
)

// planWriter compares a desk's steps and expected runs with those that are stored, and writes the difference.
type planWriter struct {
	tx     pgx.Tx
	rules  desk.Rules
	now    time.Time
	change PlanChange
	// crons are the schedules that are stored, by step.
	crons map[string]string
	// gone are the stored expected runs to delete, added those to write.
	gone, added []desk.ExpectedRun
	// working is the working time to write, if it differs.
	working []desk.WorkingStretch
}

// compare finds what differs.
func (p *planWriter) compare(ctx context.Context) error {
	if err := p.compareSteps(ctx); err != nil {
		return err
	}
	if err := p.compareWorkingTime(ctx); err != nil {
		return err
	}
	return p.compareExpected(ctx)
}

// compareSteps finds the steps that differ. The order of the steps counts too.
func (p *planWriter) compareSteps(ctx context.Context) error {
	stored, err := storedSteps(ctx, p.tx)
	if err != nil {
		return err
	}
	before := map[string]int{}
	p.crons = map[string]string{}
	for place, step := range stored {
		before[step.Name], p.crons[step.Name] = place, step.Cron
	}
	for place, step := range p.rules.Steps {
		was, known := before[step.Name]
		switch {
		case !known:
			p.change.StepsAdded = append(p.change.StepsAdded, step.Name)
		case was != place || !sameStep(stored[was], step):
			p.change.StepsChanged = append(p.change.StepsChanged, step.Name)
		}
		delete(before, step.Name)
	}
	for _, step := range stored {
		if _, left := before[step.Name]; left {
			p.change.StepsRemoved = append(p.change.StepsRemoved, step.Name)
		}
	}
	return nil
}

// storedSteps returns the steps in their order. They lack their holidays, which only the expected runs need.
func storedSteps(ctx context.Context, q queryer) ([]desk.Step, error) {
	rows, err := q.Query(ctx, stepsRead)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (desk.Step, error) {
		var s desk.Step
		var start, end float64
		err := row.Scan(&s.Name, &s.Title, &s.Group, &s.Cron, &start, &end, &s.Owner, &s.Runbook, &s.WaitsFor)
		s.StartGrace, s.EndGrace = time.Duration(start*float64(time.Second)), time.Duration(end*float64(time.Second))
		return s, err
	})
}

// sameStep tells whether a stored step is the same as one of the rules.
func sameStep(stored, step desk.Step) bool {
	step.Holidays, step.WaitsFor = nil, slices.Sorted(slices.Values(step.WaitsFor))
	if len(stored.WaitsFor) == 0 {
		stored.WaitsFor = nil
	}
	return reflect.DeepEqual(stored, step)
}

// compareExpected finds the expected runs that differ.
func (p *planWriter) compareExpected(ctx context.Context) error {
	last, err := p.lastDue(ctx)
	if err != nil {
		return err
	}
	wanted := map[string][]desk.ExpectedRun{}
	for _, step := range p.rules.Steps {
		s, err := schedule.Of(p.rules, step)
		if err != nil {
			return err
		}
		if s == nil {
			continue
		}
		runs := s.After(last[step.Name].past, p.from(step, last[step.Name]), p.horizon())
		wanted[step.Name] = runs
		if len(runs) > 0 && runs[len(runs)-1].DueAt.After(p.change.Until) {
			p.change.Until = runs[len(runs)-1].DueAt
		}
	}
	return p.difference(ctx, last, wanted)
}

// storedDue says when a step was due last by now, and when it is due last after that, by what is stored. The zero time
// means never.
type storedDue struct{ past, future time.Time }

// from returns from when on the expected runs of a step are computed. A new step gets those of the past. A step whose
// schedule is the same gets those that are missing because nothing was written for long. Otherwise the past stays.
func (p *planWriter) from(step desk.Step, last storedDue) time.Time {
	const justAfter = time.Microsecond
	cron, known := p.crons[step.Name]
	switch {
	case last.past.IsZero() && !known:
		return p.now.AddDate(0, 0, -planDaysBack)
	case known && cron == step.Cron && last.future.IsZero() && !last.past.IsZero():
		return last.past.Add(justAfter)
	}
	return p.now.Add(justAfter)
}

// horizon is how far ahead expected runs are kept.
func (p *planWriter) horizon() time.Time { return p.now.AddDate(0, 0, planDaysAhead) }

// lastDue returns when each step of the rules was due last, by what is stored.
func (p *planWriter) lastDue(ctx context.Context) (map[string]storedDue, error) {
	rows, err := p.tx.Query(ctx, lastDue, stepNames(p.rules.Steps), p.now)
	if err != nil {
		return nil, err
	}
	last := map[string]storedDue{}
	var step string
	var past, future *time.Time
	_, err = pgx.ForEachRow(rows, []any{&step, &past, &future}, func() error {
		var due storedDue
		if past != nil {
			due.past = past.UTC()
		}
		if future != nil {
			due.future = future.UTC()
		}
		last[step] = due
		return nil
	})
	return last, err
}

// difference compares the wanted runs with the stored ones that are due after now. Those of the past stay. Only the last
// of them closes when the first wanted one opens.
func (p *planWriter) difference(ctx context.Context, last map[string]storedDue, wanted map[string][]desk.ExpectedRun) error {
	stored, err := p.storedExpected(ctx, last)
	if err != nil {
		return err
	}
	same := make(map[desk.ExpectedRun]bool, len(stored))
	for _, run := range stored {
		runs := wanted[run.Step]
		if !run.DueAt.After(p.now) {
			if len(runs) > 0 && !run.ClosesAt.Equal(runs[0].OpensAt) {
				closes := run
				closes.ClosesAt = runs[0].OpensAt
				p.gone, p.added = append(p.gone, run), append(p.added, closes)
			}
			continue
		}
		if run.DueAt.After(p.horizon()) && len(runs) > 0 {
			continue // a clock that was ahead of this one has written it
		}
		n, found := slices.BinarySearchFunc(runs, run.DueAt, func(r desk.ExpectedRun, at time.Time) int { return r.DueAt.Compare(at) })
		if found && runs[n] == run {
			same[run] = true
			continue
		}
		p.gone = append(p.gone, run)
	}
	for _, step := range p.rules.Steps {
		for _, run := range wanted[step.Name] {
			if !same[run] {
				p.added = append(p.added, run)
			}
		}
	}
	p.change.RunsAdded, p.change.RunsRemoved = len(p.added), len(p.gone)
	return nil
}

// storedExpected returns the stored runs that are due after now, and of each step the one that was due last.
func (p *planWriter) storedExpected(ctx context.Context, last map[string]storedDue) ([]desk.ExpectedRun, error) {
	var steps []string
	var dues []time.Time
	for step, due := range last {
		if !due.past.IsZero() {
			steps, dues = append(steps, step), append(dues, due.past)
		}
	}
	rows, err := p.tx.Query(ctx, expectedRead, p.now, steps, dues)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (desk.ExpectedRun, error) {
		var r desk.ExpectedRun
		err := row.Scan(&r.Step, &r.DueAt, &r.OpensAt, &r.ClosesAt, &r.StartBy, &r.EndBy, &r.Skipped)
		for _, at := range []*time.Time{&r.DueAt, &r.OpensAt, &r.ClosesAt, &r.StartBy, &r.EndBy} {
			*at = at.UTC()
		}
		return r, err
	})
}

// write writes the difference, and forgets what lies too far back.
func (p *planWriter) write(ctx context.Context) error {
	if c := p.change; len(c.StepsAdded)+len(c.StepsChanged)+len(c.StepsRemoved) > 0 {
		if err := p.writeSteps(ctx); err != nil {
			return err
		}
	}
	if p.change.WorkingTime {
		if err := p.writeWorkingTime(ctx); err != nil {
			return err
		}
	}
	if err := p.alignSummaries(ctx); err != nil {
		return err
	}
	if len(p.gone) > 0 {
		var steps []string
		var dues []time.Time
		for _, run := range p.gone {
			steps, dues = append(steps, run.Step), append(dues, run.DueAt)
		}
		if _, err := p.tx.Exec(ctx, expectedDelete, steps, dues); err != nil {
			return err
		}
	}
	columns := []string{"step_name", "due_at", "opens_at", "closes_at", "start_by", "end_by", "skipped"}
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"expected_runs"}, columns, pgx.CopyFromSlice(len(p.added), func(i int) ([]any, error) {
		r := p.added[i]
		return []any{r.Step, r.DueAt, r.OpensAt, r.ClosesAt, r.StartBy, r.EndBy, nullUnless(r.Skipped != "", r.Skipped)}, nil
	}))
	if err != nil {
		return err
	}
	forgotten, err := p.tx.Exec(ctx, expectedForget, p.now.AddDate(0, 0, -planDaysBack))
	p.change.RunsForgotten = int(forgotten.RowsAffected())
	return err
}

// alignSummaries has the summaries begin with the days of the desk's zone, and sort instruments into classes by its rules.
func (p *planWriter) alignSummaries(ctx context.Context) error {
	var may bool
	if err := p.tx.QueryRow(ctx, summariesMayAlign).Scan(&may); err != nil || !may {
		return err
	}
	for _, sql := range []string{runsAlign, bookAlign} {
		if _, err := p.tx.Exec(ctx, sql, p.rules.Zone); err != nil {
			return err
		}
	}
	if err := p.tx.QueryRow(ctx, rulesMayAlign).Scan(&may); err != nil || !may {
		return err
	}
	_, err := p.tx.Exec(ctx, rulesAlign, p.rules.AllocationRules())
	return err
}

// writeSteps writes all steps and what they wait for. It keeps since when each has been known.
func (p *planWriter) writeSteps(ctx context.Context) error {
	var names, titles, groups, crons, owners, runbooks, waiting, waitsFor []string
	var places []int
	var starts, ends []float64
	for n, s := range p.rules.Steps {
		names, titles, groups, places, crons = append(names, s.Name), append(titles, s.Title), append(groups, s.Group), append(places, n+1), append(crons, s.Cron)
		starts, ends = append(starts, s.StartGrace.Seconds()), append(ends, s.EndGrace.Seconds())
		owners, runbooks = append(owners, s.Owner), append(runbooks, s.Runbook)
		for _, other := range s.WaitsFor {
			waiting, waitsFor = append(waiting, s.Name), append(waitsFor, other)
		}
	}
	for _, statement := range []struct {
		sql  string
		args []any
	}{
		{stepsDelete, []any{nonNil(names)}},
		{"DELETE FROM macrowatch_step_waits", nil},
		{stepsUpsert, []any{names, titles, groups, places, crons, starts, ends, owners, runbooks, p.now}},
		{waitsInsert, []any{waiting, waitsFor}},
	} {
		if _, err := p.tx.Exec(ctx, statement.sql, statement.args...); err != nil {
			return err
		}
	}
	return nil
}

func stepNames(steps []desk.Step) []string {
	names := []string{}
	for _, s := range steps {
		names = append(names, s.Name)
	}
	return names
}

// nonNil returns an empty list for nil, which PostgreSQL would take for null.
func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
