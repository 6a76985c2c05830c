package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/lineage"
	"macrowatch/internal/redact"
)

// LineageRecorded says what events have changed.
type LineageRecorded struct {
	// Runs is how many runs the events are about.
	Runs int64
	// Counts counts those of them that are in pipeline_runs. A run is not there before an event says where it stands.
	desk.Counts
	// Renamed is how many runs got another step, because another namespace has a job of the same name now.
	Renamed int64
}

// LineageRecord records what events about runs say. It must be called within a transaction. The same events in any order,
// in any number of calls and any of them again, leave the same runs.
//
// For each run it merges the events into a row of lineage_runs, which it locks, and writes the run that follows from it.
func (s *Store) LineageRecord(ctx context.Context, events []lineage.Event, rules lineage.Rules) (LineageRecorded, error) {
	byRun := map[string][]lineage.Event{}
	for _, e := range events {
		byRun[e.RunID] = append(byRun[e.RunID], e)
	}
	r := &lineageRecorder{store: s, rules: rules, namespaces: map[string][]string{}}
	var known []lineage.Facts
	for _, id := range slices.Sorted(maps.Keys(byRun)) { // in one order, so that two requests don't wait for each other
		facts, err := r.merge(ctx, byRun[id])
		if err != nil {
			return LineageRecorded{}, err
		}
		known = append(known, facts)
	}
	done := LineageRecorded{Runs: int64(len(known)), Renamed: r.renamed}
	runs, err := r.changed(ctx, known, &done.Counts)
	if err != nil {
		return LineageRecorded{}, err
	}
	// A run that fails has a long message, and a table of another tool may have short columns.
	return done, RunRecorder{s}.RunUpsert(ctx, runs...)
}

// lineageRecorder records the runs of one call.
type lineageRecorder struct {
	store      *Store
	rules      lineage.Rules
	namespaces map[string][]string // those of each job's name that has been looked for
	renamed    int64
}

// merge merges the events of one run into what is known of it.
func (r *lineageRecorder) merge(ctx context.Context, events []lineage.Event) (lineage.Facts, error) {
	facts := lineage.FactsOf(events[0], redact.Secrets)
	for _, e := range events[1:] {
		facts = lineage.Merge(facts, lineage.FactsOf(e, redact.Secrets))
	}
	before, there, err := r.store.lineageLocked(ctx, facts.RunID)
	if err != nil {
		return facts, err
	}
	if there {
		facts = lineage.Merge(before, facts)
	}
	for _, e := range events {
		if err := r.know(ctx, e.Job, facts); err != nil {
			return facts, err
		}
	}
	if err := r.know(ctx, facts.Job, facts); err != nil {
		return facts, err
	}
	return facts, r.store.lineageUpdate(ctx, facts, r.rules.Name(facts.Job, facts.Parent, facts.Root).ByRule())
}

// know makes sure that lineage_jobs has a job that no rule names. The row stays locked until the end of the transaction,
// so that no other namespace gets a job of this name before the runs of this one are written.
func (r *lineageRecorder) know(ctx context.Context, job lineage.Job, facts lineage.Facts) error {
	if slices.Contains(r.namespaces[job.Name], job.Namespace) || r.rules.Name(job, facts.Parent, facts.Root).ByRule() {
		return nil
	}
	namespaces, added, err := r.store.lineageJob(ctx, job)
	if err != nil {
		return err
	}
	r.namespaces[job.Name] = namespaces
	if !added || len(namespaces) != 2 {
		return nil
	}
	// Until now the job of the first namespace had the name for itself.
	first := lineage.Job{Namespace: namespaces[0], Name: job.Name}
	renamed, err := r.store.lineageRename(ctx, first)
	r.renamed += renamed
	return err
}

// changed returns the runs that differ from the stored ones, and counts all.
func (r *lineageRecorder) changed(ctx context.Context, known []lineage.Facts, counts *desk.Counts) ([]desk.Run, error) {
	var runs []desk.Run
	for _, facts := range known {
		named := r.rules.Name(facts.Job, facts.Parent, facts.Root)
		step := named.Step
		if !named.ByRule() {
			step = lineage.DefaultStep(facts.Job, len(r.namespaces[facts.Job.Name]) > 1)
		}
		run, begun := facts.Run(step)
		if !begun {
			continue
		}
		if err := r.store.checkStep(step, ""); err != nil {
			return nil, err
		}
		stored, there, err := r.store.RunLocked(ctx, run.ID)
		switch {
		case err != nil:
			return nil, err
		case there && stored == run:
			counts.Unchanged++
			continue
		case there:
			counts.Updated++
		default:
			counts.Inserted++
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// lineageRename gives the runs of a job the step that has the job's namespace.
func (s *Store) lineageRename(ctx context.Context, job lineage.Job) (int64, error) {
	before, after := lineage.DefaultStep(job, false), lineage.DefaultStep(job, true)
	types, err := s.columnTypes(ctx, runTable.name)
	if err != nil {
		return 0, err
	}
	step := "text"
	if types["step_name"] != "" {
		step = types["step_name"]
	}
	tag, err := s.db().Exec(ctx, fmt.Sprintf(lineageRenameSQL, step), job.Namespace, job.Name, before, after)
	if err != nil {
		return 0, fmt.Errorf("rename the runs of the step %q: %w", before, translate(err))
	}
	if tag.RowsAffected() == 0 {
		return 0, nil
	}
	for _, step := range []string{before, after} {
		if err := s.checkStep(step, ""); err != nil {
			return 0, err
		}
	}
	return tag.RowsAffected(), nil
}
