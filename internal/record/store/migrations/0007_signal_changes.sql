-- On strategy_signals:
-- Where a strategy changed its mind on an instrument: the signals of each pair in the order of their
-- times, with their directions, from the index alone. The key's own index has no directions, and a
-- pair's rows lie a page apart.
CREATE INDEX strategy_signals_changes_idx ON strategy_signals (strategy_id, instrument, generated_at) INCLUDE (direction);
