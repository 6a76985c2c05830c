-- On strategy_signals:
-- Where a strategy changed its mind on an instrument: the next signal of another direction than a signal's is found by one
-- probe for each other direction, however many signals lie between them. The index that had the signals of all directions in
-- the order of their times is no longer read, so a write costs what it did.
DROP INDEX strategy_signals_changes_idx;
CREATE INDEX strategy_signals_flips_idx ON strategy_signals (strategy_id, instrument, direction, generated_at);
