-- When the desk works. The ages of the dashboards count only this time, in Grafana too. One index probe finds the working
-- time up to an instant, whatever weekends, holidays and changes of the clock lie before it.
CREATE TABLE desk_working_time (
    begins_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    next_at        timestamptz NOT NULL,
    seconds_before bigint      NOT NULL,
    CONSTRAINT desk_working_time_pkey PRIMARY KEY (begins_at),
    CONSTRAINT desk_working_time_in_order CHECK (begins_at < ends_at AND ends_at <= next_at),
    CONSTRAINT desk_working_time_times_finite CHECK (isfinite(begins_at) AND isfinite(ends_at) AND isfinite(next_at)),
    CONSTRAINT desk_working_time_seconds_not_negative CHECK (seconds_before >= 0)
);
-- Whoever may read the desk's rows must be able to see how old they are.
GRANT SELECT ON desk_working_time TO PUBLIC;

COMMENT ON TABLE desk_working_time IS 'One row for each time in which the desk works without a day off: from 2000 to the end of next year. It follows from the desk''s calendar.';
COMMENT ON COLUMN desk_working_time.begins_at IS 'The beginning of the first working day.';
COMMENT ON COLUMN desk_working_time.ends_at IS 'The end of the last working day.';
COMMENT ON COLUMN desk_working_time.next_at IS 'When the desk works again.';
COMMENT ON COLUMN desk_working_time.seconds_before IS 'How many seconds of working time all rows before have.';
