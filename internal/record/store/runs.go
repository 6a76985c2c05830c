package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/redact"
)

const (
	// The end of a run replaces its RUNNING row, and never the other way round, whichever comes first.
	runReplaces = `(t.status = 'RUNNING' OR excluded.status <> 'RUNNING')`

	// The mark {columns} is replaced by one array for each column.
	runInsert = `INSERT INTO pipeline_runs AS t
    (run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)
SELECT * FROM unnest({columns})
ON CONFLICT (run_id) DO UPDATE SET
    step_name = excluded.step_name, status = excluded.status, started_at = excluded.started_at,
    finished_at = excluded.finished_at, duration_seconds = excluded.duration_seconds, error_message = excluded.error_message
`

	// runUpsert leaves equal rows as they are, so that writing them again costs nothing.
	runUpsert = runInsert + `WHERE ` + runReplaces + ` AND
    (t.step_name, t.status, t.started_at, t.finished_at, t.duration_seconds, t.error_message) IS DISTINCT FROM
    (excluded.step_name, excluded.status, excluded.started_at, excluded.finished_at, excluded.duration_seconds, excluded.error_message)`

	runSelect = `SELECT run_id, step_name, status, started_at, finished_at, duration_seconds, error_message FROM pipeline_runs `

	runsBetween = runSelect + `WHERE started_at >= $1 AND started_at < $2 ORDER BY started_at, step_name, run_id`
)

// runTable is the table pipeline_runs.
var runTable = table[desk.Run]{
	relation: relation{
		name: "pipeline_runs",
		columns: []column{
			{name: "run_id", family: textual},
			{name: "step_name", family: textual},
			{name: "status", family: word, labels: []string{"RUNNING", "SUCCESS", "FAILED"}},
			{name: "started_at", family: instant},
			{name: "finished_at", family: instant},
			{name: "duration_seconds", family: number},
			{name: "error_message", family: prose},
		},
		keys: 1,
	},
	rank:     `status = 'RUNNING'`,
	replaces: runReplaces,
	encode: func(c *copyRows, r desk.Run) {
		c.text(r.ID)
		c.text(r.Step)
		c.text(string(r.Status))
		c.time(r.StartedAt)
		if r.Status.Terminal() {
			c.time(r.FinishedAt)
			c.number(r.DurationSeconds)
		} else {
			c.null()
			c.null()
		}
		c.textOrNull(redact.Secrets(r.ErrorMessage))
	},
}

// runValues returns a run's values in the order of the columns. What is not known yet is null. Secrets are taken out
// of the message whoever recorded the run, because everybody who sees the dashboards can read it.
func runValues(r desk.Run) []any {
	over := r.Status.Terminal()
	message := redact.Secrets(r.ErrorMessage)
	return []any{
		r.ID, r.Step, string(r.Status), r.StartedAt,
		nullUnless(over, r.FinishedAt), nullUnless(over, r.DurationSeconds), nullUnless(message != "", message),
	}
}

// nullUnless returns the value if it is known, otherwise null.
func nullUnless[T any](known bool, value T) *T {
	if !known {
		return nil
	}
	return &value
}

// runsPerStatement is how many runs one statement writes at most, so that its parameters stay small.
const runsPerStatement = 5000

// RunUpsert writes runs, all of them or none. The end of a run replaces its RUNNING row, and never the other way
// round, whichever is written first. Apart from that, a later row replaces an earlier one.
//
// The runs of one call may have a RUNNING row and the end of the same run. Two different ends of one run are refused,
// and so are two different RUNNING rows. The error names both places.
func (s *Store) RunUpsert(ctx context.Context, runs ...desk.Run) error {
	for _, run := range runs {
		if err := s.checkStep(run.Step, ""); err != nil {
			return err
		}
	}
	unique, err := foldRuns(runs)
	if err != nil {
		return err
	}
	if len(unique) == 0 {
		return nil
	}
	return s.announced(ctx, runTable.name, s.writeRuns(ctx, runUpsert, unique))
}

// announced announces a change of the table unless err says that writing it failed. It returns err.
func (s *Store) announced(ctx context.Context, table string, err error) error {
	if err == nil {
		s.afterCommit(ctx, func(ctx context.Context) { s.announce(ctx, table) })
	}
	return err
}

func (s *Store) writeRuns(ctx context.Context, statement string, unique []desk.Run) error {
	types, err := s.columnTypes(ctx, runTable.name)
	if err != nil {
		return err
	}
	w := runWriter{statement, types, s.steps}
	if len(unique) <= runsPerStatement {
		return w.write(ctx, s.db(), unique)
	}
	return translate(pgx.BeginFunc(ctx, s.db(), func(tx pgx.Tx) error {
		for len(unique) > 0 {
			n := min(len(unique), runsPerStatement)
			if err := w.write(ctx, tx, unique[:n]); err != nil {
				return err
			}
			unique = unique[n:]
		}
		return nil
	}))
}

