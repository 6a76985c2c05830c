package dashboard

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// macros are the names that a query may call, as in $__timeFrom(). variables are the names that it may use
// without a call, as in $__interval. Both are written here without "$__".
func macros() []string {
	return []string{
		"time", "timeEpoch", "timeFilter", "timeFrom", "timeTo",
		"unixEpochFilter", "unixEpochNanoFilter", "unixEpochNanoFrom", "unixEpochNanoTo",
	}
}

func variables() []string {
	return []string{"interval", "interval_ms", "range", "range_ms", "range_s"}
}

// forms are the patterns that lintQuery looks for in the text of a query.
type forms struct {
	name  *regexp.Regexp // $name, and its parenthesis where it is a call
	inner *regexp.Regexp // a macro with parentheses in its argument, which Grafana can't read
	// timescale finds functions that plain PostgreSQL lacks, and macros that become such a function where the
	// datasource says that the database has TimescaleDB.
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

// lintQuery checks the text of one query, which may use the dashboard's own variables. Whether the query runs is for tests to find.
func lintQuery(panel uint32, q Query, own []string) []Problem {
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
		wrong("the query has %q, and Grafana would cut it there", m)
	}
	if strings.Contains(text, ";") {
		wrong("the query has a semicolon; it must be one statement without one")
	}
	if find.inner.MatchString(text) {
		wrong("a macro has parentheses in its argument, which Grafana can't read")
	}
	if m := find.timescale.FindString(text); m != "" {
		wrong("%q needs TimescaleDB", strings.TrimSuffix(m, "("))
	}
	for _, m := range find.name.FindAllStringSubmatch(text, -1) {
		if slices.Contains(own, m[1]) && m[2] == "" {
			continue
		}
		name, isCall := strings.TrimPrefix(m[1], "__"), m[2] == "("
		if !strings.HasPrefix(m[1], "__") || isCall && !slices.Contains(macros(), name) || !isCall && !slices.Contains(variables(), name) {
			wrong("Grafana has no $%s%s", m[1], m[2])
		}
	}
	return found
}
