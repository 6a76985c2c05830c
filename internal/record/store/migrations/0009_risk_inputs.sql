-- What each risk computation was computed from, so that a figure whose inputs have changed since is
-- found. It stands beside risk_metrics_daily, which another tool may have made.
CREATE TABLE risk_inputs (
    computed_at timestamptz NOT NULL,
    digest      text        NOT NULL,
    rows_digest text        NOT NULL,
    prices_from jsonb       NOT NULL,
    prices_to   date        NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_inputs_pkey PRIMARY KEY (computed_at),
    CONSTRAINT risk_inputs_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_inputs_digest_sha256 CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT risk_inputs_rows_digest_sha256 CHECK (rows_digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT risk_inputs_prices_from_object CHECK (jsonb_typeof(prices_from) = 'object'),
    CONSTRAINT risk_inputs_prices_to_finite CHECK (isfinite(prices_to)),
    CONSTRAINT risk_inputs_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_inputs IS 'One row per risk computation: digests of what it was computed from.';
COMMENT ON COLUMN risk_inputs.computed_at IS 'The book time of the computation.';
COMMENT ON COLUMN risk_inputs.digest IS 'SHA-256 of everything: the rows, the risk file and the method.';
COMMENT ON COLUMN risk_inputs.rows_digest IS 'SHA-256 of the rows alone: the book, its NAVs, its instruments and their prices.';
COMMENT ON COLUMN risk_inputs.prices_from IS 'The instruments whose prices count, each with the first day that does; null is the whole history.';
COMMENT ON COLUMN risk_inputs.prices_to IS 'The last day whose prices count.';
COMMENT ON COLUMN risk_inputs.stored_at IS 'When the row was written.';
