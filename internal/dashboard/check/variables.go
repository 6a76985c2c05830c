package check

import (
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
)

// variables gives the dashboard's variables their values. The values of query variables come from the database. It
// returns a problem for each variable without a value, and how many queries it ran.
func (r *runner) variables() ([]Problem, int, error) {
	var found []Problem
	queries := 0
	for _, v := range r.dashboard.Variables {
		say := func(text string) {
			found = append(found, Problem{Dashboard: r.dashboard.UID, Panel: "variable " + v.Name, Text: text})
		}
		values := v.Values
		if v.Kind == "query" {
			queries++
			first, problem, err := r.firstChoice(v.Query)
			if err != nil {
				return found, queries, err
			}
			if problem != "" {
				say(problem)
				continue
			}
			values = []string{first}
		}
		// Where the reader may choose All, and the author wrote what it stands for, a page begins with it.
		if v.IncludeAll && v.AllValue != "" {
			r.request.Resolved.Values[v.Name] = macro.Variable{Values: values, Multi: true, All: v.AllValue}
			continue
		}
		if len(values) == 0 || values[0] == "" {
			say("it has no value")
			continue
		}
		r.request.Resolved.Values[v.Name] = macro.Variable{Values: values, Multi: v.Multi || v.IncludeAll}
	}
	return found, queries, nil
}

// firstChoice runs a variable's query and returns the first value of its answer. Grafana takes that value if nobody
// has chosen another yet.
func (r *runner) firstChoice(sql string) (value, problem string, err error) {
	problem, err = r.send(&model.Panel{}, sql, func(answer *pgconn.ResultReader) error {
		result := answer.Read()
		if len(result.Rows) > 0 && len(result.Rows[0]) > 0 {
			value = string(result.Rows[0][0])
		}
		return result.Err
	})
	return value, problem, err
}
