package strategy

import (
	"math"
	"math/rand/v2"
	"testing"

	"macrowatch/internal/desk"
)

// priced makes the history of a price whose daily log returns are given.
func priced(returns []float64) *Series {
	s := &Series{Kind: desk.KindPrice, Live: true}
	sum, squares := 0.0, 0.0
	for _, r := range returns {
		sum, squares = sum+r, squares+r*r
		s.Growth, s.Levels = append(s.Growth, sum), append(s.Levels, 100*math.Exp(sum))
	}
	s.Volatility = math.Sqrt(squares / float64(len(returns)) * yearDays)
	return s
}

// yielding makes the history of a yield, in percent, of a bond with a duration of 5.
func yielding(levels []float64) *Series {
	s := &Series{Kind: desk.KindYield, Live: true, Levels: levels, Volatility: 0.05}
	for _, y := range levels {
		s.Growth = append(s.Growth, -5*y/100)
	}
	return s
}

// noise is n returns of about 1 %, always the same, with a drift.
func noise(n int, drift float64) []float64 {
	random := rand.New(rand.NewPCG(1, 2))
	returns := make([]float64, n)
	for i := range returns {
		returns[i] = drift + 0.01*random.NormFloat64()
	}
	return returns
}

// flatThen is a yield around a level with a little noise that ends at another.
func flatThen(n int, level, last float64) []float64 {
	random := rand.New(rand.NewPCG(3, 4))
	levels := make([]float64, n)
	for i := range levels {
		levels[i] = level + 0.05*random.NormFloat64()
	}
	levels[n-1] = last
	return levels
}

// scoresOf asks a rule for single groups.
func scoresOf(one func([]*Series, func(int, float64, float64)), legs ...*Series) map[int]float64 {
	scores := map[int]float64{}
	one(legs, func(leg int, score, confidence float64) {
		if confidence < 0 || confidence > 1 || math.IsNaN(confidence) {
			score = math.NaN()
		}
		scores[leg] = score
	})
	return scores
}

func TestRulesTakeTheSideThatTheirSourceTakes(t *testing.T) {
	t.Parallel()
	wild := append(noise(600, 0), 0)
	for n := 580; n < len(wild); n++ {
		wild[n] = 0.04 * float64(1-2*(n%2))
	}
	calm := append(noise(600, 0), 0)
	for n := 580; n < len(calm); n++ {
		calm[n] = 0.001 * float64(1-2*(n%2))
	}
	jump := func(by float64) []float64 { r := noise(300, 0); r[len(r)-1] = by; return r }
	flat := yielding(flatThen(300, 5, 5))
	for _, c := range []struct {
		name string
		rule func([]*Series, func(int, float64, float64))
		legs []*Series
		want []float64 // the sign of each leg's score
	}{
		{"trend, risen", trend, []*Series{priced(noise(300, 0.003))}, []float64{1}},
		{"trend, fallen", trend, []*Series{priced(noise(300, -0.003))}, []float64{-1}},
		{"trend of a bond whose yield fell", trend, []*Series{yielding(falling(300))}, []float64{1}},
		{"carry above funding", rateCarry, []*Series{yielding(flatThen(10, 9, 9)), yielding(flatThen(10, 5, 5))}, []float64{1}},
		{"carry below funding", rateCarry, []*Series{yielding(flatThen(10, 4, 4)), yielding(flatThen(10, 5, 5))}, []float64{-1}},
		{"value, fallen for years", value, []*Series{priced(noise(1500, -0.002))}, []float64{1}},
		{"value, risen for years", value, []*Series{priced(noise(1500, 0.002))}, []float64{-1}},
		{"value of a bond whose yield fell", value, []*Series{yielding(falling(1500))}, []float64{-1}},
		{"breakout upwards", breakout, []*Series{priced(jump(0.3))}, []float64{1}},
		{"breakout downwards", breakout, []*Series{priced(jump(-0.3))}, []float64{-1}},
		{"reversal after a fall", reversal, []*Series{priced(jump(-0.3))}, []float64{1}},
		{"reversal after a rise", reversal, []*Series{priced(jump(0.3))}, []float64{-1}},
		{"slope, steep", slope, []*Series{yielding(flatThen(300, 6, 6.5)), flat}, []float64{1}},
		{"slope, flat", slope, []*Series{yielding(flatThen(300, 6, 5.5)), flat}, []float64{-1}},
		{"butterfly, belly high", butterfly, []*Series{yielding(flatThen(300, 6, 6.5)), flat, flat}, []float64{1, -1, -1}},
		{"butterfly, belly low", butterfly, []*Series{yielding(flatThen(300, 6, 5.5)), flat, flat}, []float64{-1, 1, 1}},
		{"breakeven low", breakevenGap, []*Series{yielding(flatThen(300, 2, 2.5)), flat}, []float64{1, -1}},
		{"breakeven high", breakevenGap, []*Series{yielding(flatThen(300, 2, 1.5)), flat}, []float64{-1, 1}},
		{"pair, first wide", yieldPairs, []*Series{yielding(flatThen(300, 7, 7.5)), flat}, []float64{1, -1}},
		{"pair of spreads, first tight", spreadPairs, []*Series{yielding(flatThen(300, 7, 6.5)), flat}, []float64{-1, 1}},
		{"basis wide", onshoreBasis, []*Series{yielding(flatThen(300, 7, 7.5)), flat}, []float64{1, -1}},
		{"variance low", volatilityManaged, []*Series{priced(calm)}, []float64{1}},
		{"variance high", volatilityManaged, []*Series{priced(wild)}, []float64{-1}},
		{"above its mean", movingAverage, []*Series{priced(noise(300, 0.003))}, []float64{1}},
		{"below its mean", movingAverage, []*Series{priced(noise(300, -0.003))}, []float64{-1}},
		{"fear high", globalFear, []*Series{flat, priced(jump(0.9))}, []float64{-1}},
		{"fear low", globalFear, []*Series{flat, priced(jump(-0.9))}, []float64{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			scores := scoresOf(c.rule, c.legs...)
			if len(scores) != len(c.want) {
				t.Errorf("%d legs have a score, want %d", len(scores), len(c.want))
			}
			for leg, sign := range c.want {
				if !(scores[leg]*sign > 0.1) {
					t.Errorf("leg %d has the score %v, want the sign of %v", leg, scores[leg], sign)
				}
			}
		})
	}
}

