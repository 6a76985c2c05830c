package intake

import "macrowatch/internal/record/dialect"

// columnFacts say what the cells of a column hold.
type columnFacts struct {
	cells   dialect.Type
	unit    string // for people: what kind of value it is, with its unit
	about   string
	example string
}

// factsOf returns the facts of a column. Columns of the same name hold the same in every kind. A test finds a column
// without facts.
func factsOf(name string) columnFacts { return facts[name] }

// The units that several columns have.
const (
	aName     = "name"
	anInstant = "time with its zone"
	aDay      = "day"
	aShare    = "number from 0 to 1"
	aPercent  = "percent"
)

// facts are the columns of all kinds.
var facts = map[string]columnFacts{
	"run_id":           {dialect.Text, aName, "the run; a second row with it replaces the first", "2026-01-30-fred"},
	"step_name":        {dialect.Text, aName, "the step of the pipeline", "fred"},
	"status":           {dialect.Text, "word", "RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED, or another tool's word for one", "SUCCESS"},
	"started_at":       {dialect.Time, anInstant, "when the run began", "2026-01-30T06:02:00-03:00"},
	"finished_at":      {dialect.Time, anInstant, "when it ended; empty while it is RUNNING", "2026-01-30T06:03:19-03:00"},
	"duration_seconds": {dialect.Number, "seconds", "how long it took; a run that is over has this or finished_at, or both that agree", "79"},
	"error_message":    {dialect.Text, "text", "what a failed run said", ""},

	"strategy_id":  {dialect.Text, aName, "the strategy", "FX_CARRY"},
	"instrument":   {dialect.Text, aName, "the instrument", "USDBRL"},
	"direction":    {dialect.Text, "word", "LONG, SHORT or NEUTRAL, or another tool's word for one", "LONG"},
	"strength":     {dialect.Share, aShare, "how strong the signal is", "0.4"},
	"confidence":   {dialect.Share, aShare, "how sure the strategy is", "0.7"},
	"generated_at": {dialect.Time, anInstant, "when the strategy emitted the signal", "2026-01-30T18:00:00-03:00"},

	"timestamp":    {dialect.Time, anInstant, "when the snapshot of the book was taken", "2026-01-30T19:00:00-03:00"},
	"weight":       {dialect.Share, "share of the NAV", "the position: 0.25 is a quarter of the NAV, long; a short position is negative", "0.25"},
	"total_equity": {dialect.Number, "currency of the book", "the NAV of the whole book, the same in all rows of a snapshot", "101.35"},

	"kind":              {dialect.Text, "word", "price or yield", "yield"},
	"quoted_in":         {dialect.Text, "unit", "for yields percent or bp; for prices any text", "percent"},
	"asset_class":       {dialect.Text, aName, "the asset class; without it, the name of the instrument decides", "Rates"},
	"maturity":          {dialect.Day, aDay, "when a bond or a contract matures", "2028-01-03"},
	"tenor_years":       {dialect.Number, "years", "the tenor of a yield without a fixed maturity", "10"},
	"coupon_pct":        {dialect.Percent, "percent a year", "the coupon", "6"},
	"modified_duration": {dialect.Number, "years", "the modified duration", "1.7"},

	"price_date": {dialect.Day, aDay, "the day of the price", "2026-01-30"},
	"price":      {dialect.Price, "as the instrument is quoted", "the price; the yield, of an instrument whose kind is yield", "5.43"},

	"computed_at":           {dialect.Time, anInstant, "when the risk was computed", "2026-01-30T19:05:00-03:00"},
	"var_95_pct":            {dialect.Percent, aPercent + " of the NAV", "value at risk, one day, 95 %; a loss is positive", "1.8"},
	"var_99_pct":            {dialect.Percent, aPercent + " of the NAV", "the same at 99 %", "2.9"},
	"cvar_95_pct":           {dialect.Percent, aPercent + " of the NAV", "the expected shortfall at 95 %", "2.5"},
	"max_drawdown":          {dialect.Percent, aPercent, "how far the NAV stands below its peak, as a positive number", "3.1"},
	"max_drawdown_252d_pct": {dialect.Percent, aPercent, "the deepest fall of 252 days, as a positive number", "7.4"},

	"run_date":          {dialect.Time, anInstant, "when the scenarios were computed", "2026-01-30T19:05:00-03:00"},
	"scenario_name":     {dialect.Text, aName, "the scenario", "Taper Tantrum"},
	"portfolio_pnl_pct": {dialect.Percent, aPercent + " of the NAV", "what the book makes in the scenario; a loss is negative", "-4.2"},

	"checked_at":      {dialect.Time, anInstant, "when the limit was checked", "2026-01-30T19:05:00-03:00"},
	"limit_name":      {dialect.Text, aName, "the limit", "VaR 99%"},
	"limit_value":     {dialect.Number, "unit of the limit", "the most that is allowed", "3"},
	"current_value":   {dialect.Number, "unit of the limit", "what was measured; empty if it is not known", "2.1"},
	"utilization_pct": {dialect.Percent, aPercent + " of the limit", "current_value as a share of limit_value; empty if it is not known", "70"},
}
