package settings

import "sort"

// Override sets properties of those fields that a matcher finds.
type Override struct {
	MatcherID  string
	Options    any
	Properties []Property
}

// Property is one setting that an override sets.
type Property struct {
	ID    string
	Value any
}

// FieldConfig is a panel's settings for its fields.
type FieldConfig struct {
	Defaults  Object
	Overrides []Override
}

// SortedKeys returns the keys of an object in a stable order.
func SortedKeys(p Object) []string {
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Transformation is one of a panel's transformations as the dashboard's JSON holds it.
type Transformation struct {
	ID, Topic       string
	Options, Filter Object
}

// ReadOverride reads an override of a panel.
func ReadOverride(m Object) Override {
	match := m.Child("matcher")
	o := Override{MatcherID: match.Text("id"), Options: match["options"]}
	for _, p := range m.List("properties") {
		q, _ := p.(map[string]any)
		o.Properties = append(o.Properties, Property{Object(q).Text("id"), q["value"]})
	}
	return o
}
