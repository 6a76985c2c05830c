package check

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"macrowatch/internal/dashboard"
)

// Problem is one thing that is wrong with a dashboard.
type Problem struct {
	// Dashboard is its uid. It is "" for a dashboard of a file.
	Dashboard string
	// File is the file of a dashboard that macrowatch is not built with.
	File string
	// Panel names the panel, annotation or variable. It is "" if the problem is the dashboard's as a whole.
	Panel string
	// Text says what is wrong.
	Text string
}

// String is "pipeline-health, panel 3 (BCB PTAX): the query fails: …", in one line.
func (p Problem) String() string {
	what := cmp.Or(p.File, p.Dashboard)
	if p.Panel == "" {
		return what + ": " + p.Text
	}
	return what + ", " + p.Panel + ": " + p.Text
}

// Result is what a check found, and how many queries it ran.
type Result struct {
	Problems []Problem
	Queries  int
}

// Dashboards checks definitions against the house rules, and runs their queries on a migrated database, over each dashboard's
// default range up to now. The zone is the desk's. It only reads. An error means that the database went away. A query that fails is a problem
// in the result.
func Dashboards(ctx context.Context, pool *pgxpool.Pool, defs []dashboard.Definition, now time.Time, zone *time.Location) (Result, error) {
	var all Result
	for _, def := range defs {
		for _, p := range dashboard.Lint(def) {
			where := ""
			if p.Panel != 0 {
				where = fmt.Sprintf("panel %d", p.Panel)
			}
			all.Problems = append(all.Problems, Problem{Dashboard: def.UID, Panel: where, Text: p.Rule + ": " + p.Text})
		}
		text, err := dashboard.JSON(def)
		if err != nil {
			return all, err
		}
		found, err := Queries(ctx, pool, text, now, zone)
		if err != nil {
			return all, fmt.Errorf("check the queries of %s: %w", def.UID, err)
		}
		all.Problems = append(all.Problems, found.Problems...)
		all.Queries += found.Queries
	}
	return all, nil
}
