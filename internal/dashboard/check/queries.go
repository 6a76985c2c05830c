package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/timerange"
)

// document is what the check needs of a dashboard's JSON.
type document struct {
	UID        string                    `json:"uid"`
	Time       struct{ From, To string } `json:"time"`
	Panels     []panel                   `json:"panels"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`
	Annotations struct {
		List []struct {
			Name   string `json:"name"`
			Target target `json:"target"`
		} `json:"list"`
	} `json:"annotations"`
}

type panel struct {
	ID              int    `json:"id"`
	Type            string `json:"type"`
	Title           string `json:"title"`
	TimeFrom        string `json:"timeFrom"`
	TimeShift       string `json:"timeShift"`
	Interval        string `json:"interval"`
	MaxDataPoints   int    `json:"maxDataPoints"`
	Targets         []target
	Options         map[string]any   `json:"options"`
	Transformations []transformation `json:"transformations"`
	FieldConfig     struct {
		Defaults  map[string]any `json:"defaults"`
		Overrides []struct {
			Matcher    matcher `json:"matcher"`
			Properties []struct {
				ID    string `json:"id"`
				Value any    `json:"value"`
			} `json:"properties"`
		} `json:"overrides"`
	} `json:"fieldConfig"`
}

type target struct {
	RefID  string `json:"refId"`
	RawSQL string `json:"rawSql"`
	Format string `json:"format"`
	Hide   bool   `json:"hide"`
}

// Queries runs every query of a dashboard's JSON, those of variables and annotations too, and compares the columns
// that come back with those that its panels name.
func Queries(ctx context.Context, pool *pgxpool.Pool, text []byte, now time.Time) (Result, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return Result{}, fmt.Errorf("read the dashboard: %w", err)
	}
	r := runner{ctx: ctx, pool: pool, clock: timerange.Clock{Now: now, Location: desk.BuiltInRules().Location()}}
	if err := pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')`).Scan(&r.timescale); err != nil {
		return Result{}, err
	}
	var all Result
	var err error
	if all.Problems, all.Queries, err = r.variables(d); err != nil {
		return all, err
	}
	for _, p := range d.Panels {
		if p.Type == "row" || p.Type == "text" {
			continue
		}
		found, err := r.panel(d, p)
		if err != nil {
			return all, err
		}
		for _, text := range found {
			all.Problems = append(all.Problems, Problem{d.UID, fmt.Sprintf("panel %d (%s)", p.ID, p.Title), text})
		}
		all.Queries += len(p.Targets)
	}
	for _, a := range d.Annotations.List {
		if a.Target.RawSQL == "" {
			continue // Grafana's own
		}
		columns, problem, err := r.run(d, panel{}, a.Target)
		if err != nil {
			return all, err
		}
		found := []string{problem}
		if problem == "" {
			found = missing(columns, "an annotation needs", "time", "text")
		}
		for _, text := range found {
			all.Problems = append(all.Problems, Problem{d.UID, "annotation " + a.Name, text})
		}
		all.Queries++
	}
	return all, nil
}

type runner struct {
	ctx       context.Context
	pool      *pgxpool.Pool
	clock     timerange.Clock
	timescale bool
	values    map[string]macro.Variable
}

// panel runs a panel's queries and says what is wrong with them and with what it names.
func (r runner) panel(d document, p panel) ([]string, error) {
	var found []string
	all := names{}
	for _, t := range p.Targets {
		if t.Hide {
			continue
		}
		columns, problem, err := r.run(d, p, t)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			return append(found, problem), nil // what is named can't be judged
		}
		if t.Format != "table" {
			found = append(found, missing(columns, "a time series needs", "time")...)
		}
		all.add(columns, t)
	}
	return append(found, judge(p, all)...), nil
}

func missing(columns []pgconn.FieldDescription, who string, wanted ...string) []string {
	var found []string
	for _, name := range wanted {
		there := false
		for _, c := range columns {
			there = there || c.Name == name
		}
		if !there {
			found = append(found, fmt.Sprintf("%s the column %s, and the query returns %s", who, name, listed(columns)))
		}
	}
	return found
}

func listed(columns []pgconn.FieldDescription) string {
	var all []string
	for _, c := range columns {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

// run sends a query as a panel would and gives its columns, or the problem with it. All rows are
// read: an error may come with the last.
func (r runner) run(d document, p panel, t target) ([]pgconn.FieldDescription, string, error) {
	sql, err := r.expand(d, p, t.RawSQL)
	if err != nil {
		return nil, "the query can't be filled in: " + err.Error(), nil
	}
	tx, err := r.pool.BeginTx(r.ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(r.ctx)) }()
	// The extended protocol takes one statement only, as Grafana's does.
	answer := tx.Conn().PgConn().ExecParams(r.ctx, sql, nil, nil, nil, nil)
	var columns []pgconn.FieldDescription
	columns = append(columns, answer.FieldDescriptions()...)
	for answer.NextRow() {
	}
	_, err = answer.Close()
	var server *pgconn.PgError
	switch {
	case errors.As(err, &server):
		return nil, fmt.Sprintf("the query fails: %s (%s)", server.Message, server.Code), nil
	case err != nil:
		return nil, "", err
	}
	return columns, "", nil
}

// expand fills a query in over the dashboard's default range, or the panel's own.
func (r runner) expand(d document, p panel, sql string) (string, error) {
	span, err := r.clock.Range(d.Time.From, d.Time.To)
	if err != nil {
		return "", err
	}
	own, err := macro.Interpolate(p.TimeFrom, macro.Context{Variables: r.values})
	if err != nil {
		return "", err
	}
	if span, _, err = r.clock.Override(span, own, p.TimeShift); err != nil {
		return "", err
	}
	least := time.Minute // what Grafana's SQL datasources take where a panel says nothing
	if p.Interval != "" {
		if least, err = macro.ParseMinimum(p.Interval); err != nil {
			return "", err
		}
	}
	points := p.MaxDataPoints
	if points <= 0 {
		points = 1000
	}
	out, _, err := macro.Expand(sql, macro.Context{From: span.From, To: span.To, Now: r.clock.Now, Variables: r.values,
		Interval: macro.Interval(span.From, span.To, points, least), TimescaleDB: r.timescale})
	return out, err
}

// isText reports whether a column becomes a label or a series' name in a time series.
func isText(c pgconn.FieldDescription) bool {
	switch c.DataTypeOID {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID, pgtype.Float4OID, pgtype.Float8OID,
		pgtype.BoolOID, pgtype.TimestamptzOID, pgtype.TimestampOID, pgtype.DateOID:
		return false
	}
	return true
}
