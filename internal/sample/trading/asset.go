package trading

import (
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk/pnl"
	"macrowatch/internal/sample/market"
)

// asset is an instrument with what the book needs to know of it.
type asset struct {
	desk.Instrument
	class      string
	traded     bool // some strategy trades it: only then returns are computed
	read       bool // some strategy looks at its prices
	conversion pnl.Conversion
	// baseRates and quoteRates are for an exchange rate. They are the places of the instruments that may
	// serve as its two currencies' short rates, the best first. They are empty for other assets, and if the
	// market has no such rate.
	baseRates, quoteRates []int
}

// newAsset returns an instrument with what the book needs to know of it. all are the instruments of the market.
func newAsset(i desk.Instrument, all []desk.Instrument, place map[string]int) (asset, error) {
	a := asset{Instrument: pnl.WithConventions(i), class: market.ClassOf(i)}
	if base, quote, pair := market.CurrenciesOf(i); pair {
		a.baseRates, a.quoteRates = places(shortRates(base), place), places(shortRates(quote), place)
	}
	var err error
	a.conversion, err = pnl.ConversionOf(i, all)
	return a, err
}

// shortRates names the instruments that may serve as a currency's short rate, in percent, the best
// first.
func shortRates(currency string) []string {
	switch currency {
	case "BRL":
		return []string{"CDI", "SELIC_TARGET", "SELIC"}
	case "USD":
		return []string{"FED_TARGET", "FEDFUNDS", "UST3M"}
	case "EUR":
		return []string{"ECBDEPO", "EUR2Y"}
	case "MXN":
		return []string{"TIIE28D"}
	case "ZAR":
		return []string{"SARBREPO"}
	case "JPY":
		return []string{"BOJCALL"}
	}
	return nil
}

func places(names []string, place map[string]int) []int {
	var found []int
	for _, name := range names {
		if at, ok := place[name]; ok {
			found = append(found, at)
		}
	}
	return found
}

// step is the move of an asset from one close to the next.
type step struct {
	day              time.Time // of the first close
	from, to         float64   // levels
	rateFrom, rateTo float64   // BRL per unit of the quote currency
}

// outcome is what an asset did from one close to the next.
type outcome struct {
	profit      float64 // the profit of a long position of size 1, in BRL, without carry
	move        float64 // the relative move of a price, or the move of a yield in decimals
	sensitivity pnl.Sensitivity
}

// outcome computes what the asset did on a step.
func (a *asset) outcome(s step) (outcome, error) {
	if a.Kind == desk.KindPrice {
		profit, err := pnl.PriceReturn(s.from, s.to, s.rateFrom, s.rateTo)
		return outcome{profit: profit, move: profit}, err
	}
	sensitivity, err := pnl.SensitivityOf(a.Instrument, s.day, s.from)
	if err != nil {
		return outcome{}, err
	}
	move, err := pnl.Decimal(a.QuotedIn, s.to-s.from)
	if err != nil {
		return outcome{}, err
	}
	return outcome{sensitivity.Return(move), move, sensitivity}, nil
}

// endsBy tells whether the asset is too near its maturity to be traded.
func (a *asset) endsBy(day time.Time) bool {
	return !a.Maturity.IsZero() && a.Maturity.Before(day.AddDate(0, 0, CloseOut))
}
