package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	timescaleSchema = `SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'`

	// Only the owner of a hypertable may drop its chunks.
	hypertableOwned = `SELECT pg_has_role(c.relowner, 'USAGE')
FROM timescaledb_information.hypertables h JOIN pg_namespace n ON n.nspname = h.hypertable_schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.hypertable_name WHERE c.oid = to_regclass($1)`

	// A hypertable with several dimensions has several chunks of one time, which are dropped together.
	hypertableChunks = `SELECT h.range_start, h.range_end, count(*)
FROM timescaledb_information.chunks h JOIN pg_namespace n ON n.nspname = h.hypertable_schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.hypertable_name
WHERE c.oid = to_regclass($1) AND h.range_end <= $2 GROUP BY 1, 2 ORDER BY 1`
)

// chunkSpan is a stretch of time of a hypertable.
type chunkSpan struct {
	from, to time.Time
	tables   int // how many tables TimescaleDB keeps its rows in
}

// leftAlone says, by table, why rules remove nothing from it.
func (s *Store) leftAlone(ctx context.Context, q queryer, rules []desk.RetentionRule) (map[string]string, error) {
	adopted, err := foreignTables(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	alone := map[string]string{}
	for _, rule := range rules {
		at := slices.IndexFunc(adopted, func(t AdoptedTable) bool { return t.Name == rule.Table })
		if at < 0 {
			continue
		}
		found := adopted[at]
		switch {
		case !rule.Adopted:
			alone[rule.Table] = "another tool made it, and the rule does not say that adopted tables are meant"
		case len(found.Problems) > 0:
			alone[rule.Table] = "another tool made it, and it does not fit: " + strings.Join(found.Problems, "; ")
		case found.ReadOnly != "" && found.ReadOnly != noRightToWrite:
			alone[rule.Table] = "another tool made it, and macrowatch can only read it: " + found.ReadOnly
		}
	}
	return alone, nil
}

// retentionWorks returns what some rules do, in order, and a part for each table that they leave alone.
func (s *Store) retentionWorks(ctx context.Context, q queryer, rules []desk.RetentionRule, now time.Time) ([]retentionWork, []RetentionPart, error) {
	alone, err := s.leftAlone(ctx, q, rules)
	if err == nil {
		err = s.requireSameDays(ctx, q, rules, now)
	}
	if err != nil {
		return nil, nil, err
	}
	var all []retentionWork
	var left []RetentionPart
	var risk []retentionWork
	for _, rule := range rules {
		if err := rule.Validate(); err != nil {
			return nil, nil, err
		}
		if why := alone[rule.Table]; why != "" {
			left = append(left, RetentionPart{Table: rule.Table, Rule: rule.Table, Thinned: rule.DropAfter == 0, LeftAlone: why})
			continue
		}
		r := retainedOf(rule.Table)
		cut := s.rules.Before(now, rule.DropAfter)
		var chunks []chunkSpan
		if rule.DropAfter > 0 && len(r.Details) == 0 { // a chunk would go without the details of its rows
			var whole bool
			if chunks, whole, err = droppableChunks(ctx, q, rule.Table, cut); err != nil {
				return nil, nil, err
			}
			if whole {
				cut = beginningOfTime()
				if len(chunks) > 0 {
					cut = chunks[len(chunks)-1].to
				}
			}
		}
		works := s.works(rule, r, now, cut, chunks)
		if rule.Table == riskTable.name {
			risk = works
		}
		all = append(all, works...)
	}
	for n := range all {
		all[n].condition = strings.ReplaceAll(all[n].condition, "{riskGone}", gone(risk))
	}
	return all, left, nil
}

// requireSameDays refuses to thin the record of a desk whose days are others than those of this store's rules: the rows that
// stay would not be the last of its days. A database in which no working time is stored takes any desk.
func (s *Store) requireSameDays(ctx context.Context, q queryer, rules []desk.RetentionRule, now time.Time) error {
	if !slices.ContainsFunc(rules, func(r desk.RetentionRule) bool { return r.ThinAfter > 0 }) {
		return nil
	}
	wanted, err := wantedWorkingTime(s.rules, now)
	if err != nil {
		return err
	}
	stored, err := storedWorkingTime(ctx, q)
	if err != nil {
		return err
	}
	both := min(len(stored), len(wanted)) - 1 // the last stretch is cut off at the end of a year
	if both <= 0 || holdsWorkingTime(stored[:both], wanted[:both]) {
		return nil
	}
	return &Error{Kind: Other, Sentence: "the database has the working days of another desk, so rows can't be thinned to the days of this one: " +
		"name the desk file of this database (--desk-file); if its calendar has changed, run macrowatch desk apply with it first"}
}

// droppableChunks returns the chunks of a hypertable whose rows are all from before a time. whole is true if whole chunks
// are dropped at all: if the table is a hypertable, and this login may drop its chunks.
func droppableChunks(ctx context.Context, q queryer, table string, before time.Time) (chunks []chunkSpan, whole bool, err error) {
	var schema string
	if err := q.QueryRow(ctx, timescaleSchema).Scan(&schema); errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	if err := q.QueryRow(ctx, hypertableOwned, table).Scan(&whole); errors.Is(err, pgx.ErrNoRows) || err == nil && !whole {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	rows, err := q.Query(ctx, hypertableChunks, table, before)
	if err != nil {
		return nil, false, err
	}
	chunks, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c chunkSpan, err error) {
		return c, row.Scan(&c.from, &c.to, &c.tables)
	})
	return chunks, true, err
}

// keepsRows reports whether a chunk has rows that stay, so that it can't be dropped as a whole.
func (w retentionWork) keepsRows(ctx context.Context, q queryer, c chunkSpan) (keeps bool, err error) {
	err = q.QueryRow(ctx, fmt.Sprintf("SELECT EXISTS (SELECT FROM %s r WHERE %s AND (%s) IS NOT TRUE)", w.Name, w.window(c.from, c.to), w.condition)).Scan(&keeps)
	return keeps, err
}

// parts are the parts of the work without their figures: that of its table, and those of the details.
func (w retentionWork) parts() []RetentionPart {
	var all []RetentionPart
	for _, table := range append([]string{w.Name}, w.Details...) {
		p := RetentionPart{Table: table, Rule: w.Name, Thinned: w.thinned}
		if !w.before.Equal(beginningOfTime()) {
			p.Before = w.before
		}
		all = append(all, p)
	}
	return all
}

// plan counts what the work would remove.
func (w retentionWork) plan(ctx context.Context, q queryer) ([]RetentionPart, error) {
	parts := w.parts()
	p := &parts[0]
	var rows int64
	var first, last *time.Time
	if err := q.QueryRow(ctx, w.counting(w.from, w.before)).Scan(&rows, &first, &last); err != nil {
		return nil, err
	}
	p.found(rows, first, last)
	for _, c := range w.chunks {
		keeps, err := w.keepsRows(ctx, q, c)
		if err != nil {
			return nil, err
		}
		if !keeps {
			p.Chunks += c.tables
		}
	}
	for n, detail := range w.Details {
		if err := q.QueryRow(ctx, w.countingDetails(detail)).Scan(&parts[n+1].Rows); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
