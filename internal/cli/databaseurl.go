package cli

import "github.com/spf13/cobra"

// databaseURLName is the name of the flag that gives a database by its URL.
const databaseURLName = "database-url"

// databaseURLFlag adds --database-url to a command. otherwise names the database that the command uses if no setting
// gives one.
func databaseURLFlag(c *cobra.Command, url *string, otherwise string) {
	c.Flags().StringVar(url, databaseURLName, "", "connection `URL` of the database (default: $DATABASE_URL, else what PGSERVICE, PGHOST, PGDATABASE or PGPORT names, else "+otherwise+
		"). If you give it on the command line, every user of the machine can read it in ps, with its password. "+
		"Use DATABASE_URL or a --config file of mode 0600 instead; or leave the password out, and give it as PGPASSWORD, "+
		"in ~/.pgpass or in a service file (service=NAME)")
}
