package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"macrowatch/internal/viewer/macro"
)

// variable is a dashboard variable. Query is SQL where Type is query, else a text of its own kind.
type variable struct {
	Name    string          `json:"name"`
	Type    string          `json:"type"`
	Query   json.RawMessage `json:"query"`
	Current struct {
		Value json.RawMessage `json:"value"`
	} `json:"current"`
}

// variables gives the dashboard's variables their values, those of queries from the database, and
// says which of them get none.
func (r *runner) variables(d document) ([]Problem, int, error) {
	r.values = map[string]macro.Variable{}
	var found []Problem
	queries := 0
	for _, v := range d.Templating.List {
		say := func(text string) {
			found = append(found, Problem{d.UID, "variable " + v.Name, text})
		}
		value := asText(v.Current.Value)
		if v.Type == "query" {
			queries++
			got, problem, err := r.first(d, asText(v.Query))
			if err != nil {
				return found, queries, err
			}
			if problem != "" {
				say(problem)
				continue
			}
			value = got
		}
		if value == "" {
			say("it has no value")
			continue
		}
		r.values[v.Name] = macro.Variable{Values: []string{value}}
	}
	return found, queries, nil
}

// asText is a JSON string's text, "" for anything else.
func asText(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s) // what is no string is no text
	return s
}

// first runs a variable's query and gives the first value of its answer, which is what Grafana
// chooses where nobody has chosen yet.
func (r *runner) first(d document, sql string) (value, problem string, err error) {
	text, err := r.expand(d, panel{}, sql)
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
