package macro

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Format writes a single value in one of Grafana's formats, such as percentencode. The name is the one that the format
// queryparam writes.
func Format(name, value, format string) (string, error) {
	return Variable{Values: []string{value}}.format(name, format)
}

// RangeParameters are the parameters of an address that keep the range and the zone: ${__url_time_range} of a link. As in
// Grafana an end that was written relative to now stays so, and any other is written in ISO 8601.
func RangeParameters(c Context) string {
	end := func(text string, at time.Time) string {
		if !strings.HasPrefix(text, "now") {
			text = at.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return percentEncode(text, "@:$,;")
	}
	out := "from=" + end(c.FromText, c.From) + "&to=" + end(c.ToText, c.To)
	if c.Zone != "" {
		out += "&timezone=" + percentEncode(c.Zone, "@:$,;")
	}
	return out
}

// VariableParameters are the parameters of an address that keep the dashboard's variables: ${__all_variables} of a link.
func VariableParameters(c Context) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(c.Variables)) {
		if v := c.Variables[name]; v.Problem == nil {
			if p := v.queryParam(name); p != "" {
				out = append(out, p)
			}
		}
	}
	return strings.Join(out, "&")
}
