package risk_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

func navs(values ...float64) []desk.DailyNAV {
	var all []desk.DailyNAV
	for n, v := range values {
		all = append(all, desk.DailyNAV{Day: time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC), NAV: v})
	}
	return all
}

func TestDrawdowns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		navs           []float64
		current, worst float64
	}{
		"one NAV":          {[]float64{100}, 0, 0},
		"only gains":       {[]float64{100, 110, 121}, 0, 0},
		"two falls":        {[]float64{100, 120, 90, 130, 117}, 10, 25}, // 1 − 117/130; 1 − 90/120
		"at the peak":      {[]float64{100, 80, 100}, 0, 20},
		"nothing is left":  {[]float64{100, 0}, 100, 100},
		"less than nought": {[]float64{100, -50}, 150, 150},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := risk.DrawdownOf(navs(c.navs...))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "current", d.Current, c.current, 1e-12)
			near(t, "worst", d.Worst252, c.worst, 1e-12)
		})
	}
}

// A peak that is more than 252 NAVs old counts in the current fall, but not in the worst fall of 252 NAVs.
func TestTheWorstDrawdownLooksBack252NAVs(t *testing.T) {
	t.Parallel()
	values := []float64{200, 100}
	for range 250 {
		values = append(values, 100)
	}
	d, err := risk.DrawdownOf(navs(values...)) // 252: the peak is the first of them
	if err != nil {
		t.Fatal(err)
	}
	near(t, "worst with the peak", d.Worst252, 50, 1e-12)
	d, err = risk.DrawdownOf(navs(append(values, 100)...))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "worst without the peak", d.Worst252, 0, 1e-12)
	near(t, "current", d.Current, 50, 1e-12)
}

func TestDrawdownRefusesWhatHasNoPeak(t *testing.T) {
	t.Parallel()
	for _, bad := range [][]float64{nil, {0, 1}, {-1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		t.Run(fmt.Sprint(bad), func(t *testing.T) {
			t.Parallel()
			if _, err := risk.DrawdownOf(navs(bad...)); !errors.Is(err, risk.ErrBadNAV) {
				t.Error(err)
			}
		})
	}
}
