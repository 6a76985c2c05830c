package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

// runColumnsSQL asks what the columns of pipeline_runs take: whether NULL, how many characters (0 means any number),
// which largest number (infinite if there is no limit), and how many decimals of a second.
//
// A numeric(p, s) takes numbers below 10^(p-s). Its type modifier has p and s in 16 bits each, plus 4.
const runColumnsSQL = `SELECT a.attname::text, a.attnotnull,
    CASE WHEN t.typname = 'varchar' AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END,
    CASE t.typname WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647 WHEN 'int8' THEN 9223372036854774784
        WHEN 'numeric' THEN CASE WHEN a.atttypmod < 4 THEN 'Infinity'
            ELSE 10 ^ (((a.atttypmod - 4) >> 16) - ((a.atttypmod - 4) & 65535)) - 10 ^ -((a.atttypmod - 4) & 65535) END
        ELSE 'Infinity' END::float8,
    CASE WHEN t.typname = 'timestamptz' AND a.atttypmod >= 0 THEN a.atttypmod ELSE 6 END,
    current_setting('server_encoding') = 'SQL_ASCII'
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = 'pipeline_runs'::regclass AND a.attnum > 0 AND NOT a.attisdropped`

// runColumn says what a column of pipeline_runs takes.
type runColumn struct {
	notNull       bool
	mostChars     int     // how many characters; 0 means any number
	largestNumber float64 // the largest number
	decimals      int     // how many decimals of a second
	byteWise      bool    // the database counts bytes as characters
}

// RunRecorder records runs as exec observed them. If the table refuses a value of a run, RunRecorder cuts or replaces
// the value, marks that, and writes the run all the same. Runs that fail have the longest messages, so otherwise
// exactly their ends would be lost. A run that can't be made to fit is refused.
//
// Store itself refuses all such runs, as an import should.
type RunRecorder struct{ *Store }

// RunUpsert is Store.RunUpsert for runs whose values may have to be made to fit.
func (r RunRecorder) RunUpsert(ctx context.Context, runs ...desk.Run) error {
	return r.record(ctx, runUpsert, runs)
}

// RunInterrupt is Store.RunInterrupt for runs whose values may have to be made to fit.
func (r RunRecorder) RunInterrupt(ctx context.Context, runs ...desk.Run) error {
	return r.record(ctx, runInterrupt, runs)
}

func (r RunRecorder) record(ctx context.Context, statement string, runs []desk.Run) error {
	unique, err := foldRuns(runs)
	if err != nil || len(unique) == 0 {
		return err
	}
	return r.announced(ctx, runTable.name, r.writeRunsThatFit(ctx, statement, unique))
}

// writeRunsThatFit writes runs as writeRuns does. If the table refuses them, it makes them fit and tries again.
func (s *Store) writeRunsThatFit(ctx context.Context, statement string, runs []desk.Run) error {
	refused := s.nested(ctx, func(s *Store) error { return s.writeRuns(ctx, statement, runs) })
	if !refusesRow(refused) {
		return refused
	}
	types, err := s.columnTypes(ctx, runTable.name)
	if err != nil {
		return err
	}
	columns, err := s.runColumns(ctx)
	if err != nil {
		return err
	}
	w := runWriter{statement, types, s.steps}
	err = pgx.BeginFunc(ctx, s.db(), func(tx pgx.Tx) error {
		for _, run := range runs {
			if err := w.writeFitted(ctx, tx, columns, run); err != nil {
				return err
			}
		}
		return nil
	})
	return translate(err)
}

func refusesRow(err error) bool {
	var said *Error
	return errors.As(err, &said) && said.RefusesRow()
}