func falling(n int) []float64 {
	levels := make([]float64, n)
	for i := range levels {
		levels[i] = 12 - 6*float64(i)/float64(n) + 0.05*float64(i%3)
	}
	return levels
}

func TestRulesSayNothingOnAShortHistory(t *testing.T) {
	t.Parallel()
	short, leg := priced(noise(5, 0)), yielding(flatThen(5, 5, 5))
	for name, rule := range map[string]func([]*Series, func(int, float64, float64)){
		"trend": trend, "value": value, "breakout": breakout, "reversal": reversal, "volatilityManaged": volatilityManaged, "movingAverage": movingAverage,
	} {
		if scores := scoresOf(rule, short); len(scores) > 0 {
			t.Errorf("%s gives %v on five days", name, scores)
		}
	}
	for name, rule := range map[string]func([]*Series, func(int, float64, float64)){
		"slope": slope, "butterfly": butterfly, "breakevenGap": breakevenGap, "yieldPairs": yieldPairs, "onshoreBasis": onshoreBasis, "globalFear": globalFear,
	} {
		if scores := scoresOf(rule, leg, leg, leg); len(scores) > 0 {
			t.Errorf("%s gives %v on five days", name, scores)
		}
	}
}

func TestAPairIsLeftAloneWhileItsGapIsNearTheMean(t *testing.T) {
	t.Parallel()
	level := make([]float64, 300)
	still := make([]float64, 300)
	for n := range level {
		level[n] = 7 + 0.05*float64(1-2*(n%2))
		still[n] = 5
	}
	level[299] = 7.01
	if scores := scoresOf(yieldPairs, yielding(level), yielding(still)); len(scores) != 2 || scores[0] != 0 || scores[1] != 0 {
		t.Errorf("scores %v, want 0 for both", scores)
	}
}

func TestABreakoutFadesInTenDays(t *testing.T) {
	t.Parallel()
	returns := make([]float64, 200)
	for n := range returns {
		returns[n] = 0.01 * float64(1-2*(n%2))
	}
	returns[150] = 0.2
	for after, want := range map[int]float64{0: 1, 1: 0.9, 9: 0.1, 10: 0} {
		if got := scoresOf(breakout, priced(returns[:151+after]))[0]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%d days after the break the score is %v, want %v", after, got, want)
		}
	}
}

func TestCurrencyCarryBuysTheHighRatesWhicheverWayThePairIsQuoted(t *testing.T) {
	t.Parallel()
	rate := func(percent float64) *Series { return yielding(flatThen(10, percent, percent)) }
	pair := priced(noise(100, 0))
	groups := []boundGroup{
		{Group: Group{Inverted: true}, legs: []*Series{pair, rate(14), rate(4)}}, // USDBRL
		{Group: Group{}, legs: []*Series{pair, rate(2), rate(4)}},                // EURUSD
		{Group: Group{Inverted: true}, legs: []*Series{pair, rate(0), rate(4)}},  // USDJPY
	}
	scores := map[int]float64{}
	currencyCarry(groups, func(group, _ int, score, _ float64) { scores[group] = score })
	if !(scores[0] < -0.1 && scores[1] < -0.1 && scores[2] > 0.1) {
		t.Errorf("scores %v: want short USDBRL, short EURUSD, long USDJPY", scores)
	}
}

func TestRelativeMomentumBuysWinnersAndLeavesTheLastMonthOut(t *testing.T) {
	t.Parallel()
	late := noise(300, 0)
	for n := 280; n < 300; n++ {
		late[n] += 0.02 // it makes all of its gain in the last month
	}
	groups := []boundGroup{{legs: []*Series{priced(noise(300, 0.004))}}, {legs: []*Series{priced(late)}}, {legs: []*Series{priced(noise(300, -0.004))}}}
	scores := map[int]float64{}
	relativeMomentum(groups, func(group, _ int, score, _ float64) { scores[group] = score })
	if !(scores[0] > 0.3 && scores[2] < -0.3 && math.Abs(scores[1]) < 0.3) {
		t.Errorf("scores %v", scores)
	}
}
