package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// Each migrator waits for this lock until the one before it has committed. The lock belongs to the
	// transaction, because behind a connection pooler a lock of the session would be lost.
	migrationLock = `SELECT pg_advisory_xact_lock(hashtextextended('macrowatch migrate', 0))`

	// A migration may take as long as it needs.
	migrationNoLimit = `SET LOCAL statement_timeout = 0`

	migrationTable = `CREATE TABLE IF NOT EXISTS macrowatch_migrations (
    version    integer     NOT NULL,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT macrowatch_migrations_pkey PRIMARY KEY (version)
)`

	migrationTableThere = `SELECT to_regclass('macrowatch_migrations') IS NOT NULL`

	migrationList = `SELECT version, name, checksum, applied_at FROM macrowatch_migrations ORDER BY version`

	migrationRecord = `INSERT INTO macrowatch_migrations (version, name, checksum) VALUES ($1, $2, $3) RETURNING applied_at`
)

// Migration is one step of the schema.
type Migration struct {
	Version   int
	Name      string
	AppliedAt time.Time // zero if it has not been applied
}

// Migrate brings the database to this program's schema. See MigrateAll.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	_, err := MigrateAll(ctx, pool)
	return err
}

// MigrateAll applies the migrations that the database lacks, each in a transaction of its own. It returns those
// that it applied, even if a later one fails. Several calls at once are safe: they wait for each other. A
// schema that is newer than this program's is refused (NewerSchema).
//
// If another tool made one of the desk's tables and the table fits, MigrateAll adopts it: it leaves out what this
// and every later migration would do to the table. If a table does not fit, nothing is done, and the error
// (ForeignData) names every table and column that is wrong.
//
// MigrateAll replaces the built-in words for statuses and directions by those of this program. Configured
// words stay (see ConfigureWords).
func MigrateAll(ctx context.Context, pool *pgxpool.Pool) ([]Migration, error) {
	all, err := migrations()
	if err != nil {
		return nil, err
	}
	var applied []Migration
	for {
		m, err := migrateOne(ctx, pool, all)
		if err != nil {
			return applied, err
		}
		if m == nil {
			// The other tool may have changed an adopted table since.
			tables, err := foreignTables(ctx, pool, nil)
			if err != nil {
				return applied, err
			}
			if err := refuseMisfits(tables); err != nil {
				return applied, err
			}
			if err := makeHiddenTables(ctx, pool, all); err != nil {
				return applied, err
			}
			if err := fillWords(ctx, pool); err != nil {
				return applied, err
			}
			return applied, New(pool, nil).SettleSummaries(ctx)
		}
		applied = append(applied, *m)
	}
}

// migrateOne applies the first missing migration and returns it, or nil if none is missing.
func migrateOne(ctx context.Context, pool *pgxpool.Pool, all []migration) (*Migration, error) {
	// This asks first without the lock and a transaction. Usually the database lacks nothing, and the login may
	// not create anything.
	if done, err := appliedMigrations(ctx, pool, all); err != nil || len(done) == len(all) {
		return nil, err
	}
	ctx = unlimited(ctx)
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	for _, sql := range []string{migrationNoLimit, migrationLock, migrationTable} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("prepare to migrate: %w", translate(err))
		}
	}
	done, err := appliedMigrations(ctx, tx, all)
	if err != nil || len(done) == len(all) {
		return nil, err
	}
	foreign, err := foreignTables(ctx, tx, all[len(done):])
	if err != nil {
		return nil, err
	}
	if err := refuseMisfits(foreign); err != nil {
		return nil, err
	}
	next := all[len(done)]
	adopted, err := adopt(ctx, tx, next, foreign)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, next.sqlWithout(adopted)); err != nil {
		return nil, migrationError(next, err)
	}
	m := Migration{Version: next.version, Name: next.name}
	if err := tx.QueryRow(ctx, migrationRecord, next.version, next.name, next.checksum).Scan(&m.AppliedAt); err != nil {
		return nil, fmt.Errorf("record migration %04d %s: %w", next.version, next.name, translate(err))
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, fmt.Errorf("commit migration %04d %s: %w", next.version, next.name, translate(err))
	}
	return &m, nil
}

