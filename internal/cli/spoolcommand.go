package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) spoolCommand() *cobra.Command {
	return group("spool", "The runs that are kept on this machine until a database has them",
		"  macrowatch spool list\n  macrowatch spool retry",
		a.spoolListCommand(), a.spoolRetryCommand(), a.spoolDropCommand())
}

func (a *app) spoolListCommand() *cobra.Command {
	var f databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the kept runs of every database",
		Long: `Lists the runs that macrowatch exec has kept on this machine and no database has yet, in every
folder: which run of which step, for which database, since when, and why it is kept. A run is

  waiting     for its database: the next exec or serve on it delivers the run
  recording   by an exec that is alive
  set aside   since the database refuses what the run says, or the file is no record (.bad)

It looks into the directories of this user; --spool-dir names another one. The exit status is 1 where a
folder can't be used.`,
		Example: "  macrowatch spool list\n  macrowatch spool list --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			kept, err := a.keptRuns(f)
			if kept == nil && err != nil {
				return err
			}
			if asJSON {
				return errors.Join(printKeptJSON(a.Out, kept), err)
			}
			if len(kept) == 0 && err == nil {
				fmt.Fprintln(a.Out, "No runs are kept.")
			}
			return errors.Join(printKept(a.Out, kept), err)
		},
	}
	f.registerDataDir(c)
	f.registerSpool(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return c
}

func (a *app) spoolRetryCommand() *cobra.Command {
	var f databaseFlags
	var all bool
	c := &cobra.Command{
		Use:   "retry [RUN…]",
		Short: "Deliver kept runs to the database now",
		Long: `Delivers to the database what waits for it, what it refused before, and the runs for which no
database was given. RUN names a kept run by its ID, or by as much of the ID's beginning as no other
has; it is delivered to this database whatever database it was kept for, and --all does so with every
kept run. The exit status is 1 if a run is still kept.`,
		Example: `  macrowatch spool retry
  macrowatch spool retry 019e1c7a-5b
  macrowatch spool retry --all`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return usagef("--all is every kept run; name none beside it")
			}
			return a.retryKept(c.Context(), f, args, all)
		},
	}
	f.register(c)
	f.registerSpool(c)
	c.Flags().BoolVar(&all, "all", false, "deliver every kept run to this database, whatever database it was kept for")
	return c
}

func (a *app) spoolDropCommand() *cobra.Command {
	var f databaseFlags
	var all, yes bool
	c := &cobra.Command{
		Use:   "drop RUN… | --all",
		Short: "Remove kept runs for good",
		Long: `Removes kept runs, which no database will then have. RUN names one by its ID, or by as much of the
ID's beginning as no other has. With --all it asks first, on a terminal; elsewhere --all needs --yes.
A run whose exec is alive is left alone.`,
		Example: `  macrowatch spool drop 019e1c7a-5b
  macrowatch spool drop --all --yes`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usagef("spool drop needs the runs to remove, by their IDs (macrowatch spool list), or --all")
			}
			return a.dropKept(f, args, yes)
		},
	}
	f.registerDataDir(c)
	f.registerSpool(c)
	c.Flags().BoolVar(&all, "all", false, "remove every kept run")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}
