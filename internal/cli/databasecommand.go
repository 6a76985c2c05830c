package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/privatepg"
)

func (a *app) databaseCommand() *cobra.Command {
	return group("database", "The private PostgreSQL", `  psql "$(macrowatch database url)"`, a.databaseURLCommand())
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
		Short: "Print the private PostgreSQL's connection URL, password included",
		Long: `Prints the private PostgreSQL's connection URL, for psql, Grafana or a notebook: that of a role
which reads the desk's tables and changes nothing, or with --owner that of the database's owner.
The URL holds the role's password: treat it as one.

The server runs while macrowatch demo or macrowatch serve --private does; where neither runs, the
URL is printed, and standard error says so. It listens on a Unix socket in a directory that only
this user can enter. For a client that knows no Unix sockets, start demo or serve --private with
--postgres-port N and print the URL with --tcp. Prefer the socket: it is safe with every client.

On the port only clients that know require_auth are safe, that is libpq from version 16 on, and pgx.
The fields of Grafana's data source, JDBC and lib/pq have nothing like it. While macrowatch is down,
any program of this machine can listen on the port, and such a client gives it the password. Grafana
takes the socket's directory (host= in the URL) as its host.

The URL requires SCRAM (require_auth=scram-sha-256): a client tells nobody the password who has not
proved to know it. psql, and whatever else is built on libpq, knows that from version 16 on; an older
one says: invalid URI query parameter: "require_auth". For it --old-client leaves the requirement
out. Such a client gives the password to any server that asks for it, so that only the socket's
directory protects it; with --tcp nothing would, and the two exclude each other.`,
		Example: `  psql "$(macrowatch database url)"
  psql "$(macrowatch database url --old-client)"    # psql 15 and older
  psql "$(macrowatch database url --owner)"`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.printURL(db, f) },
	}
	db.registerDataDir(c)
	c.Flags().BoolVar(&f.owner, "owner", false, "print the URL of the database's owner, who may write")
	c.Flags().BoolVar(&f.tcp, "tcp", false, "print the URL of the TCP port that --postgres-port opened, in place of the socket's; only for clients that know require_auth")
	c.Flags().BoolVar(&f.oldClient, "old-client", false, "leave out require_auth, which clients built on libpq before version 16 refuse")
	return c
}

func (a *app) printURL(db databaseFlags, f urlFlags) error {
	if f.tcp && f.oldClient {
		return usagef("--tcp and --old-client exclude each other: such a client would give the password to whatever program has taken the port")
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
		fmt.Fprintln(a.Err, "The server does not run now; macrowatch demo or macrowatch serve --private starts it.")
	}
	fmt.Fprintln(a.Out, url)
	return nil
}
