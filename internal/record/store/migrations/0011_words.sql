-- What other tools' words for statuses and directions mean. The dashboards read every status and every
-- direction through this table, in Grafana too, so that a word is explained once for all of them.
CREATE TABLE macrowatch_words (
    subject    text    NOT NULL,
    word       text    NOT NULL,
    meaning    text    NOT NULL,
    configured boolean NOT NULL,
    CONSTRAINT macrowatch_words_pkey PRIMARY KEY (subject, word),
    CONSTRAINT macrowatch_words_word_not_empty CHECK (word <> ''),
    CONSTRAINT macrowatch_words_meaning_known CHECK (
        subject = 'status' AND meaning IN ('SUCCESS', 'RUNNING', 'FAILED', 'CANCELLED', 'SKIPPED', 'QUEUED')
        OR subject = 'direction' AND meaning IN ('LONG', 'SHORT', 'NEUTRAL'))
);
-- Whoever may read the runs must be able to read what their statuses mean, and nothing here is secret.
GRANT SELECT ON macrowatch_words TO PUBLIC;

COMMENT ON TABLE macrowatch_words IS 'What words of other tools mean, as macrowatch reads statuses and directions.';
COMMENT ON COLUMN macrowatch_words.subject IS 'What the word is about: status (of a run) or direction (of a signal).';
COMMENT ON COLUMN macrowatch_words.word IS 'The word in capitals, without blanks, hyphens and underscores.';
COMMENT ON COLUMN macrowatch_words.meaning IS 'The status or the direction that it is read as.';
COMMENT ON COLUMN macrowatch_words.configured IS 'Whether it comes from a words file (macrowatch migrate --words-file) rather than with macrowatch.';

-- On pipeline_runs:
-- A run that somebody ended, or that had nothing to do, can be recorded as such.
ALTER TABLE pipeline_runs
    DROP CONSTRAINT pipeline_runs_status_known,
    ADD CONSTRAINT pipeline_runs_status_known CHECK (status IN ('RUNNING', 'SUCCESS', 'FAILED', 'CANCELLED', 'SKIPPED'));
-- The dashboards look for statuses that are not macrowatch's own. There are none here, and this index,
-- which is always empty, tells the server so.
CREATE INDEX pipeline_runs_other_words_idx ON pipeline_runs (coalesce(finished_at, started_at) DESC)
    WHERE coalesce(status, '') NOT IN ('SUCCESS', 'RUNNING', 'FAILED', 'CANCELLED', 'SKIPPED', 'QUEUED');
COMMENT ON COLUMN pipeline_runs.status IS 'RUNNING, SUCCESS, FAILED, CANCELLED or SKIPPED.';

-- On strategy_signals:
-- The same for directions.
CREATE INDEX strategy_signals_other_words_idx ON strategy_signals (generated_at DESC)
    WHERE coalesce(direction, '') NOT IN ('LONG', 'SHORT', 'NEUTRAL');
