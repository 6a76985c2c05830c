package macro

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Format writes a single value in one of Grafana's formats, such as percentencode. The name is the one that the format
// queryparam writes.
func Format(name, value, format string) (string, error) {
	return Variable{Values: []string{value}}.format(name, format)
}

// RangeParameters are the parameters of an address that keep the range and the zone: ${__url_time_range} of a link. A range
// that was written relative to now stays so.
func RangeParameters(c Context) string {
	from, to := c.FromText, c.ToText
	if from == "" || to == "" {
		from, to = strconv.FormatInt(c.From.UnixMilli(), 10), strconv.FormatInt(c.To.UnixMilli(), 10)
	}
	out := "from=" + percentEncode(from, "@:$,;") + "&to=" + percentEncode(to, "@:$,;")
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
