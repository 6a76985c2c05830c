-- The flips of signals: those whose direction differs from that of the signal before them of the same strategy and instrument, so that
-- the chart of flips need not look for each of them. They work as the summaries of runs do (0022): whoever writes a signal leaves a mark
-- in the same transaction, readers take the signals themselves where there is a mark, and serve, import, migrate and retention settle
-- the marks. A write may also make a flip of the next signal of its strategy and instrument, or unmake one. Only who looks later knows
-- which signal that is, since another writer may be at work. So a mark names the strategy and the instrument, and its reader looks for
-- the signal after it.
CREATE TABLE signal_flips (
    strategy_id text        NOT NULL,
    instrument  text        NOT NULL,
    flipped_at  timestamptz NOT NULL,
    CONSTRAINT signal_flips_pkey PRIMARY KEY (strategy_id, instrument, flipped_at)
);
-- The flips of a range.
CREATE INDEX signal_flips_flipped_idx ON signal_flips (flipped_at) INCLUDE (strategy_id, instrument);

CREATE TABLE signal_flip_marks (
    mark_id     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    strategy_id text        NOT NULL DEFAULT '',
    instrument  text        NOT NULL DEFAULT '',
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT signal_flip_marks_pkey PRIMARY KEY (mark_id)
);
-- This mark is about all signals. It stays in a database whose signals are in another tool's table, which has no triggers.
INSERT INTO signal_flip_marks (first_at) VALUES ('-infinity');
GRANT SELECT ON signal_flips, signal_flip_marks TO PUBLIC;

COMMENT ON TABLE signal_flips IS 'One row for each flip: a signal whose direction differs from that of the signal before it of the same strategy and instrument. It follows from strategy_signals.';
COMMENT ON COLUMN signal_flips.strategy_id IS 'The strategy, as in strategy_signals.';
COMMENT ON COLUMN signal_flips.instrument IS 'The instrument, as in strategy_signals.';
COMMENT ON COLUMN signal_flips.flipped_at IS 'When the signal was emitted, as generated_at in strategy_signals.';
COMMENT ON TABLE signal_flip_marks IS 'One row for each time signals of a strategy and instrument were written: their flips from the first of these signals to the next signal after the last one are not to be used.';
COMMENT ON COLUMN signal_flip_marks.mark_id IS 'Identifies the mark.';
COMMENT ON COLUMN signal_flip_marks.strategy_id IS 'The strategy; empty if the mark is about all signals.';
COMMENT ON COLUMN signal_flip_marks.instrument IS 'The instrument; empty if the mark is about all signals.';
COMMENT ON COLUMN signal_flip_marks.first_at IS 'The time of the first signal that was written; -infinity if the mark is about all signals.';
COMMENT ON COLUMN signal_flip_marks.last_at IS 'The time of the last signal that was written; infinity if the mark is about all signals.';

-- On strategy_signals:
-- Each write leaves a mark for each strategy and instrument of which it changes signals, in the same way as those of runs do. A
-- hypertable of TimescaleDB gets no triggers, since its chunks can be dropped without one.
CREATE FUNCTION macrowatch_mark_signals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('INSERT INTO %I.signal_flip_marks (first_at) VALUES (''-infinity'')', TG_TABLE_SCHEMA);
        RETURN NULL;
    END IF;
    EXECUTE format('INSERT INTO %I.signal_flip_marks (strategy_id, instrument, first_at, last_at) ', TG_TABLE_SCHEMA)
        || 'SELECT strategy_id, instrument, min(generated_at), max(generated_at) FROM ' || CASE TG_OP
            WHEN 'INSERT' THEN 'added'
            WHEN 'DELETE' THEN 'removed'
            ELSE '(SELECT strategy_id, instrument, generated_at FROM removed UNION ALL SELECT strategy_id, instrument, generated_at FROM added) changed'
        END || ' GROUP BY strategy_id, instrument';
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION macrowatch_mark_signals() FROM PUBLIC;
DO $migration$
DECLARE
    chunked boolean := false;
BEGIN
    IF to_regclass('timescaledb_information.hypertables') IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM timescaledb_information.hypertables WHERE format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = to_regclass(''strategy_signals''))'
            INTO chunked;
    END IF;
    IF chunked THEN
        RETURN;
    END IF;
    CREATE TRIGGER signal_flips_added AFTER INSERT ON strategy_signals REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_signals();
    CREATE TRIGGER signal_flips_removed AFTER DELETE ON strategy_signals REFERENCING OLD TABLE AS removed
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_signals();
    CREATE TRIGGER signal_flips_changed AFTER UPDATE ON strategy_signals REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_signals();
    CREATE TRIGGER signal_flips_truncated AFTER TRUNCATE ON strategy_signals
        FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_mark_signals();
    -- Also for a session that plays changes back (session_replication_role).
    ALTER TABLE strategy_signals ENABLE ALWAYS TRIGGER signal_flips_added;
    ALTER TABLE strategy_signals ENABLE ALWAYS TRIGGER signal_flips_removed;
    ALTER TABLE strategy_signals ENABLE ALWAYS TRIGGER signal_flips_changed;
    ALTER TABLE strategy_signals ENABLE ALWAYS TRIGGER signal_flips_truncated;
END
$migration$;
