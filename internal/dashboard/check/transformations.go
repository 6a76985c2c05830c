package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// transformation is one step between the queries and the drawing.
type transformation struct {
	ID       string         `json:"id"`
	Disabled bool           `json:"disabled"`
	Options  map[string]any `json:"options"`
}

// apply gives the fields that there are after the step, and says which of those that it names are
// missing before it. A transformation that is not known here is a problem: what it names would go
// unchecked.
func (t transformation) apply(n names) (names, []string) {
	if t.Disabled {
		return n, nil
	}
	var found []string
	has := func(name string) {
		if name != "" && !n.has(name) {
			found = append(found, fmt.Sprintf("the transformation %s names the column %q, and there are %s", t.ID, name, strings.Join(n.known, ", ")))
		}
	}
	text := func(key string) string { s, _ := t.Options[key].(string); return s }
	after := n
	switch t.ID {
	case "organize":
		after = t.organize(n, has)
	case "groupingToMatrix":
		// Where an option is missing Grafana takes the columns of its examples.
		column, row, value := text("columnField"), text("rowField"), text("valueField")
		for _, name := range []string{column, row, value} {
			has(name)
		}
		after = names{known: []string{row + `\` + column}, refs: n.refs, open: true}
	case "filterFieldsByName":
		include, _ := t.Options["include"].(map[string]any)
		wanted := texts(include["names"])
		for _, name := range wanted {
			has(name)
		}
		if pattern, _ := include["pattern"].(string); pattern == "" && len(wanted) > 0 {
			after = names{known: wanted, refs: n.refs, open: n.open}
		}
	case "sortBy":
		list, _ := t.Options["sort"].([]any)
		for _, e := range list {
			by, _ := e.(map[string]any)
			name, _ := by["field"].(string)
			has(name)
		}
	case "convertFieldType":
		list, _ := t.Options["conversions"].([]any)
		for _, e := range list {
			c, _ := e.(map[string]any)
			name, _ := c["targetField"].(string)
			has(name)
		}
	case "groupBy":
		fields, _ := t.Options["fields"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			has(name)
		}
		after.open = true // "weight (sum)" and the like
	case "joinByField", "partitionByValues":
		has(text("byField"))
		for _, name := range texts(t.Options["fields"]) {
			has(name)
		}
		after.open = true
	case "rowsToFields":
		list, _ := t.Options["mappings"].([]any)
		for _, e := range list {
			m, _ := e.(map[string]any)
			name, _ := m["fieldName"].(string)
			has(name)
		}
		after = names{refs: n.refs, open: true}
	case "configFromData":
		list, _ := t.Options["mappings"].([]any)
		for _, e := range list {
			m, _ := e.(map[string]any)
			name, _ := m["fieldName"].(string)
			has(name)
		}
		if ref, _ := t.Options["configRefId"].(string); !slices.Contains(n.refs, ref) {
			found = append(found, fmt.Sprintf("the transformation %s names the query %q, and there are %s", t.ID, ref, strings.Join(n.refs, ", ")))
		}
	case "limit", "merge", "prepareTimeSeries":
	case "reduce", "seriesToRows":
		after.open = true
	default:
		found = append(found, fmt.Sprintf("the transformation %q is not known to this check", t.ID))
		after.open = true
	}
	return after, found
}

// organize leaves fields out and gives others another name.
func (t transformation) organize(n names, has func(string)) names {
	excluded, _ := t.Options["excludeByName"].(map[string]any)
	renamed, _ := t.Options["renameByName"].(map[string]any)
	order, _ := t.Options["indexByName"].(map[string]any)
	for _, of := range []map[string]any{excluded, renamed, order} {
		for _, name := range slices.Sorted(maps.Keys(of)) {
			has(name)
		}
	}
	after := names{refs: n.refs, open: n.open}
	for _, name := range n.known {
		if out, _ := excluded[name].(bool); out {
			continue
		}
		if to, _ := renamed[name].(string); to != "" {
			name = to
		}
		after.known = append(after.known, name)
	}
	return after
}
