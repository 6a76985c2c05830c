package strategy

import "macrowatch/internal/desk"

// Series is an instrument's history up to a close, one value per weekday since its first price.
type Series struct {
	Kind desk.Kind
	// Levels are the instrument's prices or yields. A weekday without a price has the price of the day before.
	Levels []float64
	// Growth is the sum so far of ln(1 + the day's profit in BRL per unit of position, without carry):
	// a price index of the asset, so that it rises when a yield falls. As long as Levels.
	Growth []float64
	// Volatility is the annual volatility of that profit, above 0; 0 while there is too little history.
	Volatility float64
	// Live says that the instrument has a recent price and may be traded.
	Live bool
}

// level returns the last level. There always is one, since rules get only series that are live.
func (s *Series) level() float64 { return s.Levels[len(s.Levels)-1] }

// grown returns the growth from n weekdays ago to `skip` weekdays ago. It returns false if the history is too short
// or n is not above `skip`.
func (s *Series) grown(n, skip int) (float64, bool) {
	last := len(s.Growth) - 1 - skip
	if last-(n-skip) < 0 || n <= skip {
		return 0, false
	}
	return s.Growth[last] - s.Growth[last-(n-skip)], true
}

// daily is the volatility of a weekday.
func (s *Series) daily() float64 { return s.Volatility / rootOfYear }
