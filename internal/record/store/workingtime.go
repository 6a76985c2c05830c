package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	workingRead   = `SELECT begins_at, ends_at, next_at, seconds_before FROM desk_working_time ORDER BY begins_at`
	workingDelete = `DELETE FROM desk_working_time`

	// workingFirstYear is the first year whose working time is kept.
	workingFirstYear = 2000
)

// wantedWorkingTime returns the working time to keep: whole years, so that it differs from one year to the next and not
// from one day to the next.
func wantedWorkingTime(rules desk.Rules, now time.Time) ([]desk.WorkingStretch, error) {
	workdays, err := rules.Workdays()
	if err != nil {
		return nil, err
	}
	january := func(year int) time.Time { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC) }
	return workdays.Stretches(january(workingFirstYear), january(rules.Today(now).Year()+2)), nil
}

// storedWorkingTime returns the working time that is stored, in order.
func storedWorkingTime(ctx context.Context, q queryer) ([]desk.WorkingStretch, error) {
	rows, err := q.Query(ctx, workingRead)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (desk.WorkingStretch, error) {
		var s desk.WorkingStretch
		var before int64
		err := row.Scan(&s.BeginsAt, &s.EndsAt, &s.NextAt, &before)
		s.Before = time.Duration(before) * time.Second
		return s, err
	})
}

// holdsWorkingTime tells whether the stored working time has what is wanted. It may go on for longer, if it was written by a
// clock that was ahead of this one.
func holdsWorkingTime(stored, wanted []desk.WorkingStretch) bool {
	if len(stored) < len(wanted) {
		return false
	}
	for n, w := range wanted {
		s := stored[n]
		same := s.BeginsAt.Equal(w.BeginsAt) && s.Before == w.Before
		goesOn := n == len(wanted)-1 && !s.NextAt.Before(w.NextAt)
		if !same || !goesOn && !(s.EndsAt.Equal(w.EndsAt) && s.NextAt.Equal(w.NextAt)) {
			return false
		}
	}
	return true
}

// compareWorkingTime finds whether the working time differs from what is stored.
func (p *planWriter) compareWorkingTime(ctx context.Context) error {
	wanted, err := wantedWorkingTime(p.rules, p.now)
	if err != nil {
		return err
	}
	stored, err := storedWorkingTime(ctx, p.tx)
	if err != nil {
		return err
	}
	if p.change.WorkingTime = !holdsWorkingTime(stored, wanted); p.change.WorkingTime {
		p.working = wanted
	}
	return nil
}

// writeWorkingTime writes the working time anew.
func (p *planWriter) writeWorkingTime(ctx context.Context) error {
	if _, err := p.tx.Exec(ctx, workingDelete); err != nil {
		return err
	}
	columns := []string{"begins_at", "ends_at", "next_at", "seconds_before"}
	_, err := p.tx.CopyFrom(ctx, pgx.Identifier{"desk_working_time"}, columns, pgx.CopyFromSlice(len(p.working), func(i int) ([]any, error) {
		s := p.working[i]
		return []any{s.BeginsAt, s.EndsAt, s.NextAt, int64(s.Before / time.Second)}, nil
	}))
	return err
}
