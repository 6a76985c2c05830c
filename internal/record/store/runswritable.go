package store

import (
	"context"
	"fmt"
)

const runsWritable = `SELECT to_regclass('pipeline_runs') IS NOT NULL,
    pg_is_in_recovery(),
    current_setting('transaction_read_only') = 'on',
    coalesce(has_table_privilege(to_regclass('pipeline_runs')::oid, 'SELECT')
        AND has_table_privilege(to_regclass('pipeline_runs')::oid, 'INSERT')
        AND has_table_privilege(to_regclass('pipeline_runs')::oid, 'UPDATE'), false),
    current_user`

// RequireRunsWritable returns an error if this login could not record a run in the database now. It writes nothing.
func (s *Store) RequireRunsWritable(ctx context.Context) error {
	var there, standby, readOnly, allowed bool
	var login string
	if err := s.pool.QueryRow(ctx, runsWritable).Scan(&there, &standby, &readOnly, &allowed, &login); err != nil {
		return fmt.Errorf("look whether runs can be recorded: %w", translate(err))
	}
	switch {
	case !there:
		return &Error{Kind: NotMigrated, Sentence: "the database lacks the table pipeline_runs: run macrowatch migrate first"}
	case standby:
		return &Error{Kind: Forbidden, Sentence: "the database is a standby, into which nothing can be written"}
	case readOnly:
		return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("the transactions of login %s are read-only", login)}
	case !allowed:
		return &Error{Kind: Forbidden, Sentence: fmt.Sprintf("login %s may not read and write the table pipeline_runs", login)}
	}
	_, err := s.columnTypes(ctx, runTable.name)
	return err
}
