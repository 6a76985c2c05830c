package market

import (
	"math"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
)

// policies is how many central banks there are.
const policies = 6

// bank is a central bank: its rate follows the market's short rate in steps.
type bank struct {
	name    string
	market  calendar.Market // the bank meets, and its rate is published, on this market's trading days
	follows driver
	first   float64 // its rate on the first day
	biggest float64 // the most that one meeting changes it
	every   int     // days from meeting to meeting
	offset  int
	tenor   float64 // the tenor of the rate, in years
}

// banks returns the central banks, in the order of scene.policy.
func banks() [policies]bank {
	const overnight = 1.0 / 252
	return [policies]bank{
		{"SELIC_TARGET", calendar.B3, brShort, 4.50, 1.00, 32, 24, overnight},
		{"FED_TARGET", calendar.USBonds, usShort, 1.50, 0.75, 32, 20, overnight},
		{"ECBDEPO", calendar.Currency, eurShort, 0.50, 0.50, 32, 16, overnight},
		{"TIIE28D", calendar.Currency, mxShort, 7.25, 0.50, 32, 28, 28.0 / 360},
		{"SARBREPO", calendar.Currency, zaShort, 6.50, 0.50, 43, 14, overnight},
		{"BOJCALL", calendar.Currency, jpShort, 0.25, 0.25, 32, 12, overnight},
	}
}

// meets tells whether a meeting is due on the n-th day of the history.
func (b bank) meets(n int) bool { return n%b.every == b.offset }

// decide returns the rate after a meeting. A meeting changes the rate by a multiple of a quarter point, and never to
// less than zero.
func (b bank) decide(rate float64, s scene) float64 {
	const quarter = 0.25
	gap := math.Round((s.at[b.follows]-rate)/quarter) * quarter
	return max(0, rate+max(-b.biggest, min(b.biggest, gap)))
}

func policyRates() []quote {
	var all []quote
	for n, b := range banks() {
		all = append(all, quote{
			Instrument: desk.Instrument{
				Name: b.name, Kind: desk.KindYield, QuotedIn: desk.InPercent, AssetClass: desk.Rates, TenorYears: &b.tenor,
			},
			market: b.market, decimals: 2, level: func(s scene, _ time.Time) float64 { return s.policy[n] },
		})
	}
	return all
}
