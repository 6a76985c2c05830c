-- What the desk's steps are, and when each is expected to run. The dashboards read them, in Grafana too.
CREATE TABLE macrowatch_steps (
    step_name           text        NOT NULL,
    title               text        NOT NULL,
    group_name          text        NOT NULL,
    place               int         NOT NULL,
    cron                text        NOT NULL,
    start_grace_seconds float8      NOT NULL,
    end_grace_seconds   float8      NOT NULL,
    owner               text        NOT NULL,
    runbook             text        NOT NULL,
    since               timestamptz NOT NULL,
    CONSTRAINT macrowatch_steps_pkey PRIMARY KEY (step_name),
    CONSTRAINT macrowatch_steps_step_name_not_empty CHECK (step_name <> ''),
    CONSTRAINT macrowatch_steps_title_not_empty CHECK (title <> ''),
    CONSTRAINT macrowatch_steps_group_name_not_empty CHECK (group_name <> ''),
    CONSTRAINT macrowatch_steps_graces_not_negative CHECK (start_grace_seconds >= 0 AND start_grace_seconds < 'Infinity'
        AND end_grace_seconds >= 0 AND end_grace_seconds < 'Infinity'),
    CONSTRAINT macrowatch_steps_since_finite CHECK (isfinite(since))
);
CREATE TABLE macrowatch_step_waits (
    step_name text NOT NULL,
    waits_for text NOT NULL,
    CONSTRAINT macrowatch_step_waits_pkey PRIMARY KEY (step_name, waits_for)
);
CREATE TABLE expected_runs (
    step_name text        NOT NULL,
    due_at    timestamptz NOT NULL,
    opens_at  timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    start_by  timestamptz NOT NULL,
    end_by    timestamptz NOT NULL,
    skipped   text,
    CONSTRAINT expected_runs_pkey PRIMARY KEY (step_name, due_at),
    CONSTRAINT expected_runs_step_name_not_empty CHECK (step_name <> ''),
    CONSTRAINT expected_runs_in_order CHECK (opens_at <= due_at AND due_at < closes_at AND due_at <= start_by AND start_by <= end_by),
    CONSTRAINT expected_runs_times_finite CHECK (isfinite(due_at) AND isfinite(opens_at) AND isfinite(closes_at) AND isfinite(start_by) AND isfinite(end_by)),
    CONSTRAINT expected_runs_skipped_not_empty CHECK (skipped <> '')
);
-- What is due in a range of time, whatever the step.
CREATE INDEX expected_runs_due_idx ON expected_runs (due_at);
-- Whoever may read the runs must be able to read which of them were expected, and nothing here is secret.
GRANT SELECT ON macrowatch_steps, macrowatch_step_waits, expected_runs TO PUBLIC;

COMMENT ON TABLE macrowatch_steps IS 'The steps of the desk''s pipeline, as its rules have them. macrowatch writes them.';
COMMENT ON COLUMN macrowatch_steps.step_name IS 'The step, as in pipeline_runs.';
COMMENT ON COLUMN macrowatch_steps.title IS 'What people call the step.';
COMMENT ON COLUMN macrowatch_steps.group_name IS 'The group of the step: connector for those that fetch data from outside, or another.';
COMMENT ON COLUMN macrowatch_steps.place IS 'The place of the step in lists, from 1.';
COMMENT ON COLUMN macrowatch_steps.cron IS 'The cron expression of its schedule in the desk''s zone; empty if it has no schedule.';
COMMENT ON COLUMN macrowatch_steps.start_grace_seconds IS 'How long after it is due it must have started, seconds.';
COMMENT ON COLUMN macrowatch_steps.end_grace_seconds IS 'How long after it is due it must have ended, seconds.';
COMMENT ON COLUMN macrowatch_steps.owner IS 'Who looks after the step; may be empty.';
COMMENT ON COLUMN macrowatch_steps.runbook IS 'The address of what to do about it; may be empty.';
COMMENT ON COLUMN macrowatch_steps.since IS 'Since when macrowatch has known the step. What was due before that counts as missed only if the step had run by then.';
COMMENT ON TABLE macrowatch_step_waits IS 'One row for each step that another one waits for.';
COMMENT ON COLUMN macrowatch_step_waits.step_name IS 'The step that waits.';
COMMENT ON COLUMN macrowatch_step_waits.waits_for IS 'The step that must have ended before.';
COMMENT ON TABLE expected_runs IS 'One row per time at which a step is due by its schedule, from a year back to thirty days ahead.';
COMMENT ON COLUMN expected_runs.step_name IS 'The step.';
COMMENT ON COLUMN expected_runs.due_at IS 'When the step is due.';
COMMENT ON COLUMN expected_runs.opens_at IS 'The first instant at which a run that starts serves this row.';
COMMENT ON COLUMN expected_runs.closes_at IS 'The first instant at which a run that starts serves the next row.';
COMMENT ON COLUMN expected_runs.start_by IS 'From here on the step is LATE if it has not started.';
COMMENT ON COLUMN expected_runs.end_by IS 'From here on it is OVERDUE if it runs, and MISSED if it has not started.';
COMMENT ON COLUMN expected_runs.skipped IS 'The name of the holiday on which the step is not run; null if it must run.';
