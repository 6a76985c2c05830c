package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	timescaleThere = `SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL`

	// A table of the desk is the one that the search path finds.
	tableChunks = `SELECT c.relname::text, h.num_chunks::int
FROM unnest($1::text[]) AS wanted(name)
JOIN pg_class c ON c.oid = to_regclass(quote_ident(wanted.name))
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN timescaledb_information.hypertables h ON h.hypertable_schema::text = n.nspname::text AND h.hypertable_name::text = c.relname::text
ORDER BY c.relname`
)

// ChunkedTable says whether one of the two tables that grow with time is a hypertable of TimescaleDB.
type ChunkedTable struct {
	Table string
	// Chunks is how many chunks the hypertable has, null if the table is an ordinary one.
	Chunks *int
}

// FindChunkedTables returns how strategy_signals and portfolio_state are stored, or nothing if the database has no TimescaleDB.
func FindChunkedTables(ctx context.Context, pool *pgxpool.Pool) ([]ChunkedTable, error) {
	var there bool
	if err := pool.QueryRow(ctx, timescaleThere).Scan(&there); err != nil || !there {
		return nil, translate(err)
	}
	rows, err := pool.Query(ctx, tableChunks, []string{"strategy_signals", "portfolio_state"})
	if err != nil {
		return nil, fmt.Errorf("look for hypertables: %w", translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ChunkedTable])
	if err != nil {
		return nil, fmt.Errorf("look for hypertables: %w", translate(err))
	}
	return found, nil
}

// Explain says how the table is stored on TimescaleDB, and what that means for the dashboards.
func (c ChunkedTable) Explain() string {
	if c.Chunks == nil {
		return c.Table + " is an ordinary table, not a hypertable: the dashboards look for single rows, and each chunk would make every such look-up dearer"
	}
	sentence := fmt.Sprintf("%s is a hypertable of %d chunks", c.Table, *c.Chunks)
	if *c.Chunks == 1 {
		sentence = c.Table + " is a hypertable of one chunk"
	}
	return sentence + ": the dashboards look for single rows, and each chunk makes every such look-up dearer; docs/postgresql.md says how to have fewer"
}
