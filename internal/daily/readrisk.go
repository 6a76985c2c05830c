package daily

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// emptyFrame is the answer that a query without an answer is taken to have.
func emptyFrame() *data.Frame { return data.NewFrame("") }

// testedShown is how many days before the day's moment the backtest is drawn for.
const testedShown = 90

func (r *reader) readRisk() {
	f := &r.day.Risk
	computed := r.first("The state of the risk figures", r.queries.Computed)
	f.Status, f.StatusText = computed.text(0, "status"), computed.text(0, "book")
	metrics := r.first("The risk figures", r.queries.Metrics)
	f.VaR95, f.VaR99, f.CVaR95 = metrics.number(0, "var_95_pct"), metrics.number(0, "var_99_pct"), metrics.number(0, "cvar_95_pct")
	f.Drawdown, f.WorstDrawdown = metrics.number(0, "max_drawdown"), metrics.number(0, "max_drawdown_252d_pct")
	for _, q := range r.queries.Dials {
		marks := r.first("The marks of "+q.Title, q.SQL)
		f.Dials = append(f.Dials, dial{q.Title, q.Limit, metrics.number(0, q.Field), marks.number(0, "watch"), marks.number(0, "limit_value")})
	}
	methods := r.latest("VaR by method", r.queries.Methods)
	for n := range methods.count() {
		f.Methods = append(f.Methods, method{
			methods.text(n, "Method"), methods.number(n, "VaR 95%"), methods.number(n, "VaR 99%"), methods.number(n, "CVaR 95%"), methods.number(n, "CVaR 99%"),
			int(methods.number(n, "Returns").Value), methods.text(n, "From"), methods.text(n, "To"),
		})
	}
	f.Stress = pairs(r.latest("The stress test", r.queries.Stress), "Scenario", "P&L")
	f.Drivers = pairs(r.latest("What drives the risk", r.queries.Drivers), "Instrument", "CVaR 95%")
	r.readLimits()
	r.readBacktest()
	notes := r.latest("The notes on the risk", r.queries.Notes)
	for n := range notes.count() {
		f.Notes = append(f.Notes, note{notes.text(n, "About"), notes.text(n, "Note")})
	}
}

// pairs are the names and values of two columns.
func pairs(all rows, name, value string) []named {
	var out []named
	for n := range all.count() {
		if v := all.number(n, value); v.Known {
			out = append(out, named{all.text(n, name), v.Value})
		}
	}
	return out
}

func (r *reader) readLimits() {
	all := r.latest("The limits", r.queries.Limits)
	for n := range all.count() {
		r.day.Risk.Limits = append(r.day.Risk.Limits, limit{
			all.text(n, "limit"), all.number(n, "utilization"), all.number(n, "current_value"), all.number(n, "limit_value"),
			all.time(n, "since"), all.flag(n, "longer"),
		})
	}
}

func (r *reader) readBacktest() {
	f := &r.day.Risk
	totals := r.latest("The backtest", r.queries.Backtest)
	for n := range totals.count() {
		f.Backtest = append(f.Backtest, backtest{
			totals.text(n, "Tested"), int(totals.number(n, "Days").Value), int(totals.number(n, "Exceptions").Value), totals.number(n, "Expected"),
			totals.number(n, "Kupiec p"), totals.number(n, "Christoffersen p"), totals.text(n, "Basel zone"),
		})
	}
	days := r.ask("The days of the backtest", r.queries.Tested, "table", r.cfg.At.AddDate(0, 0, -testedShown))
	for n := range days.count() {
		f.Tested = append(f.Tested, testedDay{
			days.time(n, "time"), days.number(n, "Hypothetical P&L"), days.number(n, "Actual return"), days.number(n, "-VaR 95%"), days.number(n, "-VaR 99%"),
		})
	}
}

func (r *reader) readSignals() {
	s := &r.day.Signals
	all := r.latest("The signals", r.queries.Signals)
	for n := range all.count() {
		s.Newest = all.time(n, "newest")
		switch direction := all.text(n, "direction"); direction {
		case "":
		case "LONG", "SHORT":
			if direction == "LONG" {
				s.Long++
			} else {
				s.Short++
			}
			s.Strongest = append(s.Strongest, signal{all.text(n, "strategy"), all.text(n, "instrument"), direction, all.number(n, "confidence")})
		case "NEUTRAL":
			s.Neutral++
		default:
			s.Unknown++
		}
	}
	flips := r.latest("The changes of direction", r.queries.Flips)
	for n := range flips.count() {
		s.Flips = append(s.Flips, flip{flips.time(n, "Time"), flips.text(n, "Strategy"), flips.text(n, "Instrument"), flips.text(n, "From"), flips.text(n, "To")})
		s.MoreFlips = s.MoreFlips || flips.text(n, "cut") != ""
	}
}

func (r *reader) readPrices() {
	all := r.latest("The prices", r.queries.Prices)
	for n := range all.count() {
		r.day.heldPrice = append(r.day.heldPrice, heldPrice{all.text(n, "instrument"), all.number(n, "weight"), all.date(n, "price_date")})
	}
}

// closingOf is the moment at which the prices of a day are known.
func (d Day) closingOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), d.Rules.ClosingHour, 0, 0, 0, d.Rules.Location())
}
