-- What stands behind the rows of risk_metrics_daily, stress_test_results and risk_limits_status. All
-- rows of one computed_at are written in one transaction, with those, and replaced with those.
CREATE TABLE risk_measures (
    computed_at    timestamptz NOT NULL,
    method         text        NOT NULL,
    confidence_pct float8      NOT NULL,
    var_pct        float8      NOT NULL,
    cvar_pct       float8      NOT NULL,
    observations   integer     NOT NULL,
    window_from    date        NOT NULL,
    window_to      date        NOT NULL,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_measures_pkey PRIMARY KEY (computed_at, method, confidence_pct),
    CONSTRAINT risk_measures_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_measures_method_known CHECK (method IN ('historical', 'parametric', 'modified')),
    CONSTRAINT risk_measures_confidence_between_0_and_100 CHECK (confidence_pct > 0 AND confidence_pct < 100),
    CONSTRAINT risk_measures_var_finite CHECK (var_pct > '-Infinity' AND var_pct < 'Infinity'),
    CONSTRAINT risk_measures_cvar_finite CHECK (cvar_pct > '-Infinity' AND cvar_pct < 'Infinity'),
    CONSTRAINT risk_measures_observations_positive CHECK (observations > 0),
    CONSTRAINT risk_measures_window_from_finite CHECK (isfinite(window_from)),
    CONSTRAINT risk_measures_window_to_finite CHECK (isfinite(window_to)),
    CONSTRAINT risk_measures_window_in_order CHECK (window_from < window_to),
    CONSTRAINT risk_measures_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_measures IS 'One row per risk computation, method and confidence: the value at risk, and what it was computed from. The historical ones are those of risk_metrics_daily.';
COMMENT ON COLUMN risk_measures.computed_at IS 'The book time that the figures are for.';
COMMENT ON COLUMN risk_measures.method IS 'historical (simulation of the book at computed_at), parametric (normal) or modified (Cornish-Fisher).';
COMMENT ON COLUMN risk_measures.confidence_pct IS 'The confidence, percent: 95 or 99.';
COMMENT ON COLUMN risk_measures.var_pct IS 'One-day value at risk, percent of NAV, a loss is positive; carry is left out.';
COMMENT ON COLUMN risk_measures.cvar_pct IS 'One-day expected shortfall, percent of NAV, a loss is positive; carry is left out.';
COMMENT ON COLUMN risk_measures.observations IS 'How many daily returns the window has.';
COMMENT ON COLUMN risk_measures.window_from IS 'The day that the window''s first return begins on.';
COMMENT ON COLUMN risk_measures.window_to IS 'The day that the window''s last return ends on.';
COMMENT ON COLUMN risk_measures.stored_at IS 'When the row was written.';

CREATE TABLE risk_contributions (
    computed_at            timestamptz NOT NULL,
    grouping               text        NOT NULL,
    name                   text        NOT NULL,
    net_weight             float8      NOT NULL,
    gross_weight           float8      NOT NULL,
    var_95_pct             float8      NOT NULL,
    var_99_pct             float8      NOT NULL,
    cvar_95_pct            float8      NOT NULL,
    cvar_99_pct            float8      NOT NULL,
    incremental_var_95_pct float8      NOT NULL,
    incremental_var_99_pct float8      NOT NULL,
    stored_at              timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_contributions_pkey PRIMARY KEY (computed_at, grouping, name),
    CONSTRAINT risk_contributions_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_contributions_grouping_known CHECK (grouping IN ('strategy', 'instrument', 'asset_class')),
    CONSTRAINT risk_contributions_name_not_empty CHECK (name <> ''),
    CONSTRAINT risk_contributions_net_weight_finite CHECK (net_weight > '-Infinity' AND net_weight < 'Infinity'),
    CONSTRAINT risk_contributions_gross_weight_not_negative CHECK (gross_weight >= 0 AND gross_weight < 'Infinity'),
    CONSTRAINT risk_contributions_var_95_finite CHECK (var_95_pct > '-Infinity' AND var_95_pct < 'Infinity'),
    CONSTRAINT risk_contributions_var_99_finite CHECK (var_99_pct > '-Infinity' AND var_99_pct < 'Infinity'),
    CONSTRAINT risk_contributions_cvar_95_finite CHECK (cvar_95_pct > '-Infinity' AND cvar_95_pct < 'Infinity'),
    CONSTRAINT risk_contributions_cvar_99_finite CHECK (cvar_99_pct > '-Infinity' AND cvar_99_pct < 'Infinity'),
    CONSTRAINT risk_contributions_incremental_95_finite CHECK (incremental_var_95_pct > '-Infinity' AND incremental_var_95_pct < 'Infinity'),
    CONSTRAINT risk_contributions_incremental_99_finite CHECK (incremental_var_99_pct > '-Infinity' AND incremental_var_99_pct < 'Infinity'),
    CONSTRAINT risk_contributions_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_contributions IS 'One row per risk computation and strategy, instrument or asset class: its part of the book''s historical VaR and CVaR. The parts of one grouping sum to the whole; incremental VaR does not.';
COMMENT ON COLUMN risk_contributions.computed_at IS 'The book time that the figures are for.';
COMMENT ON COLUMN risk_contributions.grouping IS 'strategy, instrument or asset_class: what name is the name of.';
COMMENT ON COLUMN risk_contributions.name IS 'The strategy, instrument or asset class.';
COMMENT ON COLUMN risk_contributions.net_weight IS 'The sum of its weights, fraction of NAV, long is positive.';
COMMENT ON COLUMN risk_contributions.gross_weight IS 'The sum of the absolute values of its weights per strategy and instrument, fraction of NAV.';
COMMENT ON COLUMN risk_contributions.var_95_pct IS 'Its part of the one-day VaR at 95 %, percent of NAV; negative where it lowers the loss.';
COMMENT ON COLUMN risk_contributions.var_99_pct IS 'Its part of the one-day VaR at 99 %, percent of NAV; negative where it lowers the loss.';
COMMENT ON COLUMN risk_contributions.cvar_95_pct IS 'Its part of the one-day CVaR at 95 %, percent of NAV; negative where it lowers the loss. Steadier than its part of the VaR, which hangs on one or two days.';
COMMENT ON COLUMN risk_contributions.cvar_99_pct IS 'Its part of the one-day CVaR at 99 %, percent of NAV; negative where it lowers the loss.';
COMMENT ON COLUMN risk_contributions.incremental_var_95_pct IS 'The book''s VaR at 95 % less what it would be without this, percent of NAV.';
COMMENT ON COLUMN risk_contributions.incremental_var_99_pct IS 'The book''s VaR at 99 % less what it would be without this, percent of NAV.';
COMMENT ON COLUMN risk_contributions.stored_at IS 'When the row was written.';

CREATE TABLE stress_test_contributions (
    run_date      timestamptz NOT NULL,
    scenario_name text        NOT NULL,
    asset_class   text        NOT NULL,
    pnl_pct       float8      NOT NULL,
    stored_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stress_test_contributions_pkey PRIMARY KEY (run_date, scenario_name, asset_class),
    CONSTRAINT stress_test_contributions_run_date_finite CHECK (isfinite(run_date)),
    CONSTRAINT stress_test_contributions_scenario_name_not_empty CHECK (scenario_name <> ''),
    CONSTRAINT stress_test_contributions_asset_class_not_empty CHECK (asset_class <> ''),
    CONSTRAINT stress_test_contributions_pnl_finite CHECK (pnl_pct > '-Infinity' AND pnl_pct < 'Infinity'),
    CONSTRAINT stress_test_contributions_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE stress_test_contributions IS 'One row per scenario, run and asset class: the parts that a row of stress_test_results is the sum of.';
COMMENT ON COLUMN stress_test_contributions.run_date IS 'The book time that the result is for.';
COMMENT ON COLUMN stress_test_contributions.scenario_name IS 'The scenario.';
COMMENT ON COLUMN stress_test_contributions.asset_class IS 'The asset class.';
COMMENT ON COLUMN stress_test_contributions.pnl_pct IS 'What the book''s positions of the asset class would make in the scenario, percent of NAV, a loss is negative.';
COMMENT ON COLUMN stress_test_contributions.stored_at IS 'When the row was written.';

CREATE TABLE risk_backtest (
    day                  date        NOT NULL,
    var_computed_at      timestamptz NOT NULL,
    var_95_pct           float8      NOT NULL,
    var_99_pct           float8      NOT NULL,
    hypothetical_pnl_pct float8      NOT NULL,
    actual_return_pct    float8,
    stored_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_backtest_pkey PRIMARY KEY (day),
    CONSTRAINT risk_backtest_day_finite CHECK (isfinite(day)),
    CONSTRAINT risk_backtest_var_computed_at_finite CHECK (isfinite(var_computed_at)),
    CONSTRAINT risk_backtest_var_95_finite CHECK (var_95_pct > '-Infinity' AND var_95_pct < 'Infinity'),
    CONSTRAINT risk_backtest_var_99_finite CHECK (var_99_pct > '-Infinity' AND var_99_pct < 'Infinity'),
    CONSTRAINT risk_backtest_hypothetical_finite CHECK (hypothetical_pnl_pct > '-Infinity' AND hypothetical_pnl_pct < 'Infinity'),
    CONSTRAINT risk_backtest_actual_finite CHECK (actual_return_pct > '-Infinity' AND actual_return_pct < 'Infinity'),
    CONSTRAINT risk_backtest_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_backtest IS 'One row per day on which a value at risk of the day before is tested. A day is an exception where hypothetical_pnl_pct is below minus the VaR.';
COMMENT ON COLUMN risk_backtest.day IS 'The desk''s day that is tested.';
COMMENT ON COLUMN risk_backtest.var_computed_at IS 'The book time of the VaR that is tested, before the day: the computed_at of its row in risk_metrics_daily.';
COMMENT ON COLUMN risk_backtest.var_95_pct IS 'The one-day VaR at 95 % as it was stored for var_computed_at, percent of NAV, a loss is positive.';
COMMENT ON COLUMN risk_backtest.var_99_pct IS 'The one-day VaR at 99 % as it was stored for var_computed_at, percent of NAV, a loss is positive.';
COMMENT ON COLUMN risk_backtest.hypothetical_pnl_pct IS 'What the book of var_computed_at, left as it was, made by the day''s moves, percent of NAV, a loss is negative; carry is left out.';
COMMENT ON COLUMN risk_backtest.actual_return_pct IS 'The NAV''s return from var_computed_at to the day''s last snapshot, percent; null where the day has none. With trading, carry and costs: shown beside, not tested.';
COMMENT ON COLUMN risk_backtest.stored_at IS 'When the row was written.';

CREATE TABLE risk_backtest_summary (
    computed_at       timestamptz NOT NULL,
    confidence_pct    float8      NOT NULL,
    days              integer     NOT NULL,
    exceptions        integer     NOT NULL,
    kupiec_lr         float8,
    kupiec_p          float8,
    christoffersen_lr float8,
    christoffersen_p  float8,
    zone              text,
    stored_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_backtest_summary_pkey PRIMARY KEY (computed_at, confidence_pct),
    CONSTRAINT risk_backtest_summary_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_backtest_summary_confidence_between_0_and_100 CHECK (confidence_pct > 0 AND confidence_pct < 100),
    CONSTRAINT risk_backtest_summary_days_not_negative CHECK (days >= 0),
    CONSTRAINT risk_backtest_summary_exceptions_0_to_days CHECK (exceptions >= 0 AND exceptions <= days),
    CONSTRAINT risk_backtest_summary_kupiec_lr_not_negative CHECK (kupiec_lr >= 0 AND kupiec_lr < 'Infinity'),
    CONSTRAINT risk_backtest_summary_kupiec_p_0_to_1 CHECK (kupiec_p >= 0 AND kupiec_p <= 1),
    CONSTRAINT risk_backtest_summary_christoffersen_lr_not_negative CHECK (christoffersen_lr >= 0 AND christoffersen_lr < 'Infinity'),
    CONSTRAINT risk_backtest_summary_christoffersen_p_0_to_1 CHECK (christoffersen_p >= 0 AND christoffersen_p <= 1),
    CONSTRAINT risk_backtest_summary_zone_known CHECK (zone IN ('green', 'yellow', 'red')),
    CONSTRAINT risk_backtest_summary_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_backtest_summary IS 'One row per risk computation and confidence: what the last 250 tested days of risk_backtest come to.';
COMMENT ON COLUMN risk_backtest_summary.computed_at IS 'The book time up to whose day the days were counted.';
COMMENT ON COLUMN risk_backtest_summary.confidence_pct IS 'The confidence of the VaR that was tested, percent: 95 or 99.';
COMMENT ON COLUMN risk_backtest_summary.days IS 'How many days were tested, at most 250.';
COMMENT ON COLUMN risk_backtest_summary.exceptions IS 'On how many of them the hypothetical loss was larger than the VaR.';
COMMENT ON COLUMN risk_backtest_summary.kupiec_lr IS 'Kupiec''s likelihood ratio of the proportion of failures, chi-squared with one degree of freedom; null without days.';
COMMENT ON COLUMN risk_backtest_summary.kupiec_p IS 'Its p-value: below 0.05 the number of exceptions does not fit the confidence.';
COMMENT ON COLUMN risk_backtest_summary.christoffersen_lr IS 'Christoffersen''s likelihood ratio of independence, chi-squared with one degree of freedom; null where it can''t be computed.';
COMMENT ON COLUMN risk_backtest_summary.christoffersen_p IS 'Its p-value: below 0.05 exceptions follow one another.';
COMMENT ON COLUMN risk_backtest_summary.zone IS 'Basel''s traffic light at 99 %: green for up to 4 exceptions of 250 days, yellow up to 9, red for 10 and more; null at other confidences.';
COMMENT ON COLUMN risk_backtest_summary.stored_at IS 'When the row was written.';

CREATE TABLE risk_notes (
    computed_at timestamptz NOT NULL,
    note_no     integer     NOT NULL,
    kind        text        NOT NULL,
    note        text        NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT risk_notes_pkey PRIMARY KEY (computed_at, note_no),
    CONSTRAINT risk_notes_computed_at_finite CHECK (isfinite(computed_at)),
    CONSTRAINT risk_notes_note_no_positive CHECK (note_no > 0),
    CONSTRAINT risk_notes_kind_not_empty CHECK (kind <> ''),
    CONSTRAINT risk_notes_note_not_empty CHECK (note <> ''),
    CONSTRAINT risk_notes_stored_at_finite CHECK (isfinite(stored_at))
);

COMMENT ON TABLE risk_notes IS 'One row per thing that a reader of a risk computation must know: what was left out, stood in for, dropped or strange.';
COMMENT ON COLUMN risk_notes.computed_at IS 'The book time of the computation.';
COMMENT ON COLUMN risk_notes.note_no IS 'The note''s place, counted from 1.';
COMMENT ON COLUMN risk_notes.kind IS 'What the note is about, in one word: missing, proxy, gap, jump, carry and so on.';
COMMENT ON COLUMN risk_notes.note IS 'The note, a sentence.';
COMMENT ON COLUMN risk_notes.stored_at IS 'When the row was written.';
