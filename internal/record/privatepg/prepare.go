//go:build linux || darwin

package privatepg

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// prepareDatabase puts the roles and the database in order. It makes those that are missing, and undoes what a role
// has changed about itself and what the owner has changed about the database. If all is in order, it writes nothing.
// It connects as the superuser to the socket in dir, a directory that the caller has checked.
func prepareDatabase(ctx context.Context, l layout, dir string, secrets passwords) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, rolesAreOld, err := connectAsSuperuser(ctx, l, dir, secrets)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	inOrder := false
	if !rolesAreOld {
		if inOrder, err = rolesInOrder(ctx, conn, secrets); err != nil {
			return err
		}
	}
	if !inOrder {
		if err := makeRoles(ctx, conn, secrets); err != nil {
			return err
		}
	}
	if err := removeFormerPassword(l); err != nil {
		return err
	}
	return prepareDatabases(ctx, conn)
}

// connectAsSuperuser connects to the database postgres, to which nobody else can connect. It reports whether the
// roles still have the one password that an older macrowatch gave to all of them.
func connectAsSuperuser(ctx context.Context, l layout, dir string, secrets passwords) (conn *pgx.Conn, rolesAreOld bool, err error) {
	former, err := readFormerPassword(l)
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

// prepareDatabases makes macrowatch's database if it is missing. It lets the roles connect to it that should, and
// closes the other databases.
func prepareDatabases(ctx context.Context, conn *pgx.Conn) error {
	var there, entered, closed bool
	err := conn.QueryRow(ctx, `select
		exists (select from pg_database where datname = $1),
		exists (select from pg_database d where datname = $1 and datdba = $2::regrole and datallowconn and datconnlimit = -1
			and not exists (select from unnest($3::text[]) r where not has_database_privilege(r, d.oid, 'connect'))),
		(select count(*) = 3 from pg_database where datname in ($1, 'postgres', 'template1') and datacl is not null)`,
		databaseName, ownerName, []string{ownerName, readerName, viewerName}).Scan(&there, &entered, &closed)
	if err != nil {
		return err
	}
	if !there {
		if _, err := conn.Exec(ctx, "create database "+databaseName+" owner "+ownerName); err != nil {
			return err
		}
	}
	if !entered {
		if err := openDatabase(ctx, conn); err != nil {
			return err
		}
	}
	if !closed {
		return closeDatabases(ctx, conn)
	}
	return nil
}

// openDatabase lets every role connect that should, whatever the owner has done to the database.
func openDatabase(ctx context.Context, conn *pgx.Conn) error {
	return execInTransaction(ctx, conn,
		"alter database "+databaseName+" owner to "+ownerName,
		"alter database "+databaseName+" allow_connections true connection limit -1",
		"grant all on database "+databaseName+" to "+ownerName,
		"grant connect on database "+databaseName+" to "+readerName+", "+viewerName)
}

// closeDatabases takes rights from everybody that only the owner needs: to make temporary tables, which could fill
// the disk, and to connect to the databases that hold nothing of the desk's.
func closeDatabases(ctx context.Context, conn *pgx.Conn) error {
	return execInTransaction(ctx, conn,
		"revoke temporary on database "+databaseName+" from public",
		"revoke all on database postgres from public",
		"revoke all on database template1 from public")
}

// execInTransaction runs statements in one transaction.
func execInTransaction(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}
