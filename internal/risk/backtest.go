package risk

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// BacktestDays is how many days a backtest looks at: Basel's traffic light is made for 250.
const BacktestDays = 250

// BacktestDay is one day of a backtest, in percent of NAV.
type BacktestDay struct {
	Day time.Time
	// VaR is what was stored for the day before, a loss positive.
	VaR float64
	// PnL is the hypothetical P&L: the book of the day before under this day's moves.
	PnL float64
}

// exception tells whether the loss was beyond the value at risk; a loss equal to it is not.
func (d BacktestDay) exception() bool { return -d.PnL > d.VaR }

// Test is a likelihood-ratio test.
type Test struct {
	Statistic float64
	// PValue is the probability of a statistic at least as large where the model is right.
	PValue float64
}

// Backtest is how often losses went beyond the value at risk, and what that says of it.
type Backtest struct {
	Confidence float64
	Days       int
	Expected   float64     // Days × (1 − Confidence)
	Exceptions []time.Time // the days of losses beyond the value at risk
	// Kupiec tests that exceptions are as frequent as they should be.
	Kupiec Test
	// Independence tests that an exception makes another on the next day no more likely (Christoffersen).
	Independence Test
	// Joint tests both at once: the sum of the two statistics, with two degrees of freedom.
	Joint Test
	// ExactPValue is the two-sided binomial test's: twice the probability of at most, or of at least, so
	// many exceptions, whichever is smaller.
	ExactPValue float64
	// Zone is Basel's traffic light at 99 %; "" at another confidence.
	Zone Zone
}

// Zone is a colour of Basel's traffic light.
type Zone string

// The zones.
const (
	Green  Zone = "green"
	Yellow Zone = "yellow"
	Red    Zone = "red"
)

// TrafficLight returns Basel's zone of a count of exceptions at 99 % within 250 days: green 0 to 4,
// yellow 5 to 9, red 10 and more (Basel Committee, Supervisory framework for the use of "backtesting",
// 1996, table 2).
func TrafficLight(exceptions int) Zone {
	switch {
	case exceptions <= 4:
		return Green
	case exceptions <= 9:
		return Yellow
	}
	return Red
}

// BacktestOf tests the value at risk of a confidence against what happened, on consecutive days in
// order; the caller gives the last BacktestDays. An error where there is no day or a figure is not
// finite.
func BacktestOf(days []BacktestDay, confidence float64) (Backtest, error) {
	if len(days) == 0 {
		return Backtest{}, fmt.Errorf("backtest: no day has both a value at risk of the day before and a P&L")
	}
	hits := make([]bool, len(days))
	b := Backtest{Confidence: confidence, Days: len(days), Expected: float64(len(days)) * (1 - confidence)}
	for n, d := range days {
		if math.IsNaN(d.VaR+d.PnL) || math.IsInf(d.VaR+d.PnL, 0) {
			return Backtest{}, fmt.Errorf("backtest: on %s VaR is %v and P&L %v", date(d.Day), d.VaR, d.PnL)
		}
		if hits[n] = d.exception(); hits[n] {
			b.Exceptions = append(b.Exceptions, d.Day)
		}
	}
	b.Kupiec = Kupiec(len(days), len(b.Exceptions), 1-confidence)
	b.Independence = Christoffersen(hits)
	joint := b.Kupiec.Statistic + b.Independence.Statistic
	b.Joint = Test{joint, distuv.ChiSquared{K: 2}.Survival(joint)}
	b.ExactPValue = exactPValue(len(days), len(b.Exceptions), 1-confidence)
	if confidence == 0.99 {
		b.Zone = TrafficLight(len(b.Exceptions))
	}
	return b, nil
}

// Kupiec tests the proportion of failures: that x exceptions in n days come from a probability p
// (Kupiec, Techniques for verifying the accuracy of risk measurement models, 1995). With q = x/n,
//
//	LR = −2·ln[ (1−p)^(n−x)·p^x / ((1−q)^(n−x)·q^x) ]
//
// and 0·ln 0 = 0, is distributed as χ² with one degree of freedom.
func Kupiec(n, x int, p float64) Test {
	q := float64(x) / float64(n)
	return chiSquared(2 * (logLikelihood(n-x, x, q) - logLikelihood(n-x, x, p)))
}

// Christoffersen tests independence against a first-order Markov chain (Christoffersen, Evaluating
// interval forecasts, 1998). With n_ij the days in state j (1 an exception) after a day in state i,
// q_i = n_i1/(n_i0+n_i1) and q the share of all n_·1,
//
//	LR = −2·ln[ (1−q)^(n00+n10)·q^(n01+n11) / ((1−q0)^n00·q0^n01·(1−q1)^n10·q1^n11) ]
//
// and 0·ln 0 = 0, is distributed as χ² with one degree of freedom. Without exceptions it is 0.
func Christoffersen(exceptions []bool) Test {
	var n [2][2]int
	state := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	for k := 1; k < len(exceptions); k++ {
		n[state(exceptions[k-1])][state(exceptions[k])]++
	}
	share := func(no, yes int) float64 {
		if no+yes == 0 {
			return 0
		}
		return float64(yes) / float64(no+yes)
	}
	no, yes := n[0][0]+n[1][0], n[0][1]+n[1][1]
	return chiSquared(2 * (logLikelihood(n[0][0], n[0][1], share(n[0][0], n[0][1])) +
		logLikelihood(n[1][0], n[1][1], share(n[1][0], n[1][1])) - logLikelihood(no, yes, share(no, yes))))
}

// logLikelihood of so many failures and successes of probability p.
func logLikelihood(no, yes int, p float64) float64 {
	sum := 0.0
	if no > 0 {
		sum += float64(no) * math.Log1p(-p)
	}
	if yes > 0 {
		sum += float64(yes) * math.Log(p)
	}
	return sum
}

// chiSquared gives a statistic its p-value; rounding may have made it a little negative.
func chiSquared(statistic float64) Test {
	statistic = math.Max(0, statistic)
	return Test{statistic, distuv.ChiSquared{K: 1}.Survival(statistic)}
}

// exactPValue is twice the smaller of the probabilities of at most and of at least x, at most 1.
func exactPValue(n, x int, p float64) float64 {
	binomial := distuv.Binomial{N: float64(n), P: p}
	atMost := binomial.CDF(float64(x))
	atLeast := 1 - binomial.CDF(float64(x)-1)
	return math.Min(1, 2*math.Min(atMost, atLeast))
}
