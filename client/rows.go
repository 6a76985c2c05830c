package client

import "time"

// Row is a row of one of the kinds that macrowatch takes.
type Row interface {
	Signal | PortfolioState | Instrument | Price | RiskMetric | StressResult | LimitStatus | PipelineRun
	kind() string
}

// Signal is what a strategy says about an instrument at a time.
type Signal struct {
	Strategy    string    `json:"strategy_id"`
	Instrument  string    `json:"instrument"`
	Direction   string    `json:"direction"`          // LONG, SHORT or NEUTRAL
	Strength    *float64  `json:"strength,omitempty"` // from 0 to 1
	Confidence  float64   `json:"confidence"`         // from 0 to 1
	GeneratedAt time.Time `json:"generated_at"`
}

// PortfolioState is a position of a snapshot of the book.
type PortfolioState struct {
	Timestamp   time.Time `json:"timestamp"` // the same for all rows of a snapshot
	Strategy    string    `json:"strategy_id"`
	Instrument  string    `json:"instrument"`
	Weight      float64   `json:"weight"` // a share of the NAV; negative for a short position
	TotalEquity float64   `json:"total_equity"`
}

// Instrument says what an instrument is.
type Instrument struct {
	Name             string   `json:"instrument"`
	Kind             string   `json:"kind"`                        // price or yield
	QuotedIn         string   `json:"quoted_in"`                   // a currency, percent or bp
	AssetClass       string   `json:"asset_class,omitempty"`       // without it, the instrument's name decides
	Maturity         string   `json:"maturity,omitempty"`          // a day: 2030-01-02
	TenorYears       *float64 `json:"tenor_years,omitempty"`       // of a constant-maturity yield
	CouponPct        *float64 `json:"coupon_pct,omitempty"`        // a year
	ModifiedDuration *float64 `json:"modified_duration,omitempty"` // in years
}

// Price is an instrument's price or yield of a day.
type Price struct {
	Instrument string  `json:"instrument"`
	Date       string  `json:"price_date"` // 2026-03-02
	Value      float64 `json:"price"`
}

// RiskMetric is the risk of the book at a time. A figure that is nil was not computed.
type RiskMetric struct {
	ComputedAt         time.Time `json:"computed_at"`
	VaR95Pct           *float64  `json:"var_95_pct"`
	VaR99Pct           *float64  `json:"var_99_pct"`
	CVaR95Pct          *float64  `json:"cvar_95_pct"`
	MaxDrawdownPct     float64   `json:"max_drawdown"`
	MaxDrawdown252dPct float64   `json:"max_drawdown_252d_pct"`
}

// StressResult is what the book makes in a scenario.
type StressResult struct {
	RunDate         time.Time `json:"run_date"`
	Scenario        string    `json:"scenario_name"`
	PortfolioPnLPct float64   `json:"portfolio_pnl_pct"`
}

// LimitStatus is how much of a limit is used. Both figures are nil if the use is unknown.
type LimitStatus struct {
	CheckedAt      time.Time `json:"checked_at"`
	Limit          string    `json:"limit_name"`
	LimitValue     float64   `json:"limit_value"`
	CurrentValue   *float64  `json:"current_value"`
	UtilizationPct *float64  `json:"utilization_pct"`
}

// PipelineRun is a run of a step that another program has recorded. Client.Run records one that this program makes.
type PipelineRun struct {
	ID              string     `json:"run_id"`
	Step            string     `json:"step_name"`
	Status          string     `json:"status"` // RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED
	StartedAt       time.Time  `json:"started_at"`
	FinishedAt      *time.Time `json:"finished_at,omitempty"`
	DurationSeconds *float64   `json:"duration_seconds,omitempty"`
	ErrorMessage    string     `json:"error_message,omitempty"` // macrowatch masks the secrets in it
}

func (Signal) kind() string         { return "signals" }
func (PortfolioState) kind() string { return "portfolio-states" }
func (Instrument) kind() string     { return "instruments" }
func (Price) kind() string          { return "prices" }
func (RiskMetric) kind() string     { return "risk-metrics" }
func (StressResult) kind() string   { return "stress-results" }
func (LimitStatus) kind() string    { return "limit-statuses" }
func (PipelineRun) kind() string    { return "pipeline-runs" }
