package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) spoolCommand() *cobra.Command {
	return group("spool", "Show, deliver or remove the runs that are kept on this machine",
		"  macrowatch spool list\n  macrowatch spool retry",
		a.spoolListCommand(), a.spoolRetryCommand(), a.spoolDropCommand())
}

func (a *app) spoolListCommand() *cobra.Command {
	var f databaseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the kept runs of every database",
		Long: `Lists the runs that macrowatch exec keeps on this machine because no database has them yet: the run
and its step, the database that it is for, since when it is kept, and why. Each run has one of these
states:

  waiting     the next exec or serve on its database delivers the run
  recording   its exec is still alive
  set aside   the database refuses the run, or the file is not a record (.bad)

spool list looks into the directories of this user, or into that of --spool-dir. The exit status is
1 if it can't read one of them.`,
		Example: "  macrowatch spool list\n  macrowatch spool list --json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			kept, err := a.keptRuns(f)
			if kept == nil && err != nil {
				return err
			}
			if asJSON {
				return errors.Join(printKeptJSON(a.Out.File, kept), err)
			}
			if len(kept) == 0 && err == nil {
				fmt.Fprintln(a.Out, "No runs are kept.")
			}
			return errors.Join(printKept(a.Out.File, kept), err)
		},
	}
	f.registerDataDir(c)
	f.registerSpool(c)
	jsonFlag(c, &asJSON)
	return c
}

func (a *app) spoolRetryCommand() *cobra.Command {
	var f databaseFlags
	var all bool
	c := &cobra.Command{
		Use:   "retry [RUN…]",
		Short: "Deliver kept runs to the database now",
		Long: `Delivers kept runs to the database: those that wait for it, those that it refused before, and those
for which no database was given.

RUN names a single kept run by its ID, or by the beginning of its ID if no other run has the same
beginning. Such a run is delivered to this database even if it was kept for another one. --all does
this with every kept run. The exit status is 1 if a run is still kept afterwards.`,
		Example: `  macrowatch spool retry
  macrowatch spool retry 019e1c7a-5b
  macrowatch spool retry --all`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: a.completeKept(&f),
		RunE: func(c *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return usagef("--all means every kept run: give either --all or the runs")
			}
			return a.retryKept(c.Context(), f, args, all)
		},
	}
	f.register(c)
	f.registerSpool(c)
	c.Flags().BoolVar(&all, "all", false, "deliver every kept run to this database, even if it was kept for another one")
	return c
}

func (a *app) spoolDropCommand() *cobra.Command {
	var f databaseFlags
	var all, yes bool
	c := &cobra.Command{
		Use:   "drop RUN… | --all",
		Short: "Remove kept runs for good",
		Long: `Removes kept runs, so that no database will ever have them. RUN names a run by its ID, or by the
beginning of its ID if no other run has the same beginning. --all removes every kept run, except runs
whose exec is still alive. It first asks on the terminal; without a terminal it needs --yes.`,
		Example: `  macrowatch spool drop 019e1c7a-5b
  macrowatch spool drop --all --yes`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: a.completeKept(&f),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case all && len(args) > 0:
				return usagef("--all means every kept run: give either --all or the runs")
			case !all && len(args) == 0:
				return usagef("spool drop needs the IDs of the runs to remove, or --all (macrowatch spool list shows the IDs)")
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
