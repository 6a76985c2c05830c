package cli

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/privatepg"
	"macrowatch/internal/record/runner"
	"macrowatch/internal/record/store"
	"macrowatch/internal/suggest"
)

func (a *app) execCommand() *cobra.Command {
	var f databaseFlags
	var step, runID, deskPath string
	var check, asJSON bool
	c := &cobra.Command{
		Use:   "exec [flags] --step NAME -- COMMAND [ARGUMENT…]",
		Short: "Run a command and record the run",
		Long: `Runs a command and records the run in pipeline_runs: RUNNING when it starts, then SUCCESS or
FAILED with its duration. If the command fails, the record has the end of what the command wrote to
standard error. Passwords, tokens and keys in it are masked.

Input, output, signals and the exit status pass through unchanged. If standard error is a terminal,
the command keeps the terminal, and the recorded message is the exit status. Otherwise exec starts
a process that copies standard error. This process outlives exec: it ends when neither the command
nor anything that the command left behind can write there any more.

The run goes to the database of DATABASE_URL or of PostgreSQL's own variables (PGHOST …), else to the
private PostgreSQL that macrowatch demo or macrowatch serve --private has created. If there is none
of these, exec runs the command, keeps the run on disk and says so. Cron does not pass on your
environment, so name the database in the crontab, as below. macrowatch exec --check says where a
run would go.

exec first keeps the run on disk (--spool-dir), then delivers it. The command never waits for the
database. If the database has not taken the run shortly after the command has ended, the run stays
on disk, and standard error says so. The next macrowatch exec or serve of the same user on the same
database delivers it. If exec is killed, the run is recorded as FAILED with the message
"interrupted", and it ends at the time when exec was last seen alive. Once a day exec says in one
line if there are kept runs that it can't deliver.`,
		Example: `  macrowatch exec --step fred -- ./fetch-fred.sh
  macrowatch exec --step bcb_sgs -- python3 -m connectors.bcb_sgs --days 5
  macrowatch exec --check

  # in a crontab: weekdays at 18:30
  DATABASE_URL=postgres://user:password@host/macro_trading
  30 18 * * 1-5  /usr/local/bin/macrowatch exec --step fred -- /opt/fetch.sh`,
		Args: cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault // files: the command to run, and its arguments
		},
		RunE: func(c *cobra.Command, args []string) error {
			if check {
				f.quiet = true
				return a.checkExec(c.Context(), f, cmp.Or(sourceOf(c.Flags(), databaseURLName), sourceOf(c.Flags(), "data-dir")), asJSON)
			}
			if asJSON {
				return usagef("--json goes only with --check")
			}
			if step == "" {
				return usagef("exec needs the name of the pipeline step, such as: macrowatch exec --step fred -- ./fetch-fred.sh")
			}
			if err := desk.ValidateStep(step); err != nil {
				return usagef("--step: %v", err)
			}
			if len(args) == 0 {
				return usagef("exec needs a command after --, such as: macrowatch exec --step %s -- ./fetch.sh", step)
			}
			if runID == "" {
				runID = runner.NewRunID()
			}
			f.quiet = true
			collectEvery(startPercent) // exec allocates a few megabytes in all, however long the command runs
			a.compareStep(deskPath, step)
			return a.exec(c.Context(), f, step, runID, args)
		},
	}
	// Flags that follow the name of the user's command belong to that command.
	c.Flags().SetInterspersed(false)
	f.register(c)
	f.registerSpool(c)
	c.Flags().StringVar(&step, "step", "", "`NAME` of the pipeline step, as the dashboards show it")
	c.Flags().BoolVar(&check, "check", false, "run no command; say where a run would be recorded, and which setting says so; the exit status is 1 if that is not possible now")
	c.Flags().BoolVar(&asJSON, "json", false, "with --check: print one JSON document instead (docs/command-line.md has its keys)")
	c.Flags().StringVar(&runID, runIDFlag, "", "`ID` of the run (default: a new one)")
	c.Flags().StringVar(&deskPath, deskFileName, "", "desk `FILE` whose steps --step is compared with: exec warns of another one, and records it all the same (default: no file, and every step is taken)")
	_ = c.RegisterFlagCompletionFunc("step", completeSteps) // it fails only for unknown flags
	_ = c.Flags().MarkHidden(runIDFlag)                     // only the sample desk uses it: it recognises its runs by their IDs
	return c
}

// compareStep warns if a desk file does not have a step: its runs would serve no expected run. A desk file that can't be read is
// a warning too, because the command must run all the same.
func (a *app) compareStep(path, step string) {
	if path == "" {
		return
	}
	file, err := readDeskFile(path)
	if err != nil {
		a.fail(fmt.Errorf("the step %s is not compared with the desk file: %w", step, err))
		return
	}
	var names []string
	for _, s := range file.Rules.Steps {
		names = append(names, s.Name)
	}
	if !slices.Contains(names, step) {
		a.fail(fmt.Errorf("the desk file %s has no step %s%s; the run is recorded all the same", path, step, strings.TrimSuffix(suggest.Hint(step, names), "?")))
	}
}

// exec runs a command, records the run, and returns the command's exit status as an error unless it is 0.
func (a *app) exec(ctx context.Context, f databaseFlags, step, runID string, command []string) error {
	var timeout time.Duration // zero means the runner's default
	if f.mustStartServer() {
		timeout = serverStartTimeout
	}
	kept, noSpool := a.spoolToKeep(f)
	status, err := runner.Run(ctx, runner.Options{
		Step: step, Command: command,
		Stdin: a.In, Stdout: a.Out.File, Stderr: a.Err, RelayArgs: []string{relayName},
		Open: func(ctx context.Context) (runner.Recorder, error) {
			db, err := a.openDatabase(ctx, f, nil)
			if err != nil {
				return nil, err
			}
			a.tellSpool(ctx, kept, db)
			return recorder{store.RunRecorder{Store: db.Store}, db, a.log}, nil
		},
		NewID: func() string { return runID }, Spool: kept, WhyNoSpool: noSpool, NextDelivery: f.nextDelivery(),
		RecordTimeout: timeout, KeptTimeout: timeout,
		Now: a.Now, Logger: a.log,
	})
	if err != nil {
		a.fail(err)
	}
	a.mentionKept(kept, runID)
	if status != 0 {
		return exitStatusError(status)
	}
	return nil
}

// runIDFlag is the name of the flag that gives the recorded run its ID.
const runIDFlag = "run-id"

// serverStartTimeout is how long exec waits for the private PostgreSQL after the command has ended, if exec has to start
// that server.
const serverStartTimeout = 30 * time.Second

// mustStartServer reports whether the private PostgreSQL must be started before a run can be recorded.
func (f databaseFlags) mustStartServer() bool {
	dir, private, err := f.privateDir()
	if !private || f.url != "" || err != nil {
		return false
	}
	if made, err := privatepg.Exists(dir); err != nil || !made {
		return false
	}
	found, err := privatepg.Lookup(dir)
	return err != nil || !found.Running
}

// recorder records runs in a database.
type recorder struct {
	store.RunRecorder
	db  *database
	log *slog.Logger
}

// Close closes the database. Its failure is only logged, since it concerns the end of the private server and not the run.
func (r recorder) Close() {
	if err := r.db.Close(); err != nil {
		r.log.Warn("database not closed", "error", err)
	}
}
