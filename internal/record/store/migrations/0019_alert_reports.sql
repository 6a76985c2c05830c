-- The desk's day, which serve and demo send as a report to the targets that the desk names.
CREATE TABLE alert_reports (
    report_id  uuid        NOT NULL,
    due_at     timestamptz NOT NULL,
    made_at    timestamptz NOT NULL,
    skipped    boolean     NOT NULL,
    title      text        NOT NULL,
    full_text  text        NOT NULL,
    short_text text        NOT NULL,
    path       text        NOT NULL,
    CONSTRAINT alert_reports_pkey PRIMARY KEY (report_id),
    CONSTRAINT alert_reports_due_once UNIQUE (due_at),
    CONSTRAINT alert_reports_title_unless_skipped CHECK (skipped = (title = '')),
    CONSTRAINT alert_reports_times_finite CHECK (isfinite(due_at) AND isfinite(made_at))
);

COMMENT ON TABLE alert_reports IS 'One row per time at which the desk''s day was due as a report.';
COMMENT ON COLUMN alert_reports.report_id IS 'The report. Its messages in alert_deliveries have this number as their alert_id.';
COMMENT ON COLUMN alert_reports.due_at IS 'When the report was due by its schedule, and the moment that it is about.';
COMMENT ON COLUMN alert_reports.made_at IS 'When it was made, or when it was found to be too late.';
COMMENT ON COLUMN alert_reports.skipped IS 'Whether it was not made, since no server ran until it was too late.';
COMMENT ON COLUMN alert_reports.title IS 'The report in one line; empty if it was skipped.';
COMMENT ON COLUMN alert_reports.full_text IS 'The report with its figures, as a mail has it.';
COMMENT ON COLUMN alert_reports.short_text IS 'The report in a few lines, as a chat has it.';
COMMENT ON COLUMN alert_reports.path IS 'The address of the page at that moment, below the address of the viewer.';

-- On alert_deliveries:
ALTER TABLE alert_deliveries DROP CONSTRAINT alert_deliveries_kind_known;
ALTER TABLE alert_deliveries ADD CONSTRAINT alert_deliveries_kind_known CHECK (kind IN ('firing', 'repeat', 'resolved', 'report'));
COMMENT ON COLUMN alert_deliveries.alert_id IS 'The alert or the report that the message is about.';
COMMENT ON COLUMN alert_deliveries.kind IS 'What the message tells: firing, repeat (it still fires) or resolved; or that it is a report.';
COMMENT ON COLUMN alert_deliveries.dropped_at IS 'When the message was given up, since the target could not be reached in time: an alert for a week, a report for some hours. Null if it was not.';
