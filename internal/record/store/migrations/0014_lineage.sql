-- Runs that events of OpenLineage tell of (POST /api/v1/lineage). The events of a run may arrive in any order and more
-- than once. So this table keeps of each fact the event that decides it, and the run in pipeline_runs follows from that.
CREATE TABLE lineage_runs (
    run_id             text        NOT NULL,
    job_namespace      text        NOT NULL,
    job_name           text        NOT NULL,
    job_at             timestamptz NOT NULL,
    by_rule            boolean     NOT NULL,
    first_at           timestamptz NOT NULL,
    start_at           timestamptz,
    began              boolean     NOT NULL,
    end_type           text,
    end_at             timestamptz,
    error_message      text,
    error_at           timestamptz,
    parent_run_id      text,
    parent_namespace   text,
    parent_name        text,
    root_run_id        text,
    root_namespace     text,
    root_name          text,
    parent_at          timestamptz,
    rows_written       bigint,
    rows_at            timestamptz,
    nominal_start_at   timestamptz,
    CONSTRAINT lineage_runs_pkey PRIMARY KEY (run_id),
    CONSTRAINT lineage_runs_end_type_known CHECK (end_type IN ('COMPLETE', 'FAIL', 'ABORT')),
    CONSTRAINT lineage_runs_end_has_time CHECK ((end_type IS NULL) = (end_at IS NULL)),
    CONSTRAINT lineage_runs_times_finite CHECK (isfinite(job_at) AND isfinite(first_at) AND isfinite(start_at) AND isfinite(end_at)
        AND isfinite(error_at) AND isfinite(parent_at) AND isfinite(rows_at) AND isfinite(nominal_start_at)),
    CONSTRAINT lineage_runs_rows_not_negative CHECK (rows_written >= 0)
);
-- The runs of a job, whose step changes when another namespace gets a job of the same name.
CREATE INDEX lineage_runs_job_idx ON lineage_runs (job_name, job_namespace);
-- The runs that a run has started.
CREATE INDEX lineage_runs_parent_idx ON lineage_runs (parent_run_id) WHERE parent_run_id IS NOT NULL;

COMMENT ON TABLE lineage_runs IS 'One row per run that events of OpenLineage tell of: the facts from which its row in pipeline_runs follows.';
COMMENT ON COLUMN lineage_runs.run_id IS 'The run.runId of the events, and the run_id in pipeline_runs.';
COMMENT ON COLUMN lineage_runs.job_namespace IS 'The namespace of the job, as the latest event has it.';
COMMENT ON COLUMN lineage_runs.job_name IS 'The name of the job, as the latest event has it.';
COMMENT ON COLUMN lineage_runs.job_at IS 'The eventTime of the latest event.';
COMMENT ON COLUMN lineage_runs.by_rule IS 'Whether a rule (--lineage-rules) has named the step.';
COMMENT ON COLUMN lineage_runs.first_at IS 'The eventTime of the earliest event.';
COMMENT ON COLUMN lineage_runs.start_at IS 'The eventTime of the earliest START; null if none has come.';
COMMENT ON COLUMN lineage_runs.began IS 'Whether an event has said where the run stands; OTHER does not. Without one there is no row in pipeline_runs.';
COMMENT ON COLUMN lineage_runs.end_type IS 'COMPLETE, FAIL or ABORT: the latest of them; null while the run goes on.';
COMMENT ON COLUMN lineage_runs.end_at IS 'The eventTime of the event that ended the run.';
COMMENT ON COLUMN lineage_runs.error_message IS 'The latest error message, without secrets. Only a run that failed shows it.';
COMMENT ON COLUMN lineage_runs.error_at IS 'The eventTime of the event with this message.';
COMMENT ON COLUMN lineage_runs.parent_run_id IS 'The run that started this one.';
COMMENT ON COLUMN lineage_runs.parent_namespace IS 'The namespace of the parent''s job.';
COMMENT ON COLUMN lineage_runs.parent_name IS 'The name of the parent''s job.';
COMMENT ON COLUMN lineage_runs.root_run_id IS 'The run from which all its parents come, if the producer says it.';
COMMENT ON COLUMN lineage_runs.root_namespace IS 'The namespace of the root''s job.';
COMMENT ON COLUMN lineage_runs.root_name IS 'The name of the root''s job.';
COMMENT ON COLUMN lineage_runs.parent_at IS 'The eventTime of the latest event that names a parent.';
COMMENT ON COLUMN lineage_runs.rows_written IS 'How many rows the run has written to all its outputs; null if the producer does not say it.';
COMMENT ON COLUMN lineage_runs.rows_at IS 'The eventTime of the latest event that says how many rows were written.';
COMMENT ON COLUMN lineage_runs.nominal_start_at IS 'The time for which the run was scheduled; null if the producer does not say it.';

-- The namespaces of each job name that no rule names. If a name has several, the steps of its jobs are namespace/name.
CREATE TABLE lineage_jobs (
    job_name   text   NOT NULL,
    namespaces text[] NOT NULL,
    CONSTRAINT lineage_jobs_pkey PRIMARY KEY (job_name)
);
COMMENT ON TABLE lineage_jobs IS 'One row per name of a job that events of OpenLineage tell of and no rule names.';
COMMENT ON COLUMN lineage_jobs.job_name IS 'The name of the job.';
COMMENT ON COLUMN lineage_jobs.namespaces IS 'The namespaces that have a job of this name.';
