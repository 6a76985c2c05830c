package cli

import (
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/riskrun"
)

// riskJSON is the output of risk --json: one computation. The keys are the columns of its tables. All figures are in
// percent of NAV. A loss is positive, except in stress, where it is negative.
type riskJSON struct {
	ComputedAt         time.Time          `json:"computed_at"`
	VaR95Pct           *float64           `json:"var_95_pct"` // null if there are too few returns
	VaR99Pct           *float64           `json:"var_99_pct"`
	CVaR95Pct          *float64           `json:"cvar_95_pct"`
	MaxDrawdown        float64            `json:"max_drawdown"`
	MaxDrawdown252dPct float64            `json:"max_drawdown_252d_pct"`
	Measures           []measureJSON      `json:"measures"`
	Contributions      []contributionJSON `json:"contributions"`
	Stress             []stressJSON       `json:"stress"`
	Limits             []limitJSON        `json:"limits"`
	Backtest           []backtestJSON     `json:"backtest"`
	Notes              []noteJSON         `json:"notes"`
}

type measureJSON struct {
	Method        string  `json:"method"`
	ConfidencePct float64 `json:"confidence_pct"`
	VaRPct        float64 `json:"var_pct"`
	CVaRPct       float64 `json:"cvar_pct"`
	Observations  int     `json:"observations"`
	WindowFrom    string  `json:"window_from"`
	WindowTo      string  `json:"window_to"`
}

type contributionJSON struct {
	Grouping            string  `json:"grouping"`
	Name                string  `json:"name"`
	NetWeight           float64 `json:"net_weight"`
	GrossWeight         float64 `json:"gross_weight"`
	VaR95Pct            float64 `json:"var_95_pct"`
	VaR99Pct            float64 `json:"var_99_pct"`
	CVaR95Pct           float64 `json:"cvar_95_pct"`
	CVaR99Pct           float64 `json:"cvar_99_pct"`
	IncrementalVaR95Pct float64 `json:"incremental_var_95_pct"`
	IncrementalVaR99Pct float64 `json:"incremental_var_99_pct"`
}

type stressJSON struct {
	ScenarioName    string  `json:"scenario_name"`
	PortfolioPnLPct float64 `json:"portfolio_pnl_pct"`
}

type limitJSON struct {
	LimitName      string   `json:"limit_name"`
	LimitValue     float64  `json:"limit_value"`
	CurrentValue   *float64 `json:"current_value"` // null if there are too few returns
	UtilizationPct *float64 `json:"utilization_pct"`
	Breach         bool     `json:"breach"`
}

type backtestJSON struct {
	ConfidencePct   float64  `json:"confidence_pct"`
	Days            int      `json:"days"`
	Exceptions      int      `json:"exceptions"`
	KupiecP         *float64 `json:"kupiec_p"` // null if the test can't be computed
	ChristoffersenP *float64 `json:"christoffersen_p"`
	Zone            string   `json:"zone,omitempty"`
}

type noteJSON struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func riskJSONOf(c desk.RiskComputation) riskJSON {
	m := c.Metric
	j := riskJSON{
		ComputedAt: m.ComputedAt.UTC(), MaxDrawdown: m.MaxDrawdownPct, MaxDrawdown252dPct: m.MaxDrawdown252dPct,
		Measures: []measureJSON{}, Contributions: []contributionJSON{}, Stress: []stressJSON{}, Limits: []limitJSON{},
		Backtest: []backtestJSON{}, Notes: []noteJSON{},
	}
	if !m.NoVaR {
		j.VaR95Pct, j.VaR99Pct, j.CVaR95Pct = &m.VaR95Pct, &m.VaR99Pct, &m.CVaR95Pct
	}
	for _, x := range c.Measures {
		j.Measures = append(j.Measures, measureJSON{string(x.Method), x.ConfidencePct, x.VaRPct, x.CVaRPct, x.Observations,
			x.WindowFrom.Format(time.DateOnly), x.WindowTo.Format(time.DateOnly)})
	}
	for _, x := range c.Contributions {
		j.Contributions = append(j.Contributions, contributionJSON{string(x.Grouping), x.Name, x.NetWeight, x.GrossWeight,
			x.VaR95Pct, x.VaR99Pct, x.CVaR95Pct, x.CVaR99Pct, x.IncrementalVaR95Pct, x.IncrementalVaR99Pct})
	}
	for _, x := range c.Stress {
		j.Stress = append(j.Stress, stressJSON{x.Scenario, x.PortfolioPnLPct})
	}
	for _, x := range c.Limits {
		l := limitJSON{LimitName: x.Limit, LimitValue: x.LimitValue, Breach: x.UtilizationPct > 100}
		if !x.Unknown {
			l.CurrentValue, l.UtilizationPct = &x.CurrentValue, &x.UtilizationPct
		}
		j.Limits = append(j.Limits, l)
	}
	for _, x := range c.Backtest {
		b := backtestJSON{ConfidencePct: x.ConfidencePct, Days: x.Days, Exceptions: x.Exceptions, Zone: string(x.Zone)}
		if x.Kupiec != nil {
			b.KupiecP = &x.Kupiec.P
		}
		if x.Christoffersen != nil {
			b.ChristoffersenP = &x.Christoffersen.P
		}
		j.Backtest = append(j.Backtest, b)
	}
	for _, x := range c.Notes {
		j.Notes = append(j.Notes, noteJSON{x.Kind, x.Text})
	}
	return j
}

// backfillJSON is the output of risk --backfill --json.
type backfillJSON struct {
	Computed []time.Time   `json:"computed"` // the book times of the computations
	Refused  []refusedJSON `json:"refused"`
	Seconds  float64       `json:"seconds"`
}

type refusedJSON struct {
	ComputedAt time.Time `json:"computed_at"`
	Reason     string    `json:"reason"`
}

func backfillJSONOf(r riskrun.Result, elapsed time.Duration) backfillJSON {
	j := backfillJSON{Computed: []time.Time{}, Refused: []refusedJSON{}, Seconds: seconds(elapsed)}
	for _, t := range r.Computed {
		j.Computed = append(j.Computed, t.UTC())
	}
	for _, x := range r.Refused {
		j.Refused = append(j.Refused, refusedJSON{x.At.UTC(), x.Err.Error()})
	}
	return j
}

// staleListJSON is the output of risk --stale --json. With --backfill it also has what was computed again.
type staleListJSON struct {
	Stored int           `json:"stored"` // how many computations are stored
	Stale  []staleJSON   `json:"stale"`
	Redone *backfillJSON `json:"redone,omitempty"`
}

type staleJSON struct {
	ComputedAt time.Time `json:"computed_at"`
	Why        string    `json:"why"`
	CanRedo    bool      `json:"can_redo"`
}

func staleJSONOf(stored int, stale []riskrun.StaleRisk) staleListJSON {
	j := staleListJSON{Stored: stored, Stale: []staleJSON{}}
	for _, x := range stale {
		j.Stale = append(j.Stale, staleJSON{x.At.UTC(), x.Why, x.CanRedo})
	}
	return j
}
