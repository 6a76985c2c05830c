-- Summaries of the book's NAVs: of each hour and each day the first, last, lowest and highest NAV, so that the charts of long ranges
-- need not look each snapshot up. They work as those of runs do (0022): whoever writes a snapshot leaves a mark in the same
-- transaction, readers take the snapshots themselves where there is a mark, and serve, import, migrate and retention settle the marks.
CREATE TABLE book_summary_zone (
    zone text NOT NULL,
    CONSTRAINT book_summary_zone_pkey PRIMARY KEY (zone)
);
INSERT INTO book_summary_zone VALUES ('America/Sao_Paulo');

CREATE TABLE nav_summaries (
    width_seconds int         NOT NULL,
    begins_at     timestamptz NOT NULL,
    first_at      timestamptz NOT NULL,
    first_nav     float8      NOT NULL,
    last_at       timestamptz NOT NULL,
    last_nav      float8      NOT NULL,
    lowest_at     timestamptz NOT NULL,
    lowest_nav    float8      NOT NULL,
    highest_at    timestamptz NOT NULL,
    highest_nav   float8      NOT NULL,
    CONSTRAINT nav_summaries_pkey PRIMARY KEY (width_seconds, begins_at),
    CONSTRAINT nav_summaries_hour_or_day CHECK (width_seconds IN (3600, 86400))
);

CREATE TABLE book_summary_marks (
    mark_id     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    snapshot_at timestamptz NOT NULL,
    CONSTRAINT book_summary_marks_pkey PRIMARY KEY (mark_id)
);
-- This mark is about all snapshots. It stays in a database whose book is in another tool's table, which has no triggers.
INSERT INTO book_summary_marks (snapshot_at) VALUES ('-infinity');
GRANT SELECT ON book_summary_zone, nav_summaries, book_summary_marks TO PUBLIC;

COMMENT ON TABLE book_summary_zone IS 'One row: where the days of the summaries of the book begin.';
COMMENT ON COLUMN book_summary_zone.zone IS 'The desk''s zone, as PostgreSQL knows it.';
COMMENT ON TABLE nav_summaries IS 'One row for the NAVs of an hour or a day that has a snapshot. It follows from portfolio_state.';
COMMENT ON COLUMN nav_summaries.width_seconds IS '3600 for an hour, 86400 for a day; a day of the desk''s zone may be an hour shorter or longer, and no hour lies in two days.';
COMMENT ON COLUMN nav_summaries.begins_at IS 'When the hour or the day begins.';
COMMENT ON COLUMN nav_summaries.first_at IS 'The time of its first snapshot.';
COMMENT ON COLUMN nav_summaries.first_nav IS 'The NAV of its first snapshot.';
COMMENT ON COLUMN nav_summaries.last_at IS 'The time of its last snapshot.';
COMMENT ON COLUMN nav_summaries.last_nav IS 'The NAV of its last snapshot.';
COMMENT ON COLUMN nav_summaries.lowest_at IS 'The time of the first snapshot with its lowest NAV.';
COMMENT ON COLUMN nav_summaries.lowest_nav IS 'Its lowest NAV.';
COMMENT ON COLUMN nav_summaries.highest_at IS 'The time of the first snapshot with its highest NAV.';
COMMENT ON COLUMN nav_summaries.highest_nav IS 'Its highest NAV.';
COMMENT ON TABLE book_summary_marks IS 'One row for each time a snapshot was written: the summaries of its hour and its day are not to be used.';
COMMENT ON COLUMN book_summary_marks.mark_id IS 'Identifies the mark.';
COMMENT ON COLUMN book_summary_marks.snapshot_at IS 'The time of the snapshot; -infinity if it is about all snapshots.';

-- On portfolio_state:
-- Each write leaves a mark for each snapshot that it changes, in the same way as those of runs do. A hypertable of TimescaleDB gets no
-- triggers, since its chunks can be dropped without one.
CREATE FUNCTION macrowatch_mark_snapshots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.book_summary_marks (snapshot_at) ', TG_TABLE_SCHEMA) || CASE TG_OP
        WHEN 'TRUNCATE' THEN 'VALUES (''-infinity'')'
        WHEN 'INSERT' THEN 'SELECT DISTINCT "timestamp" FROM added'
        WHEN 'DELETE' THEN 'SELECT DISTINCT "timestamp" FROM removed'
        ELSE 'SELECT "timestamp" FROM removed UNION SELECT "timestamp" FROM added'
    END;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION macrowatch_mark_snapshots() FROM PUBLIC;
DO $migration$
DECLARE
    chunked boolean := false;
BEGIN
    IF to_regclass('timescaledb_information.hypertables') IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM timescaledb_information.hypertables WHERE format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = to_regclass(''portfolio_state''))'
            INTO chunked;
    END IF;
    IF chunked THEN
        RETURN;
    END IF;
    CREATE TRIGGER book_summaries_added AFTER INSERT ON portfolio_state REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_snapshots();
    CREATE TRIGGER book_summaries_removed AFTER DELETE ON portfolio_state REFERENCING OLD TABLE AS removed
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_snapshots();
    CREATE TRIGGER book_summaries_changed AFTER UPDATE ON portfolio_state REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_snapshots();
    CREATE TRIGGER book_summaries_truncated AFTER TRUNCATE ON portfolio_state
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_snapshots();
    -- Also for a session that plays changes back (session_replication_role).
    ALTER TABLE portfolio_state ENABLE ALWAYS TRIGGER book_summaries_added;
    ALTER TABLE portfolio_state ENABLE ALWAYS TRIGGER book_summaries_removed;
    ALTER TABLE portfolio_state ENABLE ALWAYS TRIGGER book_summaries_changed;
    ALTER TABLE portfolio_state ENABLE ALWAYS TRIGGER book_summaries_truncated;
END
$migration$;
