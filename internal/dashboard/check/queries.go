package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/request"
)

// Queries runs every query of a dashboard's JSON, including the queries of variables and annotations. It compares
// the columns that the queries return with the columns that the panels name. The zone is the desk's.
func Queries(ctx context.Context, pool *pgxpool.Pool, text []byte, now time.Time, zone *time.Location) (Result, error) {
	d, err := model.Parse(text)
	if err != nil {
		return Result{}, fmt.Errorf("read the dashboard: %w", err)
	}
	r, err := newRunner(ctx, pool, d, now, zone)
	if err != nil {
		return Result{}, err
	}
	var all Result
	if all.Problems, all.Queries, err = r.variables(); err != nil {
		return all, err
	}
	for _, p := range d.Panels {
		if kind, _ := kinds.Find(p.Type); kind.NoQueries {
			continue
		}
		found, err := r.panel(p)
		if err != nil {
			return all, err
		}
		for _, text := range found {
			all.Problems = append(all.Problems, Problem{Dashboard: d.UID, Panel: fmt.Sprintf("panel %d (%s)", p.ID, p.Title), Text: text})
		}
		all.Queries += len(p.Targets)
	}
	for _, a := range d.Annotations {
		found, err := r.annotation(a)
		if err != nil {
			return all, err
		}
		for _, text := range found {
			all.Problems = append(all.Problems, Problem{Dashboard: d.UID, Panel: "annotation " + a.Name, Text: text})
		}
		all.Queries++
	}
	return all, nil
}

// runner runs the queries of one dashboard.
type runner struct {
	ctx       context.Context
	pool      *pgxpool.Pool
	dashboard *model.Dashboard
	// request is the request of a reader who opens the dashboard now, at its default range.
	request request.Request
}

func newRunner(ctx context.Context, pool *pgxpool.Pool, d *model.Dashboard, now time.Time, zone *time.Location) (*runner, error) {
	r := &runner{ctx: ctx, pool: pool, dashboard: d}
	r.request = request.Request{Clock: d.Clock(now, zone),
		Resolved: &request.ResolvedVariables{Dashboard: d, Values: map[string]macro.Variable{}}}
	err := pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')`).Scan(&r.request.TimescaleDB)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// panel runs a panel's queries. It says what is wrong with them and with what the panel names.
func (r *runner) panel(p *model.Panel) ([]string, error) {
	var found []string
	var all returned
	for _, t := range p.Targets {
		if t.Hide {
			continue
		}
		columns, problem, err := r.run(p, t.SQL)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			return append(found, problem), nil // without columns there is nothing to compare names with
		}
		if t.Format != "table" {
			found = append(found, missing(columns, "a time series needs", "time")...)
		}
		all.add(columns, t)
	}
	return append(found, unknownNames(p, all)...), nil
}

func (r *runner) annotation(a model.AnnotationQuery) ([]string, error) {
	columns, problem, err := r.run(&model.Panel{}, a.SQL)
	if err != nil || problem != "" {
		return []string{problem}, err
	}
	return missing(columns, "an annotation needs", "time", "text"), nil
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

// run runs a query as the panel would and returns its columns, or the problem with it. It reads all rows, since an error
// may come with the last one.
func (r *runner) run(p *model.Panel, sql string) (columns []pgconn.FieldDescription, problem string, err error) {
	problem, err = r.send(p, sql, func(answer *pgconn.ResultReader) error {
		columns = append(columns, answer.FieldDescriptions()...)
		for answer.NextRow() {
		}
		_, err := answer.Close()
		return err
	})
	return columns, problem, err
}

// send fills in a query of a panel and sends it in a read-only transaction; read reads the answer. If the query can't be
// filled in, or if the database refuses it, that is a problem. Anything else is an error.
func (r *runner) send(p *model.Panel, sql string, read func(*pgconn.ResultReader) error) (problem string, err error) {
	sql, err = r.fillIn(p, sql)
	if err != nil {
		return "the query can't be filled in: " + err.Error(), nil
	}
	tx, err := r.pool.BeginTx(r.ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(r.ctx)) }()
	// The extended protocol accepts one statement only, as Grafana does.
	err = read(tx.Conn().PgConn().ExecParams(r.ctx, sql, nil, nil, nil, nil))
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return fmt.Sprintf("the query fails: %s (%s)", refused.Message, refused.Code), nil
	}
	return "", err
}

// fillIn fills in a query of a panel as the viewer does, over the panel's own range or the dashboard's default one.
func (r *runner) fillIn(p *model.Panel, sql string) (string, error) {
	reader := r.request
	var err error
	if reader.Range, err = reader.Clock.Range(r.dashboard.From, r.dashboard.To); err != nil {
		return "", err
	}
	job := panel.NewJob(r.dashboard, p, reader, annotation.Marks{})
	if err := job.Prepare(); err != nil {
		return "", err
	}
	out, _, err := macro.Expand(sql, job.Macros)
	return out, err
}
