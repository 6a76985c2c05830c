package risk

import (
	"errors"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"macrowatch/internal/desk"
)

// BacktestDays is how many days a backtest looks at. Basel's traffic light is made for 250.
const BacktestDays = 250

// Backtest says how often losses were larger than the value at risk, and whether the value at risk was right.
// Its Summary is stored in the database. The caller fills in the Summary's ComputedAt.
type Backtest struct {
	desk.BacktestSummary
	Expected      float64     // the exceptions that a right model has: Days × (1 − confidence)
	ExceptionDays []time.Time // the days whose loss was larger than the value at risk
	// Joint tests frequency and independence at once. Its statistic is the sum of the two, and has two
	// degrees of freedom.
	Joint desk.LikelihoodRatio
	// ExactPValue is the P value of the two-sided binomial test: twice the smaller of two probabilities, that
	// of at most this many exceptions and that of at least this many, but not more than 1.
	ExactPValue float64
}

// TrafficLight returns Basel's zone for a count of exceptions at 99 % within 250 days: green 0 to 4,
// yellow 5 to 9, red 10 and more (Basel Committee, Supervisory framework for the use of "backtesting",
// 1996, table 2).
func TrafficLight(exceptions int) desk.TrafficLight {
	switch {
	case exceptions <= 4:
		return desk.Green
	case exceptions <= 9:
		return desk.Yellow
	}
	return desk.Red
}

// BacktestOf tests the value at risk at 95 or 99 % against the hypothetical P&L of consecutive days, which come
// in order. The caller gives the last BacktestDays of them. A loss equal to the value at risk is no exception.
// A traffic light is set only at 99 % and with all of the BacktestDays days. A test of independence needs two
// days or more. It is an error if there is no day or a figure is not finite.
func BacktestOf(days []desk.BacktestDay, confidencePct float64) (Backtest, error) {
	if len(days) == 0 {
		return Backtest{}, errors.New("backtest: no day has both a value at risk of the day before and a P&L")
	}
	valueAtRisk, err := storedVaR(confidencePct)
	if err != nil {
		return Backtest{}, err
	}
	tail := 1 - confidencePct/100
	b := Backtest{Expected: float64(len(days)) * tail}
	hits := make([]bool, len(days))
	for n, d := range days {
		limit, pnl := valueAtRisk(d), d.HypotheticalPnLPct
		if math.IsNaN(limit+pnl) || math.IsInf(limit+pnl, 0) {
			return Backtest{}, fmt.Errorf("backtest: on %s VaR is %v and P&L %v", date(d.Day), limit, pnl)
		}
		if hits[n] = -pnl > limit; hits[n] {
			b.ExceptionDays = append(b.ExceptionDays, d.Day)
		}
	}
	b.ConfidencePct, b.Days, b.Exceptions = confidencePct, len(days), len(b.ExceptionDays)
	kupiec, independence := Kupiec(b.Days, b.Exceptions, tail), Christoffersen(hits)
	b.Kupiec = &kupiec
	if b.Days > 1 { // a single day has none before it to depend on
		b.Christoffersen = &independence
	}
	joint := kupiec.LR + independence.LR
	b.Joint = desk.LikelihoodRatio{LR: joint, P: distuv.ChiSquared{K: 2}.Survival(joint)}
	b.ExactPValue = exactPValue(b.Days, b.Exceptions, tail)
	if confidencePct == 99 && b.Days >= BacktestDays {
		b.Zone = TrafficLight(b.Exceptions)
	}
	return b, nil
}

// storedVaR reads, from a tested day, the value at risk of a confidence.
func storedVaR(confidencePct float64) (func(desk.BacktestDay) float64, error) {
	switch confidencePct {
	case 95:
		return func(d desk.BacktestDay) float64 { return d.VaR95Pct }, nil
	case 99:
		return func(d desk.BacktestDay) float64 { return d.VaR99Pct }, nil
	}
	return nil, fmt.Errorf("backtest: there is no stored VaR at %v %%, only at 95 and 99 %%", confidencePct)
}

// Kupiec tests the proportion of failures: whether x exceptions in n days fit an exception's probability of p
// a day (Kupiec, Techniques for verifying the accuracy of risk measurement models, 1995). With q = x/n,
//
//	LR = −2·ln[ (1−p)^(n−x)·p^x / ((1−q)^(n−x)·q^x) ]
//
// and 0·ln 0 = 0, is distributed as χ² with one degree of freedom.
func Kupiec(n, x int, p float64) desk.LikelihoodRatio {
	q := float64(x) / float64(n)
	return chiSquared(2 * (logLikelihood(n-x, x, q) - logLikelihood(n-x, x, p)))
}

// Christoffersen tests whether exceptions are independent of each other. The alternative is a first-order
// Markov chain: an exception on one day makes an exception on the next day more or less likely (Christoffersen,
// Evaluating interval forecasts, 1998). A day's state is 1 with an exception and 0 without. With n_ij the
// number of days in state j after a day in state i, q_i = n_i1/(n_i0+n_i1) and q = (n_01+n_11) over the number
// of all these days,
//
//	LR = −2·ln[ (1−q)^(n00+n10)·q^(n01+n11) / ((1−q0)^n00·q0^n01·(1−q1)^n10·q1^n11) ]
//
// and 0·ln 0 = 0, is distributed as χ² with one degree of freedom. It is 0 without exceptions.
func Christoffersen(exceptions []bool) desk.LikelihoodRatio {
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

// logLikelihood is the log-likelihood of so many days without an exception and so many with one, if an
// exception has probability p.
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

// chiSquared returns a statistic with its p-value. Rounding may have made the statistic slightly negative.
func chiSquared(statistic float64) desk.LikelihoodRatio {
	statistic = math.Max(0, statistic)
	return desk.LikelihoodRatio{LR: statistic, P: distuv.ChiSquared{K: 1}.Survival(statistic)}
}

// exactPValue returns twice the smaller of two probabilities, that of at most x exceptions and that of at least
// x, but not more than 1.
func exactPValue(n, x int, p float64) float64 {
	binomial := distuv.Binomial{N: float64(n), P: p}
	atMost := binomial.CDF(float64(x))
	atLeast := 1 - binomial.CDF(float64(x)-1)
	return math.Min(1, 2*math.Min(atMost, atLeast))
}
