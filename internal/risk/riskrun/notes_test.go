package riskrun

import (
	"testing"

	"macrowatch/internal/risk"
)

func TestModifiedFiguresThatContradictEachOtherAreNotTrusted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		moments risk.Moments
		want    bool
	}{
		"normal":               {risk.Moments{StdDev: 1}, false},
		"somewhat fat":         {risk.Moments{StdDev: 1, Skewness: -0.2, ExcessKurtosis: 2.6}, false},
		"CVaR would be inside": {risk.Moments{StdDev: 1, ExcessKurtosis: 12}, true},
		"VaR falls":            {risk.Moments{StdDev: 1, Skewness: 3, ExcessKurtosis: 9}, true},
		"no variation":         {risk.Moments{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := modifiedFiguresContradict(c.moments); got != c.want {
				t.Error(got)
			}
		})
	}
}
