package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// newestRow returns a statement that asks for the time of a table's newest row, in seconds since 1970. It reads the ends of
// indexes only. It returns "" for a table whose rows have no time, such as instruments.
func newestRow(t registered) string {
	switch {
	case t.holds != deskRecord && t.holds != marketData:
		return ""
	case t.newest != "":
		return "SELECT extract(epoch FROM " + t.newest + ")::float8"
	case len(t.key()) == 0: // what OpenLineage says about runs; the runs themselves are in pipeline_runs
		return ""
	}
	switch first := t.key()[0]; first.family {
	case instant, day, bookTime: // the index of the key begins with the time
		return fmt.Sprintf("SELECT extract(epoch FROM max(%s))::float8 FROM %s", first.quoted(), t.name)
	}
	return ""
}

// NewestRows returns the time of the newest row of each table whose rows have a time: when a run began, when a signal was
// generated, the day of a price at 0:00 UTC. It leaves out a table that is empty, is missing, or is hidden from this login.
func (s *Store) NewestRows(ctx context.Context) (map[string]time.Time, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, translate(err)
	}
	defer conn.Release()
	newest := map[string]time.Time{}
	for _, t := range tables() {
		statement := newestRow(t)
		if statement == "" {
			continue
		}
		var at *float64
		err := translate(conn.QueryRow(ctx, statement).Scan(&at))
		var failed *Error
		switch {
		case err == nil && at != nil && !math.IsInf(*at, 0):
			newest[t.name] = time.UnixMicro(int64(math.Round(*at * 1e6)))
		case errors.As(err, &failed) && (failed.Kind == NotMigrated || failed.Kind == Forbidden):
		case err != nil:
			return nil, fmt.Errorf("ask for the newest row of %s: %w", t.name, err)
		}
	}
	return newest, nil
}
