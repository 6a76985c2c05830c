// Command macrowatch makes a systematic macro trading desk observable: it keeps the desk's record
// in PostgreSQL and shows it as dashboards. See the README and macrowatch --help.
package main

import (
	"os"

	"macrowatch/internal/cli"
	"macrowatch/internal/record/privatepg"
)

func main() {
	privatepg.RunGuardIfAsked()
	os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