// runWriter writes runs with a statement that begins with runInsert.
type runWriter struct {
	statement string
	types     map[string]string // the columns' types if another tool made the table
	steps     []string          // see TransactionOptions.Steps
}

// write sends runs in one statement.
func (w runWriter) write(ctx context.Context, db connection, runs []desk.Run) error {
	columns := make([][]any, len(runTable.columns))
	for _, run := range runs {
		for i, value := range runValues(run) {
			columns[i] = append(columns[i], value)
		}
	}
	args, casts := make([]any, len(columns)), make([]string, len(columns))
	for i, c := range runTable.columns {
		args[i], casts[i] = columns[i], cast(i+1, c.family.types().own, w.types[c.name])
	}
	sql := strings.Replace(w.statement, "{columns}", strings.Join(casts, ", "), 1)
	if w.steps != nil {
		args = append(args, w.steps)
		sql += " AND " + ofSteps("excluded", len(args))
	}
	if _, err := db.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("write runs: %w", translate(err))
	}
	if w.steps == nil {
		return nil
	}
	written := "unnest(" + strings.Join(casts[:2], ", ") + ") s(run_id, step_name)"
	if err := refuseOtherSteps(ctx, db, written, columns[0], columns[1], w.steps); err != nil {
		return fmt.Errorf("write runs: %w", translate(err))
	}
	return nil
}

// foldRuns returns one row for each run, because one statement can't write a row twice.
func foldRuns(runs []desk.Run) ([]desk.Run, error) {
	type part struct {
		id   string
		over bool
	}
	first := make(map[part]int, len(runs)) // the first place of each run's RUNNING row, and of its end
	faults := &desk.BadRowsError{}
	for i, run := range runs {
		problem := run.Validate()
		this := part{run.ID, run.Status.Terminal()}
		if at, seen := first[this]; !seen {
			first[this] = i
		} else if problem == nil && storedRun(run) != storedRun(runs[at]) {
			problem = fmt.Errorf("differs from line %d, which is the same run", at+1)
		}
		if problem != nil {
			faults.Add(desk.BadRow{Line: int64(i + 1), Column: "run_id", Value: run.ID, Problem: problem.Error()})
		}
	}
	if len(faults.Rows) > 0 {
		return nil, faults
	}
	unique := make([]desk.Run, 0, len(first))
	for i, run := range runs {
		over := run.Status.Terminal()
		_, ends := first[part{run.ID, true}]
		if first[part{run.ID, over}] == i && over == ends {
			unique = append(unique, storedRun(run))
		}
	}
	return unique, nil
}

// storedRun returns a run as the database will return it: with times in UTC, cut to microseconds.
func storedRun(r desk.Run) desk.Run {
	r.StartedAt = r.StartedAt.UTC().Truncate(time.Microsecond)
	if !r.FinishedAt.IsZero() {
		r.FinishedAt = r.FinishedAt.UTC().Truncate(time.Microsecond)
	}
	return r
}

// RunImport writes the runs of a file, all of them or none, as RunUpsert does. A *desk.BadRowsError names the lines
// of two rows of one run that contradict each other.
func (s *Store) RunImport(ctx context.Context, rows desk.Rows[desk.Run]) (desk.Counts, error) {
	t, o := runTable, bulkOptions[desk.Run]{}
	if s.steps != nil {
		t.replaces += " AND " + ofSteps("excluded", 1)
		o.writeArgs, o.afterWriting = []any{s.steps}, s.refuseOtherStepsStaged
	}
	return bulkImport(ctx, s, t, s.withinSteps(rows), o)
}

// RunsBetween returns the runs that started at from or later, and before to, oldest first.
func (s *Store) RunsBetween(ctx context.Context, from, to time.Time) ([]desk.Run, error) {
	rows, err := s.pool.Query(ctx, runsBetween, from, to)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", translate(err))
	}
	runs, err := pgx.CollectRows(rows, scanRun)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", translate(err))
	}
	return runs, nil
}

func scanRun(row pgx.CollectableRow) (desk.Run, error) {
	var r desk.Run
	var status string
	var finished *time.Time
	var duration *float64
	var message *string
	err := row.Scan(&r.ID, &r.Step, &status, &r.StartedAt, &finished, &duration, &message)
	r.Status, r.StartedAt = desk.Status(status), r.StartedAt.UTC()
	if finished != nil {
		r.FinishedAt = finished.UTC()
	}
	if duration != nil {
		r.DurationSeconds = *duration
	}
	if message != nil {
		r.ErrorMessage = *message
	}
	return r, err
}
