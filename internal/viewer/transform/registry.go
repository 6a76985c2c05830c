package transform

import (
	"slices"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/settings"
)

// Transformation is one of Grafana's transformations. It says here, once, everything that other packages ask about it.
type Transformation struct {
	// ID is its name in a dashboard's JSON, for example "organize". FormerIDs are older names of the same.
	ID        string
	FormerIDs []string
	// Supports is its line in docs/grafana-support.md: which of Grafana's settings the viewer honours.
	Supports string
	// Options are the options that have a meaning here. A panel gets a notice for each other one.
	Options []string
	// Outline says which columns the options name and which columns there are afterwards.
	Outline func(options settings.Object, before Columns) Outline
	// run applies the transformation to frames and returns the result. It may change the frames that it is given.
	run func(frames []*frame.Frame, options settings.Object, p *Pipeline) ([]*frame.Frame, error)
}

// All lists the transformations in the order in which docs/grafana-support.md describes them.
func All() []Transformation {
	return []Transformation{
		groupingToMatrix(),
		organize(),
		filterFieldsByName(),
		sortBy(),
		reduce(),
		groupBy(),
		joinByField(),
		calculateField(),
		mergeFrames(),
		partitionByValues(),
		configFromData(),
	}
}

// Find returns the transformation that a dashboard's JSON calls by the given name. The second result is false if the
// viewer does not support it.
func Find(id string) (Transformation, bool) {
	for _, t := range All() {
		if t.ID == id || slices.Contains(t.FormerIDs, id) {
			return t, true
		}
	}
	return Transformation{}, false
}