// migrationError says which line of which migration failed.
func migrationError(m migration, err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return fmt.Errorf("apply migration %04d %s: %w", m.version, m.name, translate(err))
	}
	if server.Code == "42P07" { // duplicate_table, indexes included
		return &Error{Kind: ForeignData, cause: err, Sentence: fmt.Sprintf(
			"migration %04d %s: %s, and macrowatch did not make it; use a database or a schema without it", m.version, m.name, server.Message)}
	}
	line := ""
	if at := int(server.Position); at > 0 {
		runes := []rune(m.sql)
		line = fmt.Sprintf(" at line %d", 1+strings.Count(string(runes[:min(at, len(runes))]), "\n"))
	}
	return fmt.Errorf("apply migration %04d %s%s: %w", m.version, m.name, line, translate(err))
}

// queryer is a pool, a connection or a transaction.
type queryer interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// appliedMigrations lists the migrations that the database has. They must be the first ones that this program
// knows, with the same contents.
func appliedMigrations(ctx context.Context, q queryer, known []migration) ([]Migration, error) {
	var there bool
	if err := q.QueryRow(ctx, migrationTableThere).Scan(&there); err != nil {
		return nil, fmt.Errorf("read the schema's version: %w", translate(err))
	}
	if !there {
		return nil, nil
	}
	rows, err := q.Query(ctx, migrationList)
	if err != nil {
		return nil, fmt.Errorf("read the schema's version: %w", translate(err))
	}
	var done []Migration
	var m Migration
	var checksum string
	_, err = pgx.ForEachRow(rows, []any{&m.Version, &m.Name, &checksum, &m.AppliedAt}, func() error {
		i := len(done)
		switch {
		case m.Version > len(known):
			return &Error{Kind: NewerSchema, Sentence: fmt.Sprintf(
				"the database has migration %04d %s, and this macrowatch knows them up to %04d: use the newer macrowatch that made it",
				m.Version, m.Name, len(known))}
		case m.Version != i+1:
			return &Error{Kind: ForeignData, Sentence: fmt.Sprintf(
				"the database's record of migrations lacks %04d: somebody changed macrowatch_migrations", i+1)}
		case checksum != known[i].checksum:
			return &Error{Kind: ForeignData, Sentence: fmt.Sprintf(
				"the database's migration %04d %s is not this macrowatch's %04d %s: it was made by an unreleased or altered version",
				m.Version, m.Name, known[i].version, known[i].name)}
		}
		done = append(done, m)
		return nil
	})
	if err != nil {
		return nil, translate(err)
	}
	return done, nil
}

// MigrationStatus lists this program's migrations and when each was applied. It changes nothing and needs only
// the right to read. A newer or altered schema is an error, as it is for MigrateAll.
func MigrationStatus(ctx context.Context, pool *pgxpool.Pool) ([]Migration, error) {
	all, err := migrations()
	if err != nil {
		return nil, err
	}
	status, err := appliedMigrations(ctx, pool, all)
	if err != nil {
		return nil, err
	}
	for _, m := range all[len(status):] {
		status = append(status, Migration{Version: m.version, Name: m.name})
	}
	return status, nil
}

// CountMissing returns how many of the migrations that MigrationStatus lists have not been applied.
func CountMissing(all []Migration) int {
	missing := 0
	for _, m := range all {
		if m.AppliedAt.IsZero() {
			missing++
		}
	}
	return missing
}

// MigrationSQL returns all migrations as one script for psql, for those who run schema changes themselves. On an
// empty database the script does what Migrate does. Like Migrate, it records each migration.
func MigrationSQL() (string, error) {
	all, err := migrations()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("-- The schema of macrowatch. For an empty database; stop at the first error (psql -v ON_ERROR_STOP=1).\n")
	for _, m := range all {
		fmt.Fprintf(&b, "\n-- %04d %s\nBEGIN;\n%s;\n%s;\n%s;\n\n%s\n", m.version, m.name, migrationNoLimit, migrationLock, migrationTable, m.sql)
		fmt.Fprintf(&b, "INSERT INTO macrowatch_migrations (version, name, checksum) VALUES (%d, '%s', '%s');\nCOMMIT;\n", m.version, m.name, m.checksum)
	}
	b.WriteString("\n-- What other tools' words for statuses and directions mean.\n" + builtInWordsSQL())
	return b.String(), nil
}
