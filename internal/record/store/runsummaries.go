package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	runWidths = `SELECT width_seconds FROM run_summary_widths ORDER BY width_seconds`

	// runSums are the columns that sum up runs r, and summaries r.
	runSums = `count(*) AS runs, min(r.started_at) AS first_started, max(coalesce(r.finished_at, r.started_at)) AS last_known,
    max(coalesce(r.duration_seconds, extract(epoch FROM r.finished_at - r.started_at)::float8)) AS longest`
	runSumsAgain = `sum(r.runs)::bigint AS runs, min(r.first_started) AS first_started, max(r.last_known) AS last_known, max(r.longest) AS longest`

	runSummariesAll = `SELECT w.width_seconds, date_bin(make_interval(secs => w.width_seconds), r.{at}, w.origin) AS begins_at, r.step_name::text AS step_name, r.status::text AS status, {sums}
FROM {source} r CROSS JOIN run_summary_widths w
WHERE w.width_seconds = {width} AND {part}
GROUP BY 1, 2, 3, 4`

	runSummariesSome = `SELECT w.width_seconds, stretches.begins_at, s.*
    FROM stretches
    JOIN run_summary_widths w ON w.width_seconds = {width}
    CROSS JOIN LATERAL (
        SELECT r.step_name::text AS step_name, r.status::text AS status, {sums}
        FROM {source} r
        WHERE {part} AND r.{at} >= stretches.begins_at AND r.{at} < stretches.begins_at + make_interval(secs => w.width_seconds)
        GROUP BY 1, 2
    ) s`
)

// runSummary sums up the runs by step and status.
func runSummary() summary {
	return summary{
		of: runTable.name, rows: "runs", into: "run_summaries", marks: "run_summary_marks", mark: "quarter",
		keys: []string{"step_name", "status"}, values: []string{"runs", "first_started", "last_known", "longest"},
		kept: desk.RunSummariesKept(), levels: runLevels,
	}
}

// runLevels are the widths in run_summary_widths. Those of a width are made from those of the widest one that divides it, and the
// narrowest ones from the runs themselves.
func runLevels(ctx context.Context, q queryer) ([]summaryLevel, error) {
	rows, err := q.Query(ctx, runWidths)
	if err != nil {
		return nil, err
	}
	widths, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, err
	}
	var levels []summaryLevel
	for n, width := range widths {
		source, part, sums, at := desk.UsableRows(runTable.name), "true", runSums, "started_at"
		if n > 0 {
			widest := widths[0]
			for _, w := range widths[:n] {
				if width%w == 0 {
					widest = w
				}
			}
			source, part, sums, at = "run_summaries", fmt.Sprintf("r.width_seconds = %d", widest), runSumsAgain, "begins_at"
		}
		fill := strings.NewReplacer("{source}", source, "{part}", part, "{sums}", sums, "{at}", at, "{width}", fmt.Sprint(width))
		levels = append(levels, summaryLevel{width: width, all: fill.Replace(runSummariesAll), some: fill.Replace(runSummariesSome), begins: func(at string) string {
			return fmt.Sprintf("date_bin(interval '%d seconds', %s, (SELECT origin FROM run_summary_widths WHERE width_seconds = %[1]d))", width, at)
		}})
	}
	return levels, nil
}
