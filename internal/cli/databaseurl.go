package cli

import "github.com/spf13/cobra"

// databaseURLName is the name of the flag that gives a database by its URL.
const databaseURLName = "database-url"

// environmentDatabase says which database a command uses if the environment names one.
const environmentDatabase = "$DATABASE_URL, else what PGSERVICE, PGHOST, PGDATABASE or PGPORT names"

// databaseURLFlag adds --database-url to a command. The text `otherwise` names the database that the command uses
// without the flag.
func databaseURLFlag(c *cobra.Command, url *string, otherwise string) {
	addDatabaseURL(c, url, otherwise, "Use DATABASE_URL or a --config file of mode 0600 instead; or leave the password out, and give it as")
}

// commandLineURLFlag adds --database-url to a command that takes it from the command line alone.
func commandLineURLFlag(c *cobra.Command, url *string, otherwise string) {
	addDatabaseURL(c, url, otherwise, "So leave the password out, and give it as")
}

func addDatabaseURL(c *cobra.Command, url *string, otherwise, advice string) {
	c.Flags().StringVar(url, databaseURLName, "", "connection `URL` of the database (default: "+otherwise+
		"). If you give it on the command line, every user of the machine can read it in ps, with its password. "+
		advice+" PGPASSWORD, in ~/.pgpass or in a service file (service=NAME)")
}
