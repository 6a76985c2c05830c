package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
)

// variables gives the dashboard's variables their values, those of query variables from the database. It says which
// variables get none, and how many queries it ran.
func (r *runner) variables() ([]Problem, int, error) {
	var found []Problem
	queries := 0
	for _, v := range r.dashboard.Variables {
		say := func(text string) {
			found = append(found, Problem{r.dashboard.UID, "variable " + v.Name, text})
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
		if len(values) == 0 || values[0] == "" {
			say("it has no value")
			continue
		}
		r.request.Resolved.Values[v.Name] = macro.Variable{Values: values}
	}
	return found, queries, nil
}

// firstChoice runs a variable's query and returns the first value of its answer. Grafana takes that value if nobody
// has chosen another yet.
func (r *runner) firstChoice(sql string) (value, problem string, err error) {
	text, err := r.fillIn(&model.Panel{}, sql)
	if err != nil {
		return "", "the query can't be filled in: " + err.Error(), nil
	}
	tx, err := r.pool.BeginTx(r.ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return "", "", err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(r.ctx)) }()
	answer := tx.Conn().PgConn().ExecParams(r.ctx, text, nil, nil, nil, nil).Read()
	var server *pgconn.PgError
	switch {
	case errors.As(answer.Err, &server):
		return "", fmt.Sprintf("the query fails: %s (%s)", server.Message, server.Code), nil
	case answer.Err != nil:
		return "", "", answer.Err
	}
	if len(answer.Rows) > 0 && len(answer.Rows[0]) > 0 {
		value = string(answer.Rows[0][0])
	}
	return value, "", nil
}
