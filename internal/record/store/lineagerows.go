package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/record/lineage"
)

const (
	// The first event of a run makes its row. If two requests bring first events, the second waits here for the first.
	lineageInsert = `INSERT INTO lineage_runs (run_id, job_namespace, job_name, job_at, by_rule, first_at, began)
VALUES ($1, '', '', 'epoch', false, 'epoch', false) ON CONFLICT DO NOTHING`

	lineageSelect = `SELECT job_namespace, job_name, job_at, first_at, start_at, began, coalesce(end_type, ''), end_at,
    coalesce(error_message, ''), error_at, parent_run_id, parent_namespace, parent_name, root_run_id, root_namespace, root_name,
    parent_at, rows_written, rows_at, nominal_start_at
FROM lineage_runs WHERE run_id = $1 FOR UPDATE`

	lineageWrite = `UPDATE lineage_runs SET job_namespace = $2, job_name = $3, job_at = $4, by_rule = $5, first_at = $6, start_at = $7,
    began = $8, end_type = nullif($9, ''), end_at = $10, error_message = nullif($11, ''), error_at = $12,
    parent_run_id = $13, parent_namespace = $14, parent_name = $15, root_run_id = $16, root_namespace = $17, root_name = $18,
    parent_at = $19, rows_written = $20, rows_at = $21, nominal_start_at = $22
WHERE run_id = $1`

	lineageJobFind = `SELECT namespaces FROM lineage_jobs WHERE job_name = $1 AND $2 = ANY (namespaces) FOR SHARE`

	lineageJobAdd = `INSERT INTO lineage_jobs AS t (job_name, namespaces) VALUES ($1, ARRAY[$2])
ON CONFLICT (job_name) DO UPDATE SET namespaces = CASE WHEN $2 = ANY (t.namespaces) THEN t.namespaces ELSE t.namespaces || excluded.namespaces END
RETURNING namespaces`

	// The mark %s is the type of the column, which another tool may have chosen.
	lineageRenameSQL = `UPDATE pipeline_runs t SET step_name = $4::text::%s FROM lineage_runs l
WHERE l.run_id = t.run_id::text AND l.job_namespace = $1 AND l.job_name = $2 AND NOT l.by_rule AND t.step_name::text = $3`
)

// lineageLocked returns what is known of a run, and whether anything is. Its row is there afterwards, and locked.
func (s *Store) lineageLocked(ctx context.Context, id string) (f lineage.Facts, there bool, err error) {
	tag, err := s.db().Exec(ctx, lineageInsert, id)
	if err != nil {
		return f, false, fmt.Errorf("note the run: %w", translate(err))
	}
	if tag.RowsAffected() == 1 {
		return f, false, nil
	}
	f.RunID = id
	var start, end, failed, parentAt, rowsAt, nominal *time.Time
	var parent, root [3]*string
	err = s.db().QueryRow(ctx, lineageSelect, id).Scan(&f.Job.Namespace, &f.Job.Name, &f.JobAt, &f.FirstAt, &start, &f.Began, &f.End, &end,
		&f.Error, &failed, &parent[0], &parent[1], &parent[2], &root[0], &root[1], &root[2], &parentAt, &f.Rows, &rowsAt, &nominal)
	if err != nil {
		return f, false, fmt.Errorf("look what is known of the run: %w", translate(err))
	}
	f.JobAt, f.FirstAt = f.JobAt.UTC(), f.FirstAt.UTC()
	f.StartAt, f.EndAt, f.ErrorAt = timeOrZero(start), timeOrZero(end), timeOrZero(failed)
	f.ParentAt, f.RowsAt, f.NominalStart = timeOrZero(parentAt), timeOrZero(rowsAt), timeOrZero(nominal)
	f.Parent, f.Root = linkOf(parent), linkOf(root)
	return f, true, nil
}

// lineageUpdate writes what is known of a run.
func (s *Store) lineageUpdate(ctx context.Context, f lineage.Facts, byRule bool) error {
	known := func(t time.Time) *time.Time { return nullUnless(!t.IsZero(), t) }
	parent, root := linkValues(f.Parent), linkValues(f.Root)
	_, err := s.db().Exec(ctx, lineageWrite, f.RunID, f.Job.Namespace, f.Job.Name, f.JobAt, byRule, f.FirstAt, known(f.StartAt),
		f.Began, string(f.End), known(f.EndAt), f.Error, known(f.ErrorAt), parent[0], parent[1], parent[2], root[0], root[1], root[2],
		known(f.ParentAt), f.Rows, known(f.RowsAt), known(f.NominalStart))
	if err != nil {
		return fmt.Errorf("write what is known of the run: %w", translate(err))
	}
	return nil
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func linkOf(values [3]*string) *lineage.Link {
	if slices.Contains(values[:], nil) {
		return nil
	}
	return &lineage.Link{RunID: *values[0], Job: lineage.Job{Namespace: *values[1], Name: *values[2]}}
}

func linkValues(l *lineage.Link) [3]*string {
	if l == nil {
		return [3]*string{}
	}
	return [3]*string{&l.RunID, &l.Job.Namespace, &l.Job.Name}
}

// lineageJob returns the namespaces that have a job of the same name, in the order in which they came, and whether this
// job was added just now.
func (s *Store) lineageJob(ctx context.Context, job lineage.Job) (namespaces []string, added bool, err error) {
	err = s.db().QueryRow(ctx, lineageJobFind, job.Name, job.Namespace).Scan(&namespaces)
	if err == nil {
		return namespaces, false, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return nil, false, fmt.Errorf("look for the job: %w", translate(err))
	}
	if err := s.db().QueryRow(ctx, lineageJobAdd, job.Name, job.Namespace).Scan(&namespaces); err != nil {
		return nil, false, fmt.Errorf("note the job: %w", translate(err))
	}
	return namespaces, namespaces[len(namespaces)-1] == job.Namespace, nil
}
