//go:build linux || darwin

package privatepg

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// serverRole is one of the server's roles as it should be.
type serverRole struct {
	name       string
	attributes string // as ALTER ROLE takes them
	password   string
	settings   []string // "name=value", as the server keeps them
}

// serverRoles are all of the server's roles.
func serverRoles(secrets passwords) []serverRole {
	const reads = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls "
	reading := []string{
		"default_transaction_read_only=on", "idle_in_transaction_session_timeout=60s", "lock_timeout=5s", "statement_timeout=30s",
		"jit=off",             // the queries are short: to compile one takes longer than to run it
		"temp_file_limit=2GB", // only the superuser can change it, so no reader can fill the disk by sorting
	}
	return []serverRole{
		{superuser, "login superuser", secrets.Superuser, nil},
		{ownerName, "login nosuperuser createdb nocreaterole noreplication nobypassrls", secrets.Owner, nil},
		{readerName, reads + "noinherit connection limit 20", secrets.Reader, reading},
		{viewerName, reads + "inherit connection limit 20", secrets.Viewer, reading},
	}
}

// rolesInOrder reports whether every role has its password and its settings, and whether the database has no
// settings. A role can change its own, and the owner can change the database's.
func rolesInOrder(ctx context.Context, conn *pgx.Conn, secrets passwords) (bool, error) {
	for _, role := range serverRoles(secrets) {
		var verifier string
		var settings []string
		err := conn.QueryRow(ctx, `select coalesce(max(r.rolpassword), ''), coalesce(max(s.setconfig), '{}')
			from pg_authid r left join pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0
			where r.rolname = $1`, role.name).Scan(&verifier, &settings)
		if err != nil {
			return false, err
		}
		slices.Sort(settings)
		if !isPassword(role.password, verifier) || !slices.Equal(settings, slices.Sorted(slices.Values(role.settings))) {
			return false, nil
		}
	}
	var others int
	var member bool
	err := conn.QueryRow(ctx, `select
		(select count(*) from pg_db_role_setting where setdatabase <> 0 or setrole = 0),
		exists (select from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles v on v.oid = m.member
			where r.rolname = $1 and v.rolname = $2)`, readerName, viewerName).Scan(&others, &member)
	return others == 0 && member, err
}

// makeRoles gives every role its password, its rights and its settings, all in one transaction. These statements
// can't have parameters. The names in them are constants, and the passwords consist of hexadecimal digits.
func makeRoles(ctx context.Context, conn *pgx.Conn, secrets passwords) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set local synchronous_commit = on"); err != nil { // the file with the old password is removed next
			return err
		}
		if err := resetSettings(ctx, tx); err != nil {
			return err
		}
		for _, role := range serverRoles(secrets) {
			if err := makeRole(ctx, tx, role); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, fmt.Sprintf("grant %s to %s", readerName, viewerName))
		return err
	})
}

// resetSettings removes all settings of roles, of databases, and of roles in databases.
func resetSettings(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select case
			when s.setrole = 0 and s.setdatabase = 0 then 'alter role all reset all'
			when s.setrole = 0 then format('alter database %I reset all', d.datname)
			when s.setdatabase = 0 then format('alter role %I reset all', r.rolname)
			else format('alter role %I in database %I reset all', r.rolname, d.datname) end
		from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase`)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// makeRole makes a role if it is missing, and gives it its password, rights and settings.
func makeRole(ctx context.Context, tx pgx.Tx, role serverRole) error {
	var there bool
	if err := tx.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role.name).Scan(&there); err != nil {
		return err
	}
	var statements []string
	if !there {
		statements = append(statements, "create role "+role.name)
	}
	statements = append(statements, fmt.Sprintf("alter role %s %s password '%s'", role.name, role.attributes, role.password))
	for _, setting := range role.settings {
		name, value, _ := strings.Cut(setting, "=")
		statements = append(statements, fmt.Sprintf("alter role %s set %s = '%s'", role.name, name, value))
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
