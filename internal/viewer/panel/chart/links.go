package chart

import (
	"slices"

	"macrowatch/internal/viewer/view"
)

// shareSeriesLinks leaves out the links of each series whose values have the same links as those of an earlier series. Links are
// long, and often lead to the instant, whatever the series.
func shareSeriesLinks(all []view.Series) {
	for i := range all {
		first := slices.IndexFunc(all[:i], func(earlier view.Series) bool { return hasLinksOf(all[i], earlier) })
		if first >= 0 {
			all[i].LinksOf, all[i].Links = &first, nil
		}
	}
}

// hasLinksOf reports whether each value of a series has links, and an earlier series has the same there.
func hasLinksOf(s, earlier view.Series) bool {
	if len(s.Links) == 0 || len(earlier.Links) == 0 {
		return false
	}
	for i, v := range s.Values {
		if v != nil && (len(s.Links[i]) == 0 || !slices.Equal(s.Links[i], earlier.Links[i])) {
			return false
		}
	}
	return true
}
