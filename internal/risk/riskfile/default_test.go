package riskfile_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
	"macrowatch/internal/testkit/testfiles"
)

func TestTheDefaultHoldsForAnyDeskAndSaysItsSources(t *testing.T) {
	t.Parallel()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"October 2008", "Taper tantrum 2013", "Brazil downgrade 2015", "18 May 2017", "March 2020", "Rates of 2022"}
	for n, s := range file.Scenarios {
		if n < len(want) && s.Name != want[n] {
			t.Errorf("scenario %d is %s, want %s", n, s.Name, want[n])
		}
		if s.Description == "" {
			t.Errorf("%s has no description", s.Name)
		}
		for _, shock := range s.Shocks {
			if shock.Source == "" {
				t.Errorf("%s: the shock of %s%s has no source", s.Name, shock.Prefix, shock.AssetClass)
			}
			if shock.Instrument != "" {
				t.Errorf("%s names the instrument %s, which a desk may not have", s.Name, shock.Instrument)
			}
		}
	}
	if len(file.Scenarios) <= len(want) {
		t.Errorf("%d scenarios: no hypothetical one", len(file.Scenarios))
	}
	for _, kind := range risk.LimitKinds() {
		if *kind.Of(&file.Limits) == nil {
			t.Errorf("the built-in file has no limit %s", kind.Key)
		}
	}
	l := file.Limits
	if *l.VaR95Pct != 5 || *l.VaR99Pct != 7 || *l.CVaR95Pct != 7 || *l.MaxDrawdownPct != 10 {
		t.Errorf("the limits are not the dials' red thresholds: %v %v %v %v", *l.VaR95Pct, *l.VaR99Pct, *l.CVaR95Pct, *l.MaxDrawdownPct)
	}
}

// levels finds the two levels that a source gives, from which the size is computed again. Examples are "UST10Y 3.85
// (2008-09-30) to 3.79 (2008-10-27)" and "from 15.68 % (…) to 18.93 % (…)".
var levels = regexp.MustCompile(`([-0-9.]+)(?: %)?(?: \([^)]*\))?(?: to| and) ([-0-9.]+)(?: %)?(?: \(|,)`)

func TestSizesFollowFromTheLevelsOfTheirSources(t *testing.T) {
	t.Parallel()
	checked := 0
	eachShock(t, func(scenario string, shock risk.Shock) {
		found := levels.FindStringSubmatch(shock.Source)
		if found == nil {
			if !strings.HasPrefix(shock.Source, "assumed") {
				t.Errorf("%s, %s: no levels in %q", scenario, shock.Prefix, shock.Source)
			}
			return
		}
		from, _ := strconv.ParseFloat(found[1], 64)
		to, _ := strconv.ParseFloat(found[2], 64)
		got, want, slack := 0.0, 0.0, 0.0
		if shock.Percent != nil {
			got, want, slack = *shock.Percent, 100*(to/from-1), 0.0501
		} else {
			got, want, slack = *shock.BP, 100*(to-from), 0.501
			if strings.Contains(shock.Source, "EMBI") || strings.Contains(shock.Source, "CDS") {
				want = to - from
			}
		}
		if math.Abs(got-want) > slack {
			t.Errorf("%s, %s: %v, but %q gives %v", scenario, shock.Prefix, got, shock.Source, want)
		}
		checked++
	})
	if checked < 180 {
		t.Errorf("only %d sizes were checked", checked)
	}
}

// quoted finds a level with its instrument and day.
var quoted = regexp.MustCompile(`([A-Z0-9_]+) ([-0-9.]+) \((\d{4}-\d\d-\d\d)\) to ([-0-9.]+) \((\d{4}-\d\d-\d\d)\)`)

func TestLevelsOfTheSourcesAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	prices := marketPrices(t)
	checked := 0
	eachShock(t, func(scenario string, shock risk.Shock) {
		found := quoted.FindStringSubmatch(shock.Source)
		if found == nil {
			return
		}
		for _, at := range [][2]string{{found[2], found[3]}, {found[4], found[5]}} {
			said, _ := strconv.ParseFloat(at[0], 64)
			if published, ok := prices[found[1]+" "+at[1]]; !ok || published != said {
				t.Errorf("%s: %s was %v on %s, not %v", scenario, found[1], published, at[1], said)
			}
			checked++
		}
	})
	t.Logf("%d levels are the published ones", checked)
	if checked < 300 {
		t.Errorf("only %d levels were checked", checked)
	}
}

func eachShock(t *testing.T, visit func(string, risk.Shock)) {
	t.Helper()
	file, err := riskfile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range file.Scenarios {
		for _, shock := range s.Shocks {
			visit(s.Name, shock)
		}
	}
}

// marketPrices are the levels of the real price history, by instrument and day.
func marketPrices(t *testing.T) map[string]float64 {
	t.Helper()
	prices := map[string]float64{}
	for _, p := range testfiles.Prices(t) {
		prices[p.Instrument+" "+p.Date.Format(time.DateOnly)] = p.Value
	}
	return prices
}
