package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/privatepg"
)

func (a *app) databaseCommand() *cobra.Command {
	return group("database", "Back up, restore or open the database", `  macrowatch database backup ~/backups/
  psql "$(macrowatch database url)"`, a.databaseBackupCommand(), a.databaseRestoreCommand(), a.databaseURLCommand())
}

// urlFlags say which of the private PostgreSQL's URLs to print.
type urlFlags struct {
	owner, tcp, oldClient bool
}

func (a *app) databaseURLCommand() *cobra.Command {
	var db databaseFlags
	var f urlFlags
	c := &cobra.Command{
		Use:   "url",
		Short: "Print the connection URL of the private PostgreSQL",
		Long: `Prints the private PostgreSQL's connection URL, for psql, Grafana or a notebook. It is the URL of a
login that can only read the desk's tables, or with --owner that of the database's owner. The URL
contains the login's password: keep it secret.

The server runs while macrowatch demo or macrowatch serve --private runs. If neither runs, the URL is
still printed, and standard error says that the server is down.

The server listens on a Unix socket, in a directory that only this user can enter. Grafana accepts
that directory (host= in the URL) as its host. For a client that can't use Unix sockets, start demo
or serve --private with --postgres-port N, and print the URL with --tcp. Prefer the socket: it is
safe with every client. While macrowatch is not running, any program of this machine can listen on
the port. Only clients that know require_auth are safe from such a program: libpq from version 16
on, and pgx. Grafana's data source fields, JDBC and lib/pq would send it the password.

The URL contains require_auth=scram-sha-256. A client that knows this setting never reveals the
password to a server that does not know it already. psql and other clients that use libpq know it
from version 16 on. Older ones say: invalid URI query parameter: "require_auth". For these,
--old-client leaves the setting out. Only the socket's directory then protects the password, so
--old-client and --tcp exclude each other.`,
		Example: `  psql "$(macrowatch database url)"
  psql "$(macrowatch database url --old-client)"    # psql 15 and older
  psql "$(macrowatch database url --owner)"`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.printURL(db, f) },
	}
	db.registerDataDir(c)
	c.Flags().BoolVar(&f.owner, "owner", false, "print the URL of the database's owner, which can write")
	c.Flags().BoolVar(&f.tcp, "tcp", false, "print the URL of the TCP port that --postgres-port opened, instead of the socket's; only for clients that know require_auth")
	c.Flags().BoolVar(&f.oldClient, "old-client", false, "leave out require_auth, which libpq before version 16 refuses")
	return c
}

func (a *app) printURL(db databaseFlags, f urlFlags) error {
	if f.tcp && f.oldClient {
		return usagef("--tcp and --old-client exclude each other: an old client would send the password to any program that listens on the port")
	}
	dir, err := db.directory()
	if err != nil {
		return err
	}
	found, err := privatepg.Lookup(dir)
	if err != nil {
		return err
	}
	as := privatepg.Reader
	if f.owner {
		as = privatepg.Owner
	}
	url, err := found.URL(as, privatepg.URLForm{TCP: f.tcp, AnyAuth: f.oldClient})
	if err != nil {
		return err
	}
	if !found.Running {
		fmt.Fprintln(a.Err, "The server is not running now; macrowatch demo or macrowatch serve --private starts it.")
	}
	fmt.Fprintln(a.Out, url)
	return nil
}
