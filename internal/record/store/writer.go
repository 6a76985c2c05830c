package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// GrantWriting lets a role read and write the rows of the desk's tables, so that import, exec, risk and serve can run as
// it. It may not change, empty or drop a table, make another one, or use another schema: only the owner, as which migrate
// runs, may. known reports whether the role exists. An owner, a superuser and a login that only reads are refused
// (Forbidden).
func GrantWriting(ctx context.Context, pool *pgxpool.Pool, role string) (known bool, err error) {
	if err := pool.QueryRow(ctx, readerKnown, role).Scan(&known); err != nil || !known {
		return false, translate(err)
	}
	why, err := whyNoWriter(ctx, pool, role)
	if err != nil {
		return true, err
	}
	if why != "" {
		return true, &Error{Kind: Forbidden, Sentence: fmt.Sprintf("%s can't be a login that only writes rows, since it %s; nothing was granted", role, why)}
	}
	var lacking []string
	for _, statement := range writingGrants(pool.Config().ConnConfig.Database, role) {
		var server *pgconn.PgError
		if _, err := pool.Exec(ctx, statement); errors.As(err, &server) && server.Code == insufficientPrivilege {
			lacking = append(lacking, statement)
		} else if err != nil {
			return true, fmt.Errorf("grant writing to %s: %w", role, translate(err))
		}
	}
	if len(lacking) > 0 {
		return true, &Error{Kind: Forbidden, Sentence: "this login may not grant all that is needed; the tables' owner or a superuser can: " + strings.Join(lacking, "; ")}
	}
	return true, nil
}

func whyNoWriter(ctx context.Context, pool *pgxpool.Pool, role string) (string, error) {
	found, err := findNoReaders(ctx, pool, []string{role})
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return found[0].Why, nil
	}
	readers, err := ReaderRoles(ctx, pool)
	if slices.Contains(readers, role) {
		return "is a login that only reads (migrate --reader-role)", err
	}
	return "", err
}

// writingGrants are the statements that let a role write rows. An import needs a temporary table.
func writingGrants(database, role string) []string {
	quoted := pgx.Identifier{role}.Sanitize()
	statements := []string{fmt.Sprintf("GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s", pgx.Identifier{database}.Sanitize(), quoted)}
	for _, t := range tables() {
		rights := "SELECT, INSERT, UPDATE, DELETE"
		switch {
		case t.holds == migratorsOnly:
			continue
		case t.name == "macrowatch_migrations":
			rights = "SELECT"
		}
		statements = append(statements, fmt.Sprintf("GRANT %s ON %s TO %s", rights, t.name, quoted))
	}
	return append(statements, fmt.Sprintf(`DO $$ BEGIN EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %%s TO %s', relnamespace::regnamespace) FROM pg_class WHERE oid = 'pipeline_runs'::regclass); END $$`,
		strings.ReplaceAll(quoted, "'", "''")))
}
