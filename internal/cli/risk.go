package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
	"macrowatch/internal/deskfile"
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/risk/riskrun"
)

// riskFlags are the risk command's own.
type riskFlags struct {
	asOf         viewerFlags // only its --as-of
	backfill     string      // the first of its days, or allDays
	stale        bool
	file         string
	check        string
	printFile    bool
	allowMissing bool
	asJSON       bool
}

func (a *app) riskCommand() *cobra.Command {
	var db databaseFlags
	var f riskFlags
	c := &cobra.Command{
		Use:   "risk [--as-of TIME | --backfill FROM [TO] | --stale]",
		Short: "Compute and store the book's risk, stress tests and limits",
		Long: `Computes the risk of the newest snapshot of the book, stores it, and prints the main figures. With
--as-of it takes the newest snapshot up to a past day. It reads portfolio_state, instruments and
instrument_prices, and computes

  * the value at risk (VaR) and expected shortfall (CVaR) of one day, and what drives them;
  * drawdowns, stress scenarios and limits;
  * the backtest of the last 250 days.

It uses the prices that were known at the snapshot's time; the prices of the same day count from
the hour on at which the desk closes (the built-in desk: 19:00 in America/Sao_Paulo). The figures
replace those that are stored for the same time. A loss is positive in a VaR, CVaR or drawdown, and
negative in a scenario.

--backfill computes the last snapshot of every book day from the day FROM to the day TO (default
today), on all processors.

Each computation is stored with a digest of its inputs: the book, its NAVs, its instruments and their
prices, the risk file and the method. --stale lists the stored computations whose inputs have
changed since, and computes nothing. --backfill --stale computes these again. serve and demo do so
for the newest computation by themselves.

With fewer than ` + fmt.Sprint(risk.MinReturns) + ` daily returns there is no VaR and no CVaR; the other figures are computed and
stored. If more than ` + fmt.Sprint(risk.MaxMissingPct) + ` % of the book's gross weight lacks a price history, risk refuses and stores
nothing. --allow-missing computes it all the same, and says what is left out.

Scenarios, limits and proxies are in a risk file (YAML). --print-file prints the one that is built
in. Your own file is merged into it: a limit, proxy or scenario replaces the one of the same name,
the word none switches one off, and the others stay. Only replay_days is replaced as a whole.
--check FILE checks a risk file and its instruments, lists what the file changes, and computes
nothing. docs/risk.md says more.`,
		Example: `  macrowatch risk
  macrowatch risk --as-of 2026-01-30
  macrowatch risk --backfill 2025-01-02 2025-12-31
  macrowatch risk --stale && macrowatch risk --backfill --stale
  macrowatch risk --print-file > risk.yaml
  macrowatch risk --check risk.yaml && macrowatch risk --risk-file risk.yaml`,
		Args: cobra.ArbitraryArgs, // runRisk checks them, because the flags decide which arguments there may be
		RunE: func(c *cobra.Command, args []string) error { return a.runRisk(c, db, f, args) },
	}
	db.register(c)
	c.Flags().StringVar(&f.asOf.asOf, "as-of", "", "compute the newest snapshot up to this `TIME` (2026-01-31, or 2026-01-31T18:00:00-03:00)")
	c.Flags().StringVar(&f.backfill, "backfill", "", "compute every book day from the day `FROM` to the day TO, which follows it; with --stale, compute what is stale")
	c.Flags().Lookup("backfill").NoOptDefVal = allDays
	c.Flags().BoolVar(&f.stale, "stale", false, "list the stored computations whose inputs have changed since; with --backfill, compute them again")
	a.deskFlag(c)
	c.Flags().StringVar(&f.file, "risk-file", "", "risk `FILE` with scenarios, limits and proxies (default: the built-in one)")
	c.Flags().StringVar(&f.check, "check", "", "check this risk `FILE`, and compute nothing")
	c.Flags().BoolVar(&f.printFile, "print-file", false, "print the built-in risk file, and compute nothing")
	jsonFlag(c, &f.asJSON)
	c.Flags().BoolVar(&f.allowMissing, "allow-missing", false, "compute even if much of the book has no price history")
	return c
}

// runRisk does what the flags ask for. --backfill, --check and --print-file count on the command line
// only: from the environment they would change what every call does.
func (a *app) runRisk(c *cobra.Command, db databaseFlags, f riskFlags, args []string) error {
	given := c.Flags().Changed
	modes := 0
	for _, flag := range []string{"as-of", "backfill", "check", "print-file"} {
		if given(flag) {
			modes++
		}
	}
	switch {
	case modes > 1:
		return usagef("--as-of, --backfill, --check and --print-file exclude each other: give one of them")
	case given("stale") && (given("as-of") || given("check") || given("print-file")):
		return usagef("--stale goes alone or with --backfill, not with --as-of, --check or --print-file")
	case f.asJSON && (given("check") || given("print-file")):
		return usagef("--json goes neither with --check nor with --print-file")
	case len(args) > 0 && !given("backfill"):
		return usagef("risk takes no argument %q: give a day with --as-of, or several days with --backfill FROM TO", args[0])
	case given("print-file"):
		_, err := a.Out.Write(riskfile.DefaultText)
		return err
	case given("check"):
		return a.checkRiskFile(c.Context(), db, f.check)
	case given("backfill"):
		days := args
		if f.backfill != allDays {
			days = append([]string{f.backfill}, args...)
		}
		from, to, err := backfillRange(a.rules(), a.Now(), days, f.stale)
		if err != nil {
			return err
		}
		if f.stale {
			return a.backfillStale(c.Context(), db, f, from, to)
		}
		return a.backfillRisk(c.Context(), db, f, from, to)
	case f.stale:
		return a.listStale(c.Context(), db, f)
	}
	at, err := f.asOf.instant(a.rules(), a.Now())
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = a.Now()
	}
	return a.riskAsOf(c.Context(), db, f, at)
}

