CREATE TABLE strategy_signals (
    strategy_id  text        NOT NULL,
    instrument   text        NOT NULL,
    direction    text        NOT NULL,
    strength     float8,
    confidence   float8      NOT NULL,
    generated_at timestamptz NOT NULL,
    -- The newest signal of a strategy and instrument, and the one before it, are found in the
    -- key's own index, read backwards.
    CONSTRAINT strategy_signals_pkey PRIMARY KEY (strategy_id, instrument, generated_at),
    CONSTRAINT strategy_signals_strategy_id_not_empty CHECK (strategy_id <> ''),
    CONSTRAINT strategy_signals_instrument_not_empty CHECK (instrument <> ''),
    CONSTRAINT strategy_signals_direction_known CHECK (direction IN ('LONG', 'SHORT', 'NEUTRAL')),
    CONSTRAINT strategy_signals_strength_0_to_1 CHECK (strength >= 0 AND strength <= 1),
    CONSTRAINT strategy_signals_confidence_0_to_1 CHECK (confidence >= 0 AND confidence <= 1),
    CONSTRAINT strategy_signals_generated_at_finite CHECK (isfinite(generated_at))
);

-- The signals of a range, and the newest of all.
CREATE INDEX strategy_signals_generated_idx ON strategy_signals (generated_at DESC);

-- Where TimescaleDB is already created in this database the table becomes a hypertable; elsewhere
-- this does nothing, and the table works alike. Its functions are called in the extension's own
-- schema, which need not be on the search path, and through EXECUTE, since plain PostgreSQL has no
-- such functions.
--
-- One chunk is 365 days. What the dashboards ask (the newest signal, the NAV before an instant)
-- are index probes, and a probe looks into every chunk that may hold its answer, so their cost
-- grows with the number of chunks: with the default of 7 days, five years are 261 of them. A desk
-- of 168 positions that writes hourly on weekdays fills about a million rows a year, a chunk whose
-- indexes stay in memory.
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
                relation => 'strategy_signals',
                dimension => %1$I.by_range(column_name => 'generated_at', partition_interval => INTERVAL '365 days'),
                create_default_indexes => false)
            $call$, extension_schema);
    END IF;
END
$migration$;

COMMENT ON TABLE strategy_signals IS 'One row per signal that a strategy emits.';
COMMENT ON COLUMN strategy_signals.strategy_id IS 'The strategy; its prefix (FX, RATES, INF, CUPOM, SOV, CROSS) is its asset class.';
COMMENT ON COLUMN strategy_signals.instrument IS 'What the signal is about.';
COMMENT ON COLUMN strategy_signals.direction IS 'LONG, SHORT or NEUTRAL. LONG is long the asset: for rates and credit long the bond, which gains when the yield or spread falls.';
COMMENT ON COLUMN strategy_signals.strength IS 'How strong the signal is, 0 to 1; may be null.';
COMMENT ON COLUMN strategy_signals.confidence IS 'How sure the strategy is, 0 to 1, without sign.';
COMMENT ON COLUMN strategy_signals.generated_at IS 'When the signal was emitted.';
