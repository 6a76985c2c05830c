package transform

import (
	"maps"
	"slices"

	"macrowatch/internal/viewer/settings"
)

// Columns describes a panel's columns as far as they are known without real data.
type Columns struct {
	Names []string
	// Open is true if there may be further columns, whose names depend on the data. Example: a time series is named
	// by the value of the column metric.
	Open bool
}

// Has reports whether there is, or may be, a column of the given name.
func (c Columns) Has(name string) bool { return c.Open || slices.Contains(c.Names, name) }

// opened returns c with Open set: there may be further columns, which depend on the data.
func (c Columns) opened() Columns {
	c.Open = true
	return c
}

// Outline describes a transformation as far as it is known without data.
type Outline struct {
	// Columns are the columns that its options name, and that it therefore needs. A name is empty if an option is not set.
	Columns []string
	// Query is the refId of the query that its options name, "" if they name none.
	Query string
	// After are the columns that there are after it.
	After Columns
}

// entryTexts are the texts at a key of each object in a list: [{"field": "a"}, {"field": "b"}].
func entryTexts(list []any, key string) []string {
	var out []string
	for _, entry := range list {
		m, _ := entry.(map[string]any)
		out = append(out, settings.Object(m).Text(key))
	}
	return out
}

// keys are the keys of objects, sorted within each.
func keys(objects ...settings.Object) []string {
	var out []string
	for _, o := range objects {
		out = append(out, slices.Sorted(maps.Keys(o))...)
	}
	return out
}
