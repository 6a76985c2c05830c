-- On pipeline_runs:
-- The failures of a step from the index alone, also those of a step that never failed: the index of all failures would be read from
-- one end of the range to the other.
CREATE INDEX pipeline_runs_step_failed_idx ON pipeline_runs (step_name, coalesce(finished_at, started_at))
    INCLUDE (status, started_at, finished_at)
    WHERE status = 'FAILED';
