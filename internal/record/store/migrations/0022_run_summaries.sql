-- Summaries of the runs: what the charts of long ranges show of the runs that started in a stretch of time, so that they need
-- not read each run. A chart takes the widest stretches that fit into its cells. No row is ever wrong for a reader: whoever
-- writes a run also leaves a mark, in the same transaction, and readers take the runs themselves where there is a mark. serve,
-- import, migrate and retention settle the marks: they make the summaries of these stretches anew.
CREATE TABLE run_summary_widths (
    width_seconds int         NOT NULL,
    origin        timestamptz NOT NULL,
    CONSTRAINT run_summary_widths_pkey PRIMARY KEY (width_seconds),
    CONSTRAINT run_summary_widths_whole_hours CHECK (width_seconds > 0 AND width_seconds % 3600 = 0),
    CONSTRAINT run_summary_widths_origin_finite CHECK (isfinite(origin))
);
INSERT INTO run_summary_widths SELECT hours * 3600, TIMESTAMP '2024-01-01 00:00' AT TIME ZONE 'America/Sao_Paulo'
FROM unnest('{1,3,12,24,72,120,168}'::int[]) hours;

CREATE TABLE run_summaries (
    width_seconds int         NOT NULL,
    begins_at     timestamptz NOT NULL,
    step_name     text        NOT NULL,
    status        text        NOT NULL,
    runs          bigint      NOT NULL,
    first_started timestamptz NOT NULL,
    last_known    timestamptz NOT NULL,
    longest       float8,
    CONSTRAINT run_summaries_pkey PRIMARY KEY (width_seconds, begins_at, step_name, status),
    CONSTRAINT run_summaries_runs_positive CHECK (runs > 0)
);
-- The summaries of one step.
CREATE INDEX run_summaries_step_idx ON run_summaries (step_name, width_seconds, begins_at);

CREATE TABLE run_summary_marks (
    mark_id bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    quarter timestamptz NOT NULL,
    CONSTRAINT run_summary_marks_pkey PRIMARY KEY (mark_id)
);
-- This mark is about all runs. It stays in a database whose runs are in another tool's table, which has no triggers.
INSERT INTO run_summary_marks (quarter) VALUES ('-infinity');
-- Whoever may read the runs must be able to read their summaries, and nothing here is secret.
GRANT SELECT ON run_summary_widths, run_summaries, run_summary_marks TO PUBLIC;

COMMENT ON TABLE run_summary_widths IS 'The widths of the stretches of time for which runs are summed up.';
COMMENT ON COLUMN run_summary_widths.width_seconds IS 'The width in seconds, a whole number of hours.';
COMMENT ON COLUMN run_summary_widths.origin IS 'An instant at which such a stretch begins: midnight before a Monday in the desk''s zone.';
COMMENT ON TABLE run_summaries IS 'One row for the runs of a step with a status that started in a stretch of time. It follows from pipeline_runs.';
COMMENT ON COLUMN run_summaries.width_seconds IS 'How long the stretch is, in seconds.';
COMMENT ON COLUMN run_summaries.begins_at IS 'When the stretch begins.';
COMMENT ON COLUMN run_summaries.step_name IS 'The step, as in pipeline_runs.';
COMMENT ON COLUMN run_summaries.status IS 'The status, as in pipeline_runs.';
COMMENT ON COLUMN run_summaries.runs IS 'How many runs they are.';
COMMENT ON COLUMN run_summaries.first_started IS 'When the first of them started.';
COMMENT ON COLUMN run_summaries.last_known IS 'When the last of them ended; for those that are RUNNING, when the last of them started.';
COMMENT ON COLUMN run_summaries.longest IS 'How long the longest of them took, in seconds; null while they are RUNNING.';
COMMENT ON TABLE run_summary_marks IS 'One row for each time a run was written: the summaries of its stretches are not to be used.';
COMMENT ON COLUMN run_summary_marks.mark_id IS 'Identifies the mark.';
COMMENT ON COLUMN run_summary_marks.quarter IS 'The beginning of the quarter of an hour, in UTC, in which the run started; -infinity if it is about all runs.';

-- On pipeline_runs:
-- Each write leaves a mark for each quarter of an hour that it changes. Marks are only added, so two writers never wait for each
-- other. The function runs as the owner of the tables, since a login that may write runs need not write anything else.
CREATE FUNCTION macrowatch_mark_runs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.run_summary_marks (quarter) ', TG_TABLE_SCHEMA) || CASE TG_OP
        WHEN 'TRUNCATE' THEN 'VALUES (''-infinity'')'
        ELSE 'SELECT DISTINCT date_bin(interval ''15 minutes'', started_at, timestamptz ''2000-01-01 00:00Z'') FROM ' || CASE TG_OP
            WHEN 'INSERT' THEN 'added'
            WHEN 'DELETE' THEN 'removed'
            ELSE '(SELECT started_at FROM removed UNION ALL SELECT started_at FROM added) changed'
        END
    END;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION macrowatch_mark_runs() FROM PUBLIC;
CREATE TRIGGER run_summaries_added AFTER INSERT ON pipeline_runs REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_runs();
CREATE TRIGGER run_summaries_removed AFTER DELETE ON pipeline_runs REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_runs();
CREATE TRIGGER run_summaries_changed AFTER UPDATE ON pipeline_runs REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_runs();
CREATE TRIGGER run_summaries_truncated AFTER TRUNCATE ON pipeline_runs
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_runs();
-- Also for a session that plays changes back (session_replication_role).
ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER run_summaries_added;
ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER run_summaries_removed;
ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER run_summaries_changed;
ALTER TABLE pipeline_runs ENABLE ALWAYS TRIGGER run_summaries_truncated;
