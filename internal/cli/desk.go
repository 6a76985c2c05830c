package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/desk"
)

func (a *app) deskRunCommand() *cobra.Command {
	var f databaseFlags
	var prices priceFlags
	var from, to string
	c := &cobra.Command{
		Use:   "run",
		Short: "Run the sample desk over days of price history",
		Long: `Runs the sample desk's strategies over days of price history, and writes the pipeline runs,
signals and positions of each day.

The prices are those of --prices, else those in the database. If the database has none, the desk
trades simulated prices. If the instruments of a strategy are missing, the strategy does not trade,
and the command says so. If an instrument's prices end, its position is closed at the last price.

The figures of a day depend neither on later days nor on the day with which the command begins. So
running it again over the same days writes the same rows.

The command refuses a database that holds another desk's record.`,
		Example: `  macrowatch desk run
  macrowatch desk run --from 2024-01-01 --to 2024-12-31
  macrowatch desk run --prices prices.csv --instruments instruments.csv`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			begin, err := dayFlag(a.rules(), a.Now(), "from", from)
			if err != nil {
				return err
			}
			end, err := dayFlag(a.rules(), a.Now(), "to", to)
			if err != nil {
				return err
			}
			if !begin.IsZero() && !end.IsZero() && end.Before(begin) {
				return usagef("--to %s is before --from %s", to, from)
			}
			if err := prices.check(); err != nil {
				return err
			}
			return a.deskRun(c.Context(), f, prices, begin, end)
		},
	}
	f.register(c)
	a.deskFlag(c)
	prices.register(c)
	c.Flags().StringVar(&from, "from", "", "first `DAY`, such as 2024-01-31 (default: the first day with prices)")
	c.Flags().StringVar(&to, "to", "", "last `DAY` (default: the last day with prices; today if the prices are simulated)")
	return c
}

// dayFlag reads a flag whose value is a day, and returns midnight UTC of that day. Without the flag it returns the
// zero time.
func dayFlag(rules desk.Rules, now time.Time, name, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return time.Time{}, usagef("--%s %q is not a day such as 2024-01-31", name, value)
	}
	if day.After(rules.Today(now)) {
		return time.Time{}, usagef("--%s %s is in the future", name, value)
	}
	return day, nil
}

func (a *app) deskRun(ctx context.Context, f databaseFlags, prices priceFlags, from, to time.Time) error {
	db, err := a.openDatabase(ctx, f, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := a.openSample(ctx, db, prices, false)
	if err != nil {
		return err
	}
	if to.IsZero() {
		if to, err = s.record.LastDay(ctx); err != nil {
			return err
		}
	}
	now := a.Now()
	if !to.IsZero() {
		now = endOfDay(a.rules(), to, now)
	}
	if now.Before(from) {
		return fmt.Errorf("there are no days to run: the prices end on %s, before --from %s", to.Format(time.DateOnly), from.Format(time.DateOnly))
	}
	return s.write(ctx, from, now)
}