// allDays is the value of --backfill if no day follows the flag.
const allDays = "all"

// backfillRange reads the days of --backfill FROM [TO]. If `all` is true there may be no day, which means every day.
func backfillRange(rules desk.Rules, now time.Time, days []string, all bool) (from, to time.Time, err error) {
	to = rules.Today(now)
	switch {
	case len(days) == 0 && all:
		return time.Unix(0, 0).UTC(), to, nil
	case len(days) == 0:
		return from, to, usagef("--backfill needs the day FROM, such as --backfill 2026-01-02 2026-01-31, or --stale")
	case len(days) > 2:
		return from, to, usagef("--backfill takes only the days FROM and TO: %q is one argument too many", days[2])
	}
	if from, err = backfillDay("FROM", days[0]); err != nil {
		return from, to, err
	}
	if len(days) > 1 {
		if to, err = backfillDay("TO", days[1]); err != nil {
			return from, to, err
		}
	}
	if to.Before(from) {
		return from, to, usagef("--backfill ends on %s, before it begins on %s", to.Format(time.DateOnly), days[0])
	}
	return from, to, nil
}

func backfillDay(name, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, usagef("--backfill: %s %q is not a day such as 2026-01-31", name, text)
	}
	if day.Year() < 1970 {
		return day, usagef("--backfill: %s %q is before 1970", name, text)
	}
	return day, nil
}

// openRisk opens the database, and reads the risk file, which it checks against the database's instruments.
func (a *app) openRisk(ctx context.Context, dbFlags databaseFlags, path string) (*database, riskfile.File, error) {
	db, err := a.openMigrated(ctx, dbFlags)
	if err != nil {
		return nil, riskfile.File{}, err
	}
	file, err := a.readRiskFile(ctx, db, path)
	if err != nil {
		_ = db.Close()
		return nil, riskfile.File{}, err
	}
	return db, file, nil
}

// readRiskFile reads a risk file. For the path "" it takes what the desk file says of risk, else the built-in file. It prints the file's warnings
// on standard error.
func (a *app) readRiskFile(ctx context.Context, db *database, path string) (riskfile.File, error) {
	inDesk := path == "" && len(a.desk.file.RiskSections()) > 0
	if path == "" && !inDesk {
		return riskfile.Default()
	}
	var text []byte
	if !inDesk {
		var err error
		if text, err = readFile(path); err != nil {
			return riskfile.File{}, err
		}
	}
	instruments, err := db.InstrumentList(ctx)
	if err != nil {
		return riskfile.File{}, err
	}
	if instruments == nil {
		instruments = []desk.Instrument{} // an empty list says that there are no instruments; nil would say that they are not known
	}
	var file riskfile.File
	if inDesk {
		var whole deskfile.File
		whole, err = deskfile.Read(a.desk.path, a.desk.text, instruments)
		file = whole.Risk
	} else {
		file, err = riskfile.Read(path, text, a.rules(), instruments)
	}
	for _, warning := range file.Warnings {
		fmt.Fprintln(a.Err, warning)
	}
	return file, err
}

func (a *app) checkRiskFile(ctx context.Context, dbFlags databaseFlags, path string) error {
	if path == "" {
		return usagef("--check needs a file, such as: macrowatch risk --check risk.yaml")
	}
	db, file, err := a.openRisk(ctx, dbFlags, path)
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Fprintf(a.Out, "%s is right: %s, %s, %s\n", path, counted(len(file.Scenarios), "scenario", "scenarios"),
		counted(len(file.ReplayDays), "replay", "replays"), counted(len(file.Proxies), "proxy", "proxies"))
	if len(file.Changes) == 0 {
		fmt.Fprintln(a.Out, "It changes nothing in the built-in risk file.")
		return nil
	}
	fmt.Fprintln(a.Out, "What it changes in the built-in risk file:")
	for _, change := range file.Changes {
		fmt.Fprintf(a.Out, "  %s\n", change)
	}
	return nil
}

func (a *app) riskAsOf(ctx context.Context, dbFlags databaseFlags, f riskFlags, at time.Time) error {
	db, file, err := a.openRisk(ctx, dbFlags, f.file)
	if err != nil {
		return err
	}
	defer db.Close()
	computed, err := riskrun.New(db.Store, riskrun.SettingsOf(file, f.allowMissing), riskrun.Options{}).AsOf(ctx, at)
	if err != nil {
		return explainRefusal(err)
	}
	if f.asJSON {
		return printJSON(a.Out, riskJSONOf(computed))
	}
	_, err = a.Out.WriteString(riskText(a.rules(), computed, colorsFor(a.Out.File)))
	return err
}

// explainRefusal adds what the caller can do about a refusal.
func explainRefusal(err error) error {
	switch {
	case errors.Is(err, risk.ErrMissing):
		return fmt.Errorf("%w (name proxies in a risk file, or compute all the same with --allow-missing)", err)
	case errors.Is(err, riskrun.ErrNoBook):
		return fmt.Errorf("%w (macrowatch import portfolio-states)", err)
	}
	return err
}
