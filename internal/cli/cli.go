package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"macrowatch/internal/background"
)

// version is set by the linker for a release build.
var version = ""

// Exit statuses, the same for every command.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is a mistake in how a command was called; it exits with 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitStatusError carries the status of a command that was run for the user and has already said
// what there is to say.
type exitStatusError int

func (e exitStatusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Streams are what a process has: its input, its outputs and its clock.
type Streams struct {
	In       *os.File
	Out, Err *os.File
	// Now is the clock by which commands know the desk's day and hour; nil means time.Now. A test that
	// needs a certain day sets a clock that starts on it and runs.
	Now func() time.Time
}

// app is what commands share.
type app struct {
	Streams
	log        *slog.Logger
	background *background.Supervisor // what goes on beside the command's own work
	verbose    bool
	version    string
}

// Main runs the command line and returns the process's exit status.
func Main(args []string, streams Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), endingSignals()...)
	defer stop()
	if streams.Now == nil {
		streams.Now = time.Now
	}
	a := &app{Streams: streams, version: buildVersion()}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	return a.report(root.ExecuteContext(ctx))
}

// endingSignals are the signals that end a command in order. One that whoever started the program
// had it ignore, as nohup does with SIGHUP, stays ignored.
func endingSignals() []os.Signal {
	var signals []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	return signals
}

// report prints an error as one sentence and picks the exit status.
func (a *app) report(err error) int {
	var status exitStatusError
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage):
		fmt.Fprintf(a.Err, "macrowatch: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitFailed // the user ended it and knows
	}
	fmt.Fprintf(a.Err, "macrowatch: %v\n", err)
	return exitFailed
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "macrowatch",
		Short: "Makes a systematic macro trading desk observable",
		Long: `macrowatch keeps a systematic macro trading desk's record in PostgreSQL and shows it
as dashboards: in a viewer of its own, and in Grafana.

Flags beat the environment (MACROWATCH_LISTEN for --listen, and so on; DATABASE_URL),
which beats a configuration file (--config, YAML; keys such as listen or data-dir).`,
		Example: `  macrowatch demo
  macrowatch exec --step fred -- ./fetch-fred.sh
  macrowatch import prices prices.csv`,
		Version:       a.version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := applySettings(c.Flags(), os.Getenv); err != nil {
				return usageError{err}
			}
			a.log = newLogger(a.Err, a.verbose)
			a.background = background.New(background.Options{Logger: a.log, Now: a.Now})
			return nil
		},
	}
	root.SetVersionTemplate("macrowatch {{.Version}}\n")
	root.PersistentFlags().String("config", "", "configuration `FILE` (YAML; default: none)")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "log what is done to standard error")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%s (see '%s --help')", plainFlagError(err), c.CommandPath())
	})
	root.AddCommand(
		a.demoCommand(), a.serveCommand(), a.migrateCommand(), a.importCommand(), a.execCommand(), a.relayCommand(),
		a.deskCommand(), a.riskCommand(), a.databaseCommand(), a.dashboardsCommand(), a.spoolCommand(), a.sampleStepCommand(),
	)
	wrapArgErrors(root)
	return root
}

// plainFlagError puts the parser's words for a wrong value into a person's.
func plainFlagError(err error) string {
	text := err.Error()
	if before, _, found := strings.Cut(text, ": strconv.ParseBool"); found {
		return before + ": neither true nor false"
	}
	if before, _, found := strings.Cut(text, ": strconv.ParseInt"); found {
		return before + ": not a whole number"
	}
	return text
}

// wrapArgErrors makes wrong arguments usage errors, on every command.
func wrapArgErrors(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usagef("%v (see '%s --help')", err, c.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgErrors(sub)
	}
}

func newLogger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelWarn
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}

// isTerminal reports whether a person reads what is written there.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
