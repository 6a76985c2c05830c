package check

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/viewer/annotation"
	"macrowatch/internal/viewer/boardfiles"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/render"
	"macrowatch/internal/viewer/request"
	"macrowatch/internal/viewer/variable"
)

// Own checks dashboards that macrowatch is not built with. A problem is what the page would say in place of a dashboard, a
// panel or a variable: a file that can't be shown, a query that fails, a kind of panel or a data source that is not supported.
// The queries run as the viewer runs them, over each dashboard's default range up to now. Time expressions, such
// as now/d, are read in the given zone.
func Own(ctx context.Context, pool *pgxpool.Pool, boards []boardfiles.Board, now time.Time, zone *time.Location) (Result, error) {
	var all Result
	q := query.NewRunner(pool, query.Options{})
	for _, b := range boards {
		o := own{ctx: ctx, querier: q, file: b.File, result: &all}
		if b.File == "" {
			o.file = "the folder"
		}
		if b.Fault != "" {
			o.say("", b.Fault)
			continue
		}
		if err := o.dashboard(b, now, zone); err != nil {
			return all, fmt.Errorf("check %s: %w", b.File, err)
		}
		if err := pool.Ping(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// own checks one dashboard.
type own struct {
	ctx     context.Context
	querier request.Querier
	file    string
	result  *Result
}

func (o own) say(where, sentence string) {
	o.result.Problems = append(o.result.Problems, Problem{File: o.file, Panel: where, Text: sentence})
}

func (o own) dashboard(b boardfiles.Board, now time.Time, zone *time.Location) error {
	d, err := model.Parse(b.JSON)
	if err != nil {
		return err
	}
	r := request.Request{Clock: d.Clock(now, zone)}
	if r.Range, err = r.Clock.Range(d.From, d.To); err != nil {
		o.say("", "its time range can't be read: "+err.Error())
		return nil
	}
	offered, r, err := variable.Resolve(o.ctx, o.querier, d, r)
	if err != nil {
		o.say("", err.Error())
		return nil
	}
	for _, v := range offered.Variables {
		if v.Error != "" {
			o.say("variable "+v.Name, v.Error)
		}
	}
	for _, v := range d.Variables {
		if v.Kind == "query" {
			o.result.Queries++
		}
	}
	for _, p := range d.Panels {
		o.panel(d, p, r)
	}
	for _, sentence := range annotation.Fetch(o.ctx, o.querier, d, r).Errors {
		o.say("", sentence)
	}
	o.result.Queries += len(d.Annotations)
	return o.ctx.Err()
}

func (o own) panel(d *model.Dashboard, p *model.Panel, r request.Request) {
	if p.Type == "row" {
		return
	}
	for _, t := range p.Targets {
		if t.SQL != "" && !t.Hide {
			o.result.Queries++
		}
	}
	out := render.Panel(o.ctx, o.querier, d, p.ID, r, annotation.Marks{})
	where := fmt.Sprintf("panel %d (%s)", p.ID, p.Title)
	switch {
	case out.Error != "":
		o.say(where, out.Error)
	case out.View != nil && out.View.Kind == "unsupported":
		o.say(where, out.View.Message)
	}
}
