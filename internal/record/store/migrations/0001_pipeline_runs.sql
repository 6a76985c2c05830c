CREATE TABLE pipeline_runs (
    run_id           text        NOT NULL,
    step_name        text        NOT NULL,
    status           text        NOT NULL,
    started_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    duration_seconds float8,
    error_message    text,
    CONSTRAINT pipeline_runs_pkey PRIMARY KEY (run_id),
    CONSTRAINT pipeline_runs_run_id_not_empty CHECK (run_id <> ''),
    CONSTRAINT pipeline_runs_step_name_not_empty CHECK (step_name <> ''),
    CONSTRAINT pipeline_runs_status_known CHECK (status IN ('RUNNING', 'SUCCESS', 'FAILED')),
    CONSTRAINT pipeline_runs_started_at_finite CHECK (isfinite(started_at)),
    CONSTRAINT pipeline_runs_finished_at_finite CHECK (isfinite(finished_at)),
    CONSTRAINT pipeline_runs_finished_unless_running CHECK ((status = 'RUNNING') = (finished_at IS NULL)),
    CONSTRAINT pipeline_runs_finished_not_before_started CHECK (finished_at >= started_at),
    -- NaN sorts above Infinity, so "below Infinity" refuses both.
    CONSTRAINT pipeline_runs_duration_finite CHECK (duration_seconds >= 0 AND duration_seconds < 'Infinity')
);

-- The latest run of a step (read backwards; of two that started together the one still RUNNING
-- first), and which steps there are.
CREATE INDEX pipeline_runs_step_started_idx ON pipeline_runs (step_name, started_at, finished_at)
    INCLUDE (status, duration_seconds);
-- The runs of a range, from the index alone: what the timeline draws is all in it.
CREATE INDEX pipeline_runs_started_idx ON pipeline_runs (started_at)
    INCLUDE (step_name, status, finished_at, duration_seconds);
-- Runs that began before a range and reach into it; those still RUNNING stand at the NULL end.
CREATE INDEX pipeline_runs_finished_idx ON pipeline_runs (finished_at)
    INCLUDE (step_name, status, started_at, duration_seconds);
-- The latest failures.
CREATE INDEX pipeline_runs_failed_idx ON pipeline_runs (coalesce(finished_at, started_at) DESC)
    WHERE status = 'FAILED';

COMMENT ON TABLE pipeline_runs IS 'One row per run of a pipeline step. A terminal status replaces RUNNING, never the other way round.';
COMMENT ON COLUMN pipeline_runs.run_id IS 'Identifies the run; macrowatch exec writes a UUID.';
COMMENT ON COLUMN pipeline_runs.step_name IS 'The step. Connectors are bcb_sgs, fred, yahoo, bcb_ptax, b3_market_data and treasury_gov.';
COMMENT ON COLUMN pipeline_runs.status IS 'RUNNING, SUCCESS or FAILED.';
COMMENT ON COLUMN pipeline_runs.started_at IS 'When the run began.';
COMMENT ON COLUMN pipeline_runs.finished_at IS 'When the run ended; null while it is RUNNING.';
COMMENT ON COLUMN pipeline_runs.duration_seconds IS 'How long the run took, in seconds, by a monotonic clock where the writer has one; null while it is RUNNING.';
COMMENT ON COLUMN pipeline_runs.error_message IS 'Why a FAILED run failed: the end of its standard error, or its exit status.';
