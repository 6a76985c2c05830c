package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"macrowatch/internal/background"
)

// Streams are the input, the outputs and the clock of a process.
type Streams struct {
	In       *os.File
	Out, Err *os.File
	// Now is the clock; nil means time.Now. A test that needs a certain day gives a clock that starts on
	// that day and then runs.
	Now func() time.Time
}

// app has what all commands share.
type app struct {
	Streams
	Out        *output // in place of the file of the streams
	log        *slog.Logger
	background *background.Supervisor // runs the tasks that go on beside a command's own work
	verbose    bool
	logFormat  logFormat
	build      build
	desk       ownDesk
}

func newApp(s Streams) *app {
	return &app{Streams: s, Out: &output{File: s.Out}, build: thisBuild()}
}

// Main runs the command line and returns the process's exit status.
func Main(args []string, streams Streams) int {
	if slices.Equal(args, []string{relayName}) { // exec starts it with each command, and so it does not make the other commands first
		a := newApp(streams)
		return a.report(a.relay())
	}
	collectEvery(startPercent) // nearly all that is made before a command runs stays in use
	ctx, stop := signal.NotifyContext(context.Background(), endingSignals()...)
	defer stop()
	if streams.Now == nil {
		streams.Now = time.Now
	}
	a := newApp(streams)
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = a.Out.err()
	}
	return a.report(err)
}

// endingSignals returns the signals on which a command ends in good order. A signal that was ignored when
// the program started stays ignored; nohup, for example, ignores SIGHUP.
func endingSignals() []os.Signal {
	var signals []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	return signals
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "macrowatch",
		Short: "Makes a systematic macro trading desk observable",
		Long: `macrowatch keeps the record of a systematic macro trading desk in PostgreSQL, and shows it as
dashboards: in a viewer of its own, and in Grafana.

Most settings can be given in three ways. A flag overrides the environment, and the environment
overrides the configuration file. For example:

  --listen 127.0.0.1:8080            a flag
  MACROWATCH_LISTEN=127.0.0.1:8080   an environment variable
  listen: 127.0.0.1:8080             a line of the YAML file of --config

DATABASE_URL sets --database-url.

The exit status is 0 if a command has done its work, 1 if it could not, and 2 if
it was called in a wrong way. exec passes on the status of the command that it
runs.`,
		Example: `  macrowatch demo
  macrowatch exec --step fred -- ./fetch-fred.sh
  macrowatch import prices prices.csv`,
		Version:       a.build.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if c.Name() != cobra.ShellCompRequestCmd && c.Name() != cobra.ShellCompNoDescRequestCmd {
				if err := applySettings(c.Flags(), os.Getenv); err != nil {
					return usageError{err}
				}
				if err := a.readDesk(c.Flags()); err != nil {
					return err
				}
			}
			a.log = newLogger(a.Err, a.logFormat, a.verbose)
			a.background = background.New(background.Options{Logger: a.log, Now: a.Now})
			collectEvery(usualPercent)
			return nil
		},
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetVersionTemplate(versionText(a.build))
	root.PersistentFlags().BoolP("help", "h", false, "print the help of the command")
	root.Flags().Bool("version", false, "print the version")
	root.PersistentFlags().String("config", "", "read settings from this YAML `FILE`")
	root.PersistentFlags().BoolVarP(&a.verbose, "verbose", "v", false, "log each action to standard error")
	a.logFormat = logText
	root.PersistentFlags().Var(&a.logFormat, "log-format", "`FORM` of the lines that are logged to standard error: text or json")
	root.SetFlagErrorFunc(flagError)
	addGroup(root, "Look at the desk", a.demoCommand(), a.serveCommand(), a.statusCommand(), a.reportCommand(), a.riskCommand(), a.alertCommand())
	addGroup(root, "Record what happens", a.execCommand(), a.importCommand(), a.spoolCommand(), a.lineageCommand(), a.tokenCommand())
	addGroup(root, "Set up", a.migrateCommand(), a.databaseCommand(), a.retentionCommand(), a.dashboardsCommand(), a.deskCommand(), a.doctorCommand())
	addGroup(root, "Decide who may look", a.userCommand(), a.sessionCommand())
	root.AddCommand(a.versionCommand(), a.manCommand(), a.relayCommand(), a.sampleStepCommand())
	a.setHelp(root)
	setCompletion(root)
	wrapArgErrors(root)
	return root
}

// isTerminal reports whether a file is a terminal, where a person reads or writes.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// warn prints a warning on standard error.
func (a *app) warn(sentence string) {
	if a.logsObjects() {
		a.log.Warn(sentence)
		return
	}
	fmt.Fprintf(a.Err, "%s %s\n", colorsFor(a.Err).yellow("Warning:"), sentence)
}

// fail prints an error on standard error.
func (a *app) fail(err error) {
	if a.logsObjects() {
		a.log.Error(err.Error())
		return
	}
	fmt.Fprintf(a.Err, "%s %v\n", colorsFor(a.Err).red("macrowatch:"), err)
}

// tell prints on standard error what a command does.
func (a *app) tell(sentence string) {
	if a.logsObjects() {
		a.log.Info(strings.TrimSpace(sentence))
		return
	}
	fmt.Fprintln(a.Err, sentence)
}

// logsObjects reports whether what people read otherwise must be lines of the log too, for the program that reads them.
func (a *app) logsObjects() bool { return a.log != nil && a.logFormat == logJSON }

// addGroup adds commands under a title, below which the help lists them.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
		root.AddCommand(c)
	}
}

// group returns a command that only holds others. Called by itself, it prints its help.
func group(use, short, example string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(commands...)
	return c
}
