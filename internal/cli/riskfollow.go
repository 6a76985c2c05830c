package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"macrowatch/internal/background"
	"macrowatch/internal/risk/riskrun"
	"macrowatch/internal/sample/anydesk"
	"macrowatch/internal/sample/market"
	"macrowatch/internal/sample/samplerecord"
)

// importedRiskYears is how many years back a demo on imported prices computes the risk if none is stored.
// Such prices may begin decades ago. On simulated prices, the risk is computed from the first day on.
const importedRiskYears = 5

// riskFileFlag is where demo and serve read scenarios, limits and proxies from.
type riskFileFlag struct{ path string }

func (f *riskFileFlag) register(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "risk-file", "", "risk `FILE` with scenarios, limits and proxies (default: the built-in one)")
}

// riskSettings are the settings of a risk file.
func (a *app) riskSettings(ctx context.Context, db *database, f riskFileFlag, allowMissing bool) (riskrun.Settings, error) {
	file, err := a.readRiskFile(ctx, db, f.path)
	if err != nil {
		return riskrun.Settings{}, err
	}
	return riskrun.SettingsOf(file, allowMissing), nil
}

// followRisk computes the risk of each new snapshot until ctx ends. If the login may not write, serve shows the
// risk that others compute. followRisk then fails only if there is a snapshot whose risk nobody has computed.
func (v *viewer) followRisk(ctx context.Context, settings riskrun.Settings) {
	task := background.Task{Name: "risk", Fault: "The risk of the newest book is not computed"}
	v.app.background.Run(ctx, task, func(ctx context.Context, tell func(error)) error {
		runner := riskrun.New(v.db.Store, settings, riskrun.Options{})
		return runner.Follow(ctx, riskrun.FollowOptions{Now: v.app.Now, Changed: v.changed, Tell: tell, Logger: v.app.log})
	})
}

// riskSettings returns the settings of the sample desk's risk. On imported prices the risk is computed
// however much of the book has no price history, because files with prices often contain contracts that are
// still young. Each computation names the instruments that it leaves out.
func (s *sample) riskSettings(ctx context.Context, f riskFileFlag) (riskrun.Settings, error) {
	source, err := s.record.Source(ctx)
	if err != nil {
		return riskrun.Settings{}, err
	}
	return s.app.riskSettings(ctx, s.db, f, source == samplerecord.Imported)
}

// computeRisk computes the sample desk's risk up to now, for the days that have none.
func (s *sample) computeRisk(ctx context.Context, settings riskrun.Settings, now time.Time, p *preparation) error {
	source, err := s.record.Source(ctx)
	if err != nil {
		return err
	}
	from := market.Epoch()
	if !s.app.isBuiltInDesk() {
		from = anydesk.Epoch()
	}
	if source == samplerecord.Imported {
		from = now.AddDate(-importedRiskYears, 0, 0)
	}
	last, err := s.db.RiskNewest(ctx)
	if err != nil {
		return err
	}
	if last.After(from) && !last.After(now) {
		from = last
	}
	began := time.Now()
	result, err := riskrun.New(s.db.Store, settings, riskrun.Options{Progress: p.risk()}).Backfill(ctx, s.app.rules().Today(from), s.app.rules().Today(now))
	p.line.wipe()
	if errors.Is(err, riskrun.ErrNoBook) {
		return nil // the desk has not worked since the last risk
	}
	if err != nil {
		return fmt.Errorf("compute the sample desk's risk: %w", err)
	}
	s.app.tell(fmt.Sprintf("The risk of %s is computed. It took %s.", daysText(len(result.Computed)), took(time.Since(began))))
	if n := len(result.Refused); n > 0 {
		s.app.tell(fmt.Sprintf("  %s refused, the last %s: %v", daysText(n), bookDay(s.app.rules(), result.Refused[n-1].At), result.Refused[n-1].Err))
	}
	return nil
}