func (s *Store) runColumns(ctx context.Context) (map[string]runColumn, error) {
	rows, err := s.db().Query(ctx, runColumnsSQL)
	if err != nil {
		return nil, fmt.Errorf("read what pipeline_runs takes: %w", translate(err))
	}
	columns := map[string]runColumn{}
	var name string
	var c runColumn
	_, err = pgx.ForEachRow(rows, []any{&name, &c.notNull, &c.mostChars, &c.largestNumber, &c.decimals, &c.byteWise}, func() error {
		columns[name] = c
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what pipeline_runs takes: %w", translate(err))
	}
	return columns, nil
}

// writeFitted tries to write a run as it is, then with more and more of it left out. If nothing helps, it returns the
// first error.
func (w runWriter) writeFitted(ctx context.Context, tx pgx.Tx, columns map[string]runColumn, run desk.Run) error {
	attempt := func(run desk.Run, lasted string) error {
		return pgx.BeginFunc(ctx, tx, func(savepoint pgx.Tx) error {
			return w.writeOne(ctx, savepoint, columns, run, lasted)
		})
	}
	first := attempt(run, durationGiven)
	if !refusesRow(first) {
		return first
	}
	// The type of a column does not tell every limit: a CHECK may set one too. Such limits are found by trying.
	for _, lasted := range []string{durationGiven, durationNull} {
		fitted := run
		if lasted == durationNull && run.Status.Terminal() {
			fitted = markDuration(run, "which its column refuses")
			fitted.DurationSeconds = 0 // so that fitRun does not mark it again
		}
		fitted = fitRun(fitted, columns)
		for _, most := range []int{math.MaxInt, 1000, 250, 100, 50, 0} {
			shorter := fitted
			shorter.ErrorMessage = keepEnd(fitted.ErrorMessage, most, false)
			for _, spell := range []func(string) string{unchanged, latin1Only, asciiOnly} {
				if err := attempt(spellRun(shorter, spell), lasted); !refusesRow(err) {
					return err
				}
			}
		}
	}
	return first
}

// The SQL of what is written as a run's duration: the run's own value, or a NULL of the same type.
const (
	durationGiven = "duration_seconds"
	durationNull  = "nullif(duration_seconds, duration_seconds)"
)

// writeOne does what write does, for one run and a table in which more columns may be NOT NULL. lasted is
// durationGiven or durationNull.
func (w runWriter) writeOne(ctx context.Context, tx pgx.Tx, columns map[string]runColumn, run desk.Run, lasted string) error {
	const all = "SELECT * FROM unnest({columns})"
	duration, message := lasted, "error_message"
	if columns["duration_seconds"].notNull {
		duration = "coalesce(" + lasted + ", 0)"
	}
	if columns["error_message"].notNull {
		message = "coalesce(error_message, '')"
	}
	named := "SELECT run_id, step_name, status, started_at, finished_at, " + duration + ", " + message +
		" FROM unnest({columns}) u(run_id, step_name, status, started_at, finished_at, duration_seconds, error_message)"
	w.statement = strings.Replace(w.statement, all, named, 1)
	return w.write(ctx, tx, []desk.Run{run})
}

// fitRun changes a run so that it fits the types of the columns.
func fitRun(run desk.Run, columns map[string]runColumn) desk.Run {
	if largest := columns["duration_seconds"].largestNumber; run.Status.Terminal() && run.DurationSeconds > largest {
		run = markDuration(run, "more than the column duration_seconds holds")
		run.DurationSeconds = largest
	}
	if run.Status.Terminal() {
		run.FinishedAt = endAfterRounding(run, columns["started_at"].unit(), columns["finished_at"].unit())
	}
	if c := columns["run_id"]; c.mostChars > 0 && len(run.ID) > c.mostChars {
		id := strings.ReplaceAll(run.ID, "-", "") // UUIDs differ at their ends
		run.ID = id[max(0, len(id)-c.mostChars):]
	}
	if c := columns["step_name"]; c.mostChars > 0 {
		run.Step = keepBeginning(run.Step, c.mostChars, c.byteWise)
	}
	if c := columns["error_message"]; c.mostChars > 0 {
		run.ErrorMessage = keepEnd(run.ErrorMessage, c.mostChars, c.byteWise)
	}
	return run
}

// unit returns the unit to which the database rounds a time in the column.
func (c runColumn) unit() time.Duration {
	return time.Duration(math.Pow10(9 - c.decimals))
}

// endAfterRounding returns a run's end. If the database would round the end to a time before the rounded start, it
// returns the first later end that stays at or after the start.
func endAfterRounding(run desk.Run, startUnit, endUnit time.Duration) time.Time {
	start, end := run.StartedAt.Round(startUnit), run.FinishedAt
	if !end.Round(endUnit).Before(start) {
		return end
	}
	if whole := start.Truncate(endUnit); whole.Before(start) {
		return whole.Add(endUnit)
	}
	return start
}

// markDuration adds to a run's message how long the run took. It is for a duration that can't be stored.
func markDuration(run desk.Run, why string) desk.Run {
	decimals := 0
	if run.DurationSeconds < 10 {
		decimals = 3
	}
	run.ErrorMessage = strings.TrimSpace(fmt.Sprintf("%s\n[it took %s s, %s]", run.ErrorMessage, strconv.FormatFloat(run.DurationSeconds, 'f', decimals, 64), why))
	return run
}

// cutMark marks where a text was cut. It is ASCII, so every encoding has it.
const cutMark = "[...]"

// keepEnd cuts the beginning of a message. A traceback names its error at its end.
func keepEnd(text string, most int, byteWise bool) string {
	if length(text, byteWise) <= most {
		return text
	}
	mark := cutMark + " "
	if most < 2*len(mark) {
		mark = ""
	}
	for length(text, byteWise) > most-len(mark) {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	return mark + strings.TrimSpace(text)
}

func keepBeginning(text string, most int, byteWise bool) string {
	if length(text, byteWise) <= most {
		return text
	}
	mark := cutMark
	if most < 2*len(mark) {
		mark = ""
	}
	for length(text, byteWise) > most-len(mark) {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text + mark
}

func length(text string, byteWise bool) int {
	if byteWise {
		return len(text)
	}
	return utf8.RuneCountInString(text)
}

// spellRun rewrites a run's texts with a smaller set of characters.
func spellRun(run desk.Run, spell func(string) string) desk.Run {
	run.Step = spell(run.Step)
	run.ErrorMessage = spell(run.ErrorMessage)
	return run
}

func unchanged(text string) string { return text }

// latin1Only replaces by ? the characters that an encoding of one byte lacks. asciiOnly replaces those that an
// encoding of seven bits lacks.
func latin1Only(text string) string { return replaceAbove(text, 0xFF) }

func asciiOnly(text string) string { return replaceAbove(text, 0x7F) }

func replaceAbove(text string, highest rune) string {
	return strings.Map(func(r rune) rune {
		if r > highest {
			return '?'
		}
		return r
	}, text)
}
