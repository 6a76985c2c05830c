//go:build linux || darwin

package privatepg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// prepareDatabase makes the roles and the database unless they are there, with everything that takes the
// superuser. It connects to the socket in a directory that the caller has checked.
func prepareDatabase(ctx context.Context, l layout, dir string, secrets passwords) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, rolesAreOld, err := connectAsSuperuser(ctx, l, dir, secrets)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var roles, database, closed bool
	err = conn.QueryRow(ctx, `select
		(select count(*) = 2 from pg_roles where rolname in ($1, $2)),
		(select count(*) = 1 from pg_database where datname = $3),
		(select count(*) = 3 from pg_database where datname in ($3, 'postgres', 'template1') and datacl is not null)`,
		ownerName, readerName, databaseName).Scan(&roles, &database, &closed)
	if err != nil {
		return err
	}
	if !roles || rolesAreOld {
		if err := makeRoles(ctx, conn, secrets); err != nil {
			return err
		}
	}
	if err := forgetFormer(l); err != nil {
		return err
	}
	if !database {
		if _, err := conn.Exec(ctx, "create database "+databaseName+" owner "+ownerName); err != nil {
			return err
		}
	}
	if !closed {
		return closeDatabases(ctx, conn)
	}
	return nil
}

// connectAsSuperuser connects to the database postgres. It reports whether the roles still have the one
// password of an older macrowatch.
func connectAsSuperuser(ctx context.Context, l layout, dir string, secrets passwords) (conn *pgx.Conn, rolesAreOld bool, err error) {
	former, err := formerSecret(l)
	if err != nil {
		return nil, false, err
	}
	connect := func(password string) (*pgx.Conn, error) {
		return pgx.Connect(ctx, socketURL(dir, superuser, password, "postgres", URLForm{}))
	}
	conn, err = connect(secrets.Superuser)
	if err == nil || former == "" || !refusesPassword(err) {
		return conn, false, err
	}
	conn, err = connect(former)
	return conn, true, err
}

// makeRoles gives every role its password and the rights that it has, all in one transaction. No statement
// takes parameters; the names are constants and the passwords hexadecimal.
func makeRoles(ctx context.Context, conn *pgx.Conn, secrets passwords) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, name := range []string{ownerName, readerName} {
			var there bool
			if err := tx.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", name).Scan(&there); err != nil {
				return err
			}
			if there {
				continue
			}
			if _, err := tx.Exec(ctx, "create role "+name); err != nil {
				return err
			}
		}
		for _, statement := range []string{
			"set local synchronous_commit = on", // the old password is removed next
			fmt.Sprintf("alter role %s password '%s'", superuser, secrets.Superuser),
			fmt.Sprintf("alter role %s login nosuperuser createdb password '%s'", ownerName, secrets.Owner),
			fmt.Sprintf("alter role %s login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit connection limit 20 password '%s'", readerName, secrets.Reader),
			"alter role " + readerName + " set default_transaction_read_only = on",
			"alter role " + readerName + " set statement_timeout = '30s'",
			"alter role " + readerName + " set idle_in_transaction_session_timeout = '60s'",
			"alter role " + readerName + " set jit = off", // what is asked is answered sooner than compiled
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// closeDatabases takes from everybody what only the owner has a use for: temporary tables, which fill the
// disk, and the databases that hold nothing of the desk's.
func closeDatabases(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, statement := range []string{
			"revoke temporary on database " + databaseName + " from public",
			"revoke all on database postgres from public",
			"revoke all on database template1 from public",
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}
