package market

import (
	"math"
	"time"

	"macrowatch/internal/desk"
)

// policies is how many central banks there are.
const policies = 6

// bank is a central bank: its rate follows the market's short rate in steps.
type bank struct {
	name     string
	follows  driver
	first    float64 // its rate on the first day
	biggest  float64 // the most that a meeting moves it
	every    int     // weekdays from meeting to meeting
	offset   int
	overnite float64 // years: the tenor that the rate is for
}

// banks returns the central banks, in the order of scene.policy.
func banks() [policies]bank {
	const overnight = 1.0 / 252
	return [policies]bank{
		{"SELIC_TARGET", brShort, 4.50, 1.00, 32, 24, overnight},
		{"FED_TARGET", usShort, 1.50, 0.75, 32, 20, overnight},
		{"ECBDEPO", eurShort, 0.50, 0.50, 32, 16, overnight},
		{"TIIE28D", mxShort, 7.25, 0.50, 32, 28, 28.0 / 360},
		{"SARBREPO", zaShort, 6.50, 0.50, 43, 14, overnight},
		{"BOJCALL", jpShort, 0.25, 0.25, 32, 12, overnight},
	}
}

// meet returns the rate in force from the n-th weekday of the history on: a quarter point is the least
// that a meeting moves it, and it does not go below zero.
func (b bank) meet(rate float64, n int, s scene) float64 {
	if n%b.every != b.offset {
		return rate
	}
	const quarter = 0.25
	gap := math.Round((s.at[b.follows]-rate)/quarter) * quarter
	return max(0, rate+max(-b.biggest, min(b.biggest, gap)))
}

func policyRates() []quote {
	var all []quote
	for n, b := range banks() {
		all = append(all, quote{
			Instrument: desk.Instrument{
				Name: b.name, Kind: desk.KindYield, QuotedIn: desk.InPercent, AssetClass: "Rates", TenorYears: &b.overnite,
			},
			decimals: 2, level: func(s scene, _ time.Time) float64 { return s.policy[n] },
		})
	}
	return all
}
