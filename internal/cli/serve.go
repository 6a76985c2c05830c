package cli

import (
	"context"

	"github.com/spf13/cobra"

	"macrowatch/internal/record/retention"
)

func (a *app) serveCommand() *cobra.Command {
	var db databaseFlags
	var view viewerFlags
	var riskFile riskFileFlag
	var words wordsFlag
	var alerts alertsFlag
	var private bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the viewer and the HTTP API on a database",
		Long: `Serves the dashboards on the database of --database-url, DATABASE_URL or PostgreSQL's own
variables (PGHOST …). That database must have this version's tables: run macrowatch migrate first.
With --private, serve uses the private PostgreSQL instead, and starts it.

With --dashboards, serve also shows the dashboards in a folder of yours, and each change of their
files within seconds (docs/own-dashboards.md).

With --reader-url, the dashboards' queries are sent as a login that only reads. serve refuses a login
there that owns or may write anything of the desk's. On the private PostgreSQL it is always so.

With --read-database-url, the dashboards are read from a read-only replica of the database. How far
it is behind is in /metrics, and on the page if that can be noticed. While it does not answer, the
dashboards are read from the database itself (docs/postgresql.md).

While serve runs, it also does this work, if its login may:

  * it computes the risk of each new snapshot of the book, as macrowatch risk does;
  * it keeps the table of the runs that are expected, as macrowatch desk apply does;
  * it delivers the runs that macrowatch exec kept while the database was away;
  * it evaluates the alerts, and sends messages about them to the targets of --alerts-file or of
    the desk file;
  * it sends the report of the desk's day to targets, if one of these files says when;
  * it removes old rows once a day, if the desk file has the section retention, as macrowatch
    retention does;
  * it ends transactions of logins that only read (macrowatch migrate --reader-role) after a minute.

If any of this fails, serve tries it again, and every page says what fails until it works. With
--as-of the page's clock stands, and serve computes no risk, evaluates no alerts and removes nothing.

On an address that other machines may reach, serve starts only if people must log in: with the
passwords of --users-file, with the OpenID Connect provider of --oidc-issuer, or with the reverse
proxy of --proxy-user-header (docs/login.md). With --insecure-no-login it starts without a login,
and every page says so in red. It answers requests for loopback names, for the address that it
listens on and for the names of --allowed-host (docs/security.md).`,
		Example: `  DATABASE_URL=postgres://user:password@host/macro_trading macrowatch serve --open=false
  macrowatch serve --private --listen 127.0.0.1:8080 --base-path /macro
  macrowatch serve --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --users-file users`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if private {
				if db.replicaURL != "" {
					return usagef("--%s is for a database that is given by its URL; the private PostgreSQL has no replica", readDatabaseName)
				}
				if db.readerURL != "" {
					return usagef("--reader-url is for a database that is given by its URL; the private PostgreSQL has a login for the dashboards' queries")
				}
				if c.Flags().Changed("database-url") {
					return usagef("--private and --database-url exclude each other: give one of them")
				}
				db.url = ""
			} else if db.url == "" {
				return usagef("serve needs a database: set DATABASE_URL or PGHOST, or pass --private for the private PostgreSQL (macrowatch demo shows sample data)")
			}
			if err := db.checkPort(c); err != nil {
				return err
			}
			return a.serve(c.Context(), db, view, riskFile, words, alerts)
		},
	}
	databaseURLFlag(c, &db.url, environmentDatabase)
	registerReaderURL(c, &db.readerURL, "the dashboards' queries are sent as this login, and everything else as that of --database-url", "all as the login of --database-url")
	db.registerReplica(c, "the dashboards' queries go there, and to the database itself while the replica does not answer; everything that writes goes to the database")
	db.registerPrivate(c)
	db.registerPort(c)
	db.registerSpool(c)
	view.register(c)
	riskFile.register(c)
	words.register(c)
	a.deskFlag(c)
	alerts.register(c)
	c.Flags().BoolVar(&private, "private", false, "serve the private PostgreSQL, and start it")
	return c
}

// serve runs the serve command, whose flags have been found to fit together.
func (a *app) serve(ctx context.Context, f databaseFlags, view viewerFlags, riskFile riskFileFlag, words wordsFlag, alerts alertsFlag) error {
	config, err := a.readAlerts(alerts)
	if err != nil {
		return err
	}
	v, err := a.openViewer(ctx, f, view, "macrowatch serve")
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.db.requireSchema(ctx); err != nil {
		return err
	}
	if err := a.configureWords(ctx, v.db, words); err != nil {
		return err
	}
	if err := a.openReplica(ctx, v.db, f, view.boards.dir != ""); err != nil {
		return err
	}
	settings, err := a.riskSettings(ctx, v.db, riskFile, false)
	if err != nil {
		return err
	}
	if err := a.warnOfExposure(ctx, v.db); err != nil {
		return err
	}
	if !v.asOf.IsZero() {
		return v.run(ctx, v.keepPlan)
	}
	if v.alerts, err = v.watchAlerts(config); err != nil {
		return err
	}
	tasks := []func(context.Context){v.keepPlan, v.settleSummaries, func(ctx context.Context) { v.followRisk(ctx, settings) }}
	if old := a.desk.file.Retention; len(old.Rules) > 0 {
		v.retention = retention.New(retention.Config{Store: v.db.Store, Retention: old, Now: a.Now, Logger: a.log})
		tasks = append(tasks, func(ctx context.Context) { v.retention.Run(ctx, a.background) })
	}
	return v.run(ctx, tasks...)
}
