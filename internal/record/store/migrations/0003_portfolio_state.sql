CREATE TABLE portfolio_state (
    "timestamp"  timestamptz NOT NULL,
    strategy_id  text        NOT NULL,
    instrument   text        NOT NULL,
    weight       float8      NOT NULL,
    total_equity float8      NOT NULL,
    -- The snapshot of a time, and the newest snapshot, are found in the key's own index.
    CONSTRAINT portfolio_state_pkey PRIMARY KEY ("timestamp", strategy_id, instrument),
    CONSTRAINT portfolio_state_timestamp_finite CHECK (isfinite("timestamp")),
    CONSTRAINT portfolio_state_strategy_id_not_empty CHECK (strategy_id <> ''),
    CONSTRAINT portfolio_state_instrument_not_empty CHECK (instrument <> ''),
    CONSTRAINT portfolio_state_weight_finite CHECK (weight > '-Infinity' AND weight < 'Infinity'),
    CONSTRAINT portfolio_state_total_equity_finite CHECK (total_equity > '-Infinity' AND total_equity < 'Infinity')
);

-- As strategy_signals, and for the same reasons.
DO $migration$
DECLARE
    extension_schema text;
BEGIN
    SELECT n.nspname INTO extension_schema
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'timescaledb';
    IF extension_schema IS NOT NULL THEN
        EXECUTE format($call$
            SELECT %1$I.create_hypertable(
                relation => 'portfolio_state',
                dimension => %1$I.by_range(column_name => 'timestamp', partition_interval => INTERVAL '365 days'),
                create_default_indexes => false)
            $call$, extension_schema);
    END IF;
END
$migration$;

COMMENT ON TABLE portfolio_state IS 'One row per strategy and instrument at a time. All rows of one timestamp are a snapshot; a flat book is one row, strategy CASH, weight 0.';
COMMENT ON COLUMN portfolio_state."timestamp" IS 'The time of the snapshot.';
COMMENT ON COLUMN portfolio_state.strategy_id IS 'The strategy that holds the position.';
COMMENT ON COLUMN portfolio_state.instrument IS 'The instrument held.';
COMMENT ON COLUMN portfolio_state.weight IS 'Fraction of NAV, signed: 0.25 is a quarter of NAV long. Positive is long the asset; for rates and credit long the bond, which gains when the yield or spread falls.';
COMMENT ON COLUMN portfolio_state.total_equity IS 'The book''s NAV, a return index without subscriptions and withdrawals, repeated on every row of the snapshot.';

-- One snapshot has one NAV. No constraint can say that on a hypertable, so triggers do. They run
-- once per statement, so that a whole snapshot may be replaced in one. The writer's lock comes
-- first: of two writers of one timestamp the second must see the first one's rows.
CREATE FUNCTION macrowatch_portfolio_state_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('macrowatch portfolio_state', 0));
    RETURN NULL;
END
$$;

-- A loop of probes rather than one join: a plan kept from a bulk load would read the whole table
-- for every small write after it.
CREATE FUNCTION macrowatch_portfolio_state_one_nav() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written record;
    other   float8;
BEGIN
    FOR written IN EXECUTE 'SELECT DISTINCT "timestamp", total_equity FROM written_rows' LOOP
        EXECUTE format('SELECT total_equity FROM %I.portfolio_state WHERE "timestamp" = $1 AND total_equity <> $2 LIMIT 1', TG_TABLE_SCHEMA)
            INTO other USING written."timestamp", written.total_equity;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION 'the snapshot of % has two values of total_equity, % and %',
                written."timestamp", written.total_equity, other
                USING ERRCODE = 'check_violation', TABLE = 'portfolio_state', CONSTRAINT = 'portfolio_state_one_nav_per_snapshot';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER portfolio_state_lock BEFORE INSERT OR UPDATE ON portfolio_state
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_portfolio_state_lock();
CREATE TRIGGER portfolio_state_one_nav_inserted AFTER INSERT ON portfolio_state
    REFERENCING NEW TABLE AS written_rows
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_portfolio_state_one_nav();
CREATE TRIGGER portfolio_state_one_nav_updated AFTER UPDATE ON portfolio_state
    REFERENCING NEW TABLE AS written_rows
    FOR EACH STATEMENT EXECUTE FUNCTION macrowatch_portfolio_state_one_nav();
