package sampledesk

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/sample/calendar"
	"macrowatch/internal/sample/market"
)

// TestErrorsAgreeWithTheBook compares what the messages of failed runs say of the book and of prices with the snapshots and
// the market of that day.
func TestErrorsAgreeWithTheBook(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for seed := range uint64(16) {
		m, b := simulated(t, seed, date(2021, 12, 30))
		checkErrors(t, fmt.Sprintf("seed %d", seed), m, b, found)
	}
	for _, text := range []string{"book", "price", "instruments", "history"} {
		if found[text] < 3 {
			t.Errorf("only %d errors speak of %s: the test shows little", found[text], text)
		}
	}
}

func TestErrorsAgreeWithTheBookOnRealPrices(t *testing.T) {
	t.Parallel()
	m := realMarket(t)
	found := map[string]int{}
	checkErrors(t, "real prices", m, open(t, 20, m), found)
	if found["book"] < 3 || found["price"] < 3 {
		t.Errorf("%v: the test shows little", found)
	}
}

// patterns find in a message what it says of the book and of prices.
func patterns() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"book":        regexp.MustCompile(`gross leverage <= ([\d.]+) and a volatility of ([\d.]+) %\nthe book stays as it is: (\d+) positions, gross leverage ([\d.]+),`),
		"price":       regexp.MustCompile(`(\S+) moved from (-?[\d.]+) to -?[\d.]+ since (\S+):`),
		"instruments": regexp.MustCompile(`(\d+) (?:instruments|series)`),
		"history":     regexp.MustCompile(`loading (\d+) days`),
		"date":        regexp.MustCompile(`\d{4}-\d{2}-\d{2}`),
	}
}

func checkErrors(t *testing.T, what string, m *market.Market, b *Book, found map[string]int) {
	t.Helper()
	says, days := patterns(), calendar.New()
	prices := pricesOf(m)
	positions, gross, sessions := 0, 0.0, 0
	for day := range b.Days(m.First(), m.Last()) {
		for _, r := range day.Runs {
			for _, text := range says["date"].FindAllString(r.ErrorMessage, -1) {
				if named, err := time.Parse(time.DateOnly, text); err != nil || !named.Equal(day.Date) && !days.On(named).Any() {
					t.Errorf("%s, %s: %q names a day without a market", what, r.StartedAt, r.ErrorMessage)
				}
			}
			if s := says["book"].FindStringSubmatch(r.ErrorMessage); s != nil {
				found["book"]++
				if s[1] != "8.00" || s[2] != "5.0" || s[3] != strconv.Itoa(positions) || s[4] != fmt.Sprintf("%.2f", gross) {
					t.Errorf("%s, %s: %q, but there are %d positions of %.2f gross", what, r.StartedAt, r.ErrorMessage, positions, gross)
				}
			}
			if s := says["price"].FindStringSubmatch(r.ErrorMessage); s != nil {
				found["price"]++
				if level, known := prices[s[1]+" "+s[3]]; !known || fmt.Sprintf("%.2f", level) != s[2] {
					t.Errorf("%s, %s: %q, but it stood at %v", what, r.StartedAt, r.ErrorMessage, level)
				}
			}
			if s := says["instruments"].FindStringSubmatch(r.ErrorMessage); s != nil && r.Step != "bcb_sgs" && r.Step != "fred" {
				found["instruments"]++
				if s[1] != strconv.Itoa(len(m.Instruments())) {
					t.Errorf("%s, %s: %q, but there are %d instruments", what, r.StartedAt, r.ErrorMessage, len(m.Instruments()))
				}
			}
			if s := says["history"].FindStringSubmatch(r.ErrorMessage); s != nil {
				found["history"]++
				if s[1] != strconv.Itoa(sessions) && what != "real prices" { // whose book opens later than its market
					t.Errorf("%s, %s: %q, but there are %d days", what, r.StartedAt, r.ErrorMessage, sessions)
				}
			}
		}
		if days.Trades(calendar.B3, day.Date) {
			sessions++
		}
		if len(day.States) == 0 {
			continue
		}
		positions, gross = 0, 0
		for _, p := range day.States {
			if p.Weight != 0 {
				positions++
				gross += math.Abs(p.Weight)
			}
		}
	}
}

func pricesOf(m *market.Market) map[string]float64 {
	prices := map[string]float64{}
	for _, p := range m.Prices(m.First(), m.Last()) {
		prices[p.Instrument+p.Date.Format(" 2006-01-02")] = p.Value
	}
	return prices
}

// TestEachStepTakesWhatItTakesOnEveryDay compares the durations of each step on each kind of day with the step's usual
// duration.
func TestEachStepTakesWhatItTakesOnEveryDay(t *testing.T) {
	t.Parallel()
	usual := map[string]step{}
	for _, s := range append(tradingPlan(), weekendPlan()...) {
		usual[s.name] = s
	}
	days := calendar.New()
	kind := func(date time.Time) string {
		switch {
		case calendar.IsWeekend(date):
			return "weekend"
		case !days.Trades(calendar.B3, date):
			return "holiday"
		}
		return date.Weekday().String()
	}
	ran := map[string]map[string]int{}
	for _, r := range (Desk{Seed: 20}).Runs(local(2022, 1, 1, 0, 0), local(2027, 1, 1, 0, 0)) {
		on := kind(civil(r.StartedAt.In(desk.BuiltInRules().Location())))
		if ran[on] == nil {
			ran[on] = map[string]int{}
		}
		ran[on][r.Step]++
		s := usual[r.Step]
		if low, high := s.median*math.Exp(-2.5*s.spread)*0.7, s.median*math.Exp(2.5*s.spread)*3.6; r.Status == desk.Success && (r.DurationSeconds < low || r.DurationSeconds > high) {
			t.Errorf("%s takes %.1f s on %s, a %s", r.Step, r.DurationSeconds, r.StartedAt, on)
		}
	}
	for on, steps := range map[string]int{"weekend": 2, "holiday": 8, "Monday": 17, "Friday": 17} {
		if len(ran[on]) != steps {
			t.Errorf("on a %s %d steps run: %v", on, len(ran[on]), ran[on])
		}
	}
	for _, step := range []string{"signals_fx", "closing_prices", "portfolio", "risk"} {
		if ran["holiday"][step]+ran["weekend"][step] > 0 {
			t.Errorf("%s runs although B3 is closed", step)
		}
	}
}

// TestConnectorsRunOnEveryWeekday makes sure that no tile becomes stale over Carnival and the turn of the year.
func TestConnectorsRunOnEveryWeekday(t *testing.T) {
	t.Parallel()
	ran := map[string]map[time.Time]bool{}
	for _, r := range (Desk{Seed: 20}).Runs(local(2025, 12, 1, 0, 0), local(2026, 3, 1, 0, 0)) {
		if ran[r.Step] == nil {
			ran[r.Step] = map[time.Time]bool{}
		}
		ran[r.Step][civil(r.StartedAt.In(desk.BuiltInRules().Location()))] = true
	}
	for day := date(2025, 12, 1); day.Before(date(2026, 3, 1)); day = day.AddDate(0, 0, 1) {
		for _, c := range desk.BuiltInRules().Connectors() {
			if ran[c.Name][day] == calendar.IsWeekend(day) {
				t.Errorf("on %s %s runs: %t", day.Format("Mon 2006-01-02"), c.Name, ran[c.Name][day])
			}
		}
	}
}
