package macro

import (
	"maps"
	"slices"
)

// Names returns the names of all macros, such as "__timeFilter".
func Names() []string {
	names := slices.Collect(maps.Keys(functions()))
	names = slices.AppendSeq(names, maps.Keys(constants()))
	slices.Sort(names)
	return names
}
