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

const (
	readerKnown = `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`

	readerOf = `SELECT format('%I.%I', n.nspname, c.relname), quote_ident(n.nspname), pg_get_userbyid(c.relowner), pg_get_userbyid(n.nspowner),
    has_table_privilege($1, c.oid, 'SELECT'), has_schema_privilege($1, n.oid, 'USAGE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass($2)`
)

// readable says whether a role may read a table, and who can let it.
type readable struct {
	table, schema           string // qualified and quoted
	tableOwner, schemaOwner string
	read                    bool // the role may read the table
	use                     bool // the role may use the schema
}

// GrantReading lets a role read the desk's tables and what serve looks up, so that serve can run as that role. It
// also notes the role; see ReaderRoles. known reports whether the role exists. If it does not, nothing is
// done, because macrowatch does not make logins.
//
// A role that can't be a reader, such as a superuser or an owner, is refused (Forbidden) and not noted. If another
// role owns a table, this login may not be able to grant reading of it. Then the rest is granted, and the error
// (Forbidden) says who must grant what. GrantReading does not restrict what every login may do beyond reading.
// RestrictPublic does that.
func GrantReading(ctx context.Context, pool *pgxpool.Pool, role string) (known bool, err error) {
	if err := pool.QueryRow(ctx, readerKnown, role).Scan(&known); err != nil || !known {
		return false, translate(err)
	}
	if err := refuseNoReader(ctx, pool, role); err != nil {
		return true, err
	}
	if err := noteReader(ctx, pool, role); err != nil {
		return true, err
	}
	var missing []string
	for _, table := range readTables() {
		lacking, err := grantTable(ctx, pool, role, table)
		if err != nil {
			return true, fmt.Errorf("grant reading of %s to %s: %w", table, role, translate(err))
		}
		for _, l := range lacking {
			if !slices.Contains(missing, l) { // the schema's is the same for all tables
				missing = append(missing, l)
			}
		}
	}
	if len(missing) > 0 {
		return true, &Error{Kind: Forbidden, Sentence: fmt.Sprintf(
			"the role %s can't read all of the desk's tables, and this login may not allow it: %s", role, strings.Join(missing, "; "))}
	}
	return true, nil
}

// grantTable grants what a role lacks for reading a table. For each right that it could not grant, it says who must
// run which statement.
func grantTable(ctx context.Context, pool *pgxpool.Pool, role, table string) ([]string, error) {
	now, err := whatIsReadable(ctx, pool, role, table)
	if err != nil {
		return nil, err
	}
	quoted := pgx.Identifier{role}.Sanitize()
	schema := fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", now.schema, quoted)
	reading := fmt.Sprintf("GRANT SELECT ON %s TO %s", now.table, quoted)
	for _, step := range []struct {
		there bool
		sql   string
	}{{now.use, schema}, {now.read, reading}} {
		if step.there {
			continue
		}
		var server *pgconn.PgError
		if _, err := pool.Exec(ctx, step.sql); errors.As(err, &server) && server.Code == insufficientPrivilege {
			continue // the right is missing in the second look below, so the result names it
		} else if err != nil {
			return nil, err
		}
	}
	// It asks again, because PostgreSQL only warns if a login has a right but may not grant it.
	if now, err = whatIsReadable(ctx, pool, role, table); err != nil {
		return nil, err
	}
	var missing []string
	if !now.use {
		missing = append(missing, fmt.Sprintf("the schema %s belongs to %s, who can: %s", now.schema, now.schemaOwner, schema))
	}
	if !now.read {
		missing = append(missing, fmt.Sprintf("%s belongs to %s, who can: %s", now.table, now.tableOwner, reading))
	}
	return missing, nil
}

func whatIsReadable(ctx context.Context, pool *pgxpool.Pool, role, table string) (readable, error) {
	var r readable
	err := pool.QueryRow(ctx, readerOf, role, table).Scan(&r.table, &r.schema, &r.tableOwner, &r.schemaOwner, &r.read, &r.use)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, &Error{Kind: NotMigrated, Sentence: fmt.Sprintf("the database lacks the table %s: run macrowatch migrate first", table)}
	}
	return r, err
}
