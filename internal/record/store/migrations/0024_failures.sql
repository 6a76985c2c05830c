-- On pipeline_runs:
-- The latest failures, and how many there are of each step, from the index alone: the failures of years lie on as many pages of the
-- table as they are.
DROP INDEX IF EXISTS pipeline_runs_failed_idx;
CREATE INDEX pipeline_runs_failed_idx ON pipeline_runs (coalesce(finished_at, started_at) DESC)
    INCLUDE (step_name, status, started_at, finished_at)
    WHERE status = 'FAILED';
