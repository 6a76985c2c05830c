package panel

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"macrowatch/internal/viewer/view"
)

// sortLegend puts a table legend in the order that the panel asks for: by name or by one of its
// calculations.
func sortLegend(l *view.Legend, by string, descending bool) {
	if by == "" || l.Mode != "table" {
		return
	}
	column := slices.Index(l.Calcs, by)
	if column < 0 && by != "Name" {
		return
	}
	names := collate.New(language.AmericanEnglish, collate.Loose, collate.Numeric) // numbers in names count as numbers
	slices.SortStableFunc(l.Items, func(a, b view.LegendItem) int {
		var c int
		if column < 0 {
			c = names.CompareString(a.Name, b.Name)
		} else {
			c = compareNumbers(a.Values[column].Number, b.Values[column].Number)
		}
		if descending {
			return -c
		}
		return c
	})
}

// compareNumbers puts missing numbers first.
func compareNumbers(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}
