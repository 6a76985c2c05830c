package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// The size of a table and its number of rows as PostgreSQL estimates it, with the chunks or partitions below it.
	retentionSize = `SELECT pg_total_relation_size(c.oid) + coalesce(sum(pg_total_relation_size(k.oid)), 0)::bigint,
    greatest(c.reltuples, 0)::float8 + coalesce(sum(greatest(k.reltuples, 0)), 0)::float8
FROM pg_class c LEFT JOIN (pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid) ON i.inhparent = c.oid
WHERE c.oid = to_regclass($1) GROUP BY c.oid, c.reltuples`

	retentionRights = `SELECT name, pg_get_userbyid(c.relowner), current_user::text, has_table_privilege(c.oid, 'DELETE') AND has_table_privilege(c.oid, 'SELECT')
FROM unnest($1::text[]) name JOIN pg_class c ON c.oid = to_regclass(name)`

	retentionStandby = `SELECT pg_is_in_recovery()`
)

// settingRetention is the setting that says for which quiet hour old rows were removed last.
const settingRetention = "retention_done"

// RetentionPart is what a rule of retention removes from one table.
type RetentionPart struct {
	Table string
	// Rule is the table whose rule it is. It is another one than Table if the rows are details that go with others.
	Rule string
	// Thinned says that some rows of each day stay. Otherwise the rows are dropped.
	Thinned bool
	// Before is the time before which rows are old enough. It is zero if the table is left alone, or if it is a hypertable of
	// which no whole chunk is old enough.
	Before time.Time
	Rows   int64
	// First and Last are the times of the first and the last of the rows. They are zero for details and if there are none.
	First, Last time.Time
	// Bytes is about how much room the rows take, with their part of the indexes. It is 0 if that is not known.
	Bytes int64
	// Chunks is how many whole chunks of a hypertable are among what is dropped.
	Chunks int
	// LeftAlone says why the rule removes nothing from the table, or is "".
	LeftAlone string
}

// Action is "thin" or "drop".
func (p RetentionPart) Action() string {
	if p.Thinned {
		return "thin"
	}
	return "drop"
}

// found notes how many rows there are, and the times of the first and the last of them; nil if there are none.
func (p *RetentionPart) found(rows int64, first, last *time.Time) {
	p.Rows = rows
	if first != nil && last != nil {
		p.First, p.Last = *first, *last
	}
}

// RetentionPlan returns what some rules would remove now, and removes nothing. The parts come in the order in which Retain
// removes them, each followed by its details.
func (s *Store) RetentionPlan(ctx context.Context, rules []desk.RetentionRule, now time.Time) ([]RetentionPart, error) {
	ctx = unlimited(ctx)
	var parts []RetentionPart
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return err
		}
		works, alone, err := s.retentionWorks(ctx, tx, rules, now)
		if err != nil {
			return err
		}
		for _, w := range works {
			found, err := w.plan(ctx, tx)
			if err != nil {
				return err
			}
			parts = append(parts, found...)
		}
		parts = append(parts, alone...)
		return estimateBytes(ctx, tx, parts)
	})
	if err != nil {
		return nil, fmt.Errorf("look for old rows: %w", translate(err))
	}
	return parts, nil
}

// estimateBytes fills in how much room the rows of each part take.
func estimateBytes(ctx context.Context, q queryer, parts []RetentionPart) error {
	for n := range parts {
		if parts[n].Rows == 0 {
			continue
		}
		var size int64
		var rows float64
		if err := q.QueryRow(ctx, retentionSize, parts[n].Table).Scan(&size, &rows); err != nil {
			return err
		}
		if rows >= 1 {
			parts[n].Bytes = int64(float64(size) * min(float64(parts[n].Rows)/rows, 1))
		}
	}
	return nil
}

// RetentionAllowed returns an error (Forbidden) if this login may not delete rows of a table that the rules are about. It
// says who may.
func (s *Store) RetentionAllowed(ctx context.Context, rules []desk.RetentionRule) error {
	why, err := s.whyNotRetain(ctx, rules)
	switch {
	case err != nil:
		return fmt.Errorf("ask whether old rows may be deleted: %w", translate(err))
	case why != "":
		return &Error{Kind: Forbidden, Sentence: why}
	}
	return nil
}

// whyNotRetain says why this login may not delete what the rules are about, or "".
func (s *Store) whyNotRetain(ctx context.Context, rules []desk.RetentionRule) (string, error) {
	var standby bool
	if err := s.pool.QueryRow(ctx, retentionStandby).Scan(&standby); err != nil {
		return "", err
	}
	if standby {
		return "this server is a standby, which takes no changes: remove old rows on the primary", nil
	}
	alone, err := s.leftAlone(ctx, s.pool, rules)
	if err != nil {
		return "", err
	}
	var names []string
	for _, r := range rules {
		if alone[r.Table] == "" {
			names = append(names, r.Table)
			names = append(names, retainedOf(r.Table).Details...)
		}
	}
	rows, err := s.pool.Query(ctx, retentionRights, names)
	if err != nil {
		return "", err
	}
	var table, owner, login string
	var may bool
	var refused, owners []string
	_, err = pgx.ForEachRow(rows, []any{&table, &owner, &login, &may}, func() error {
		if !may && !slices.Contains(refused, table) {
			refused = append(refused, table)
			if !slices.Contains(owners, owner) {
				owners = append(owners, owner)
			}
		}
		return nil
	})
	if err != nil || len(refused) == 0 {
		return "", err
	}
	return fmt.Sprintf("the login %s may not delete rows of %s: use the login of their owner, %s, who can also run: GRANT SELECT, DELETE ON %s TO %s",
		login, strings.Join(refused, ", "), strings.Join(owners, ", "), strings.Join(refused, ", "), pgx.Identifier{login}.Sanitize()), nil
}

// RetentionDone returns for which quiet hour NoteRetention was called last. It is zero if it was never called.
func (s *Store) RetentionDone(ctx context.Context) (time.Time, error) {
	text, there, err := s.Setting(ctx, settingRetention)
	if err != nil || !there {
		return time.Time{}, err
	}
	done, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read setting %s: %q is not a time", settingRetention, text)
	}
	return done, nil
}

// NoteRetention notes that old rows were removed for the quiet hour at a time, for all servers of the database.
func (s *Store) NoteRetention(ctx context.Context, due time.Time) error {
	return s.SetSetting(ctx, settingRetention, due.UTC().Format(time.RFC3339))
}
