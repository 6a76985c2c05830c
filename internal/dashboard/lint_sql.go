package dashboard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// macros are the names that may stand before a parenthesis, variables those that may stand
// alone; both come after "$__".
func macros() []string {
	return []string{
		"time", "timeEpoch", "timeFilter", "timeFrom", "timeTo",
		"unixEpochFilter", "unixEpochNanoFilter", "unixEpochNanoFrom", "unixEpochNanoTo",
	}
}

func variables() []string {
	return []string{"interval", "interval_ms", "range", "range_ms", "range_s"}
}

// forms are what lintQuery looks for in a query's text.
type forms struct {
	name  *regexp.Regexp // $name, and its parenthesis where it is a call
	inner *regexp.Regexp // a macro whose argument holds parentheses, which Grafana does not read
	// timescale finds functions that plain PostgreSQL lacks, and the macros that become one of
	// them where the datasource says timescaledb.
	timescale *regexp.Regexp
	comment   *regexp.Regexp
}

func newForms() forms {
	return forms{
		name:      regexp.MustCompile(`\$(\w+)(\(?)`),
		inner:     regexp.MustCompile(`\$__\w+\([^()]*\(`),
		timescale: regexp.MustCompile(`(?i)\b(time_bucket|first|last)\s*\(|\$__(timeGroup|timeGroupAlias|unixEpochGroup|unixEpochGroupAlias)\b`),
		comment:   regexp.MustCompile(`--|/\*`),
	}
}

// lintQuery checks one query by its text; tests run it.
func lintQuery(panel uint32, q Query) []Problem {
	var found []Problem
	find := newForms()
	wrong := func(format string, args ...any) {
		found = append(found, Problem{"sql", panel, fmt.Sprintf(format, args...)})
	}
	if q.Datasource.Uid == nil || *q.Datasource.Uid != DatasourceUID {
		found = append(found, Problem{"datasource", panel, "the query does not name the datasource " + DatasourceUID})
	}
	if q.Format != Table && q.Format != TimeSeries {
		wrong("the format %q is neither table nor time_series", q.Format)
	}
	if q.RefID == "" || !q.RawQuery || q.EditorMode != "code" {
		wrong("the query is not marked as written SQL")
	}
	text := q.RawSQL
	if strings.TrimSpace(text) == "" {
		wrong("the query is empty")
	}
	if m := find.comment.FindString(text); m != "" {
		wrong("the query holds %q, where Grafana would cut it", m)
	}
	if strings.Contains(text, ";") {
		wrong("the query holds a semicolon: it must be one statement without one")
	}
	if find.inner.MatchString(text) {
		wrong("a macro's argument holds parentheses, which Grafana does not read")
	}
	if m := find.timescale.FindString(text); m != "" {
		wrong("%q needs TimescaleDB", strings.TrimSuffix(m, "("))
	}
	for _, m := range find.name.FindAllStringSubmatch(text, -1) {
		name, isCall := strings.TrimPrefix(m[1], "__"), m[2] == "("
		if !strings.HasPrefix(m[1], "__") || isCall && !slices.Contains(macros(), name) || !isCall && !slices.Contains(variables(), name) {
			wrong("Grafana has no $%s%s", m[1], m[2])
		}
	}
	return found
}
