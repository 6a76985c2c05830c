-- What each position makes in a scenario. All rows of one run_date are written in one transaction with those of
-- stress_test_results. Only those of the newest and of the latest computations are kept.
CREATE TABLE stress_test_positions (
    run_date      timestamptz NOT NULL,
    scenario_name text        NOT NULL,
    strategy_id   text        NOT NULL,
    instrument    text        NOT NULL,
    asset_class   text        NOT NULL,
    weight        float8      NOT NULL,
    pnl_pct       float8,
    stored_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stress_test_positions_pkey PRIMARY KEY (run_date, scenario_name, strategy_id, instrument),
    CONSTRAINT stress_test_positions_run_date_finite CHECK (isfinite(run_date)),
    CONSTRAINT stress_test_positions_scenario_name_not_empty CHECK (scenario_name <> ''),
    CONSTRAINT stress_test_positions_strategy_id_not_empty CHECK (strategy_id <> ''),
    CONSTRAINT stress_test_positions_instrument_not_empty CHECK (instrument <> ''),
    CONSTRAINT stress_test_positions_asset_class_not_empty CHECK (asset_class <> ''),
    CONSTRAINT stress_test_positions_weight_finite CHECK (weight > '-Infinity' AND weight < 'Infinity'),
    CONSTRAINT stress_test_positions_pnl_finite CHECK (pnl_pct > '-Infinity' AND pnl_pct < 'Infinity'),
    CONSTRAINT stress_test_positions_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE stress_test_positions IS 'One row per scenario, run and position: the parts that a row of stress_test_results is the sum of. Kept for the 30 newest snapshots and for the 30 computations that were stored last.';
COMMENT ON COLUMN stress_test_positions.run_date IS 'The book time that the result is for.';
COMMENT ON COLUMN stress_test_positions.scenario_name IS 'The scenario.';
COMMENT ON COLUMN stress_test_positions.strategy_id IS 'The strategy that holds the position.';
COMMENT ON COLUMN stress_test_positions.instrument IS 'The instrument of the position.';
COMMENT ON COLUMN stress_test_positions.asset_class IS 'The asset class of the instrument.';
COMMENT ON COLUMN stress_test_positions.weight IS 'The weight of the position, fraction of NAV, long is positive.';
COMMENT ON COLUMN stress_test_positions.pnl_pct IS 'What the position would make in the scenario, percent of NAV, a loss is negative; null where the moves of the instrument can''t be priced.';
COMMENT ON COLUMN stress_test_positions.stored_at IS 'When the row was written.';
