-- Summaries of the book's gross allocation by asset class: of each snapshot, and of stretches of time from two hours to 32 days the
-- snapshots that a chart shows of such a cell. So the chart need not add the weights of all rows. They work as those of NAVs do (0023):
-- whoever writes a snapshot leaves a mark in the same transaction, and readers take the snapshots themselves where there is a mark.
--
-- The classes follow from the desk's rules and from the table instruments. allocation_basis says which ones the summaries were made with.
-- Readers use the summaries only if these are the ones that hold now, so nobody need leave a mark who changes them.
CREATE TABLE allocation_rules (
    rules_id int   NOT NULL DEFAULT 1,
    rules    jsonb NOT NULL,
    CONSTRAINT allocation_rules_pkey PRIMARY KEY (rules_id)
);
INSERT INTO allocation_rules (rules) VALUES ('[{"class": "FX", "prefixes": ["USD", "NDF"]}, {"class": "Rates", "prefixes": ["DI"]},
    {"class": "Inflation", "prefixes": ["NTN"]}, {"class": "Cupom", "prefixes": ["DDI"]}, {"class": "Sovereign", "prefixes": ["CDS"]}]');

CREATE TABLE allocation_basis (
    zone    text   NOT NULL,
    rules   jsonb  NOT NULL,
    named   jsonb  NOT NULL,
    classes text[] NOT NULL,
    CONSTRAINT allocation_basis_pkey PRIMARY KEY (zone)
);

CREATE TABLE allocation_summaries (
    width_seconds int         NOT NULL,
    begins_at     timestamptz NOT NULL,
    at            timestamptz NOT NULL,
    gross         float8[]    NOT NULL,
    CONSTRAINT allocation_summaries_pkey PRIMARY KEY (width_seconds, begins_at, at),
    CONSTRAINT allocation_summaries_width_known CHECK (width_seconds IN (0, 7200, 21600, 86400, 345600, 1382400, 2764800))
);

CREATE TABLE allocation_marks (
    mark_id     bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    snapshot_at timestamptz NOT NULL,
    CONSTRAINT allocation_marks_pkey PRIMARY KEY (mark_id)
);
-- This mark is about all snapshots. It stays in a database whose book is in another tool's table, which has no triggers.
INSERT INTO allocation_marks (snapshot_at) VALUES ('-infinity');
GRANT SELECT ON allocation_rules, allocation_basis, allocation_summaries, allocation_marks TO PUBLIC;

COMMENT ON TABLE allocation_rules IS 'One row: the rules by which the desk''s instruments have their asset classes.';
COMMENT ON COLUMN allocation_rules.rules_id IS 'Identifies the row: a key of the rules themselves would have no room for many.';
COMMENT ON COLUMN allocation_rules.rules IS 'Objects with a class and the prefixes of its instruments. The first prefix that fits a name decides.';
COMMENT ON TABLE allocation_basis IS 'One row: what the summaries of allocations were made with.';
COMMENT ON COLUMN allocation_basis.zone IS 'The zone in which their days begin, as PostgreSQL knows it.';
COMMENT ON COLUMN allocation_basis.rules IS 'The rules, as in allocation_rules.';
COMMENT ON COLUMN allocation_basis.named IS 'An object with the asset class of each instrument for which the table instruments named one.';
COMMENT ON COLUMN allocation_basis.classes IS 'All classes in the order in which the summaries have them.';
COMMENT ON TABLE allocation_summaries IS 'One row for a snapshot, or for one that a chart shows of a stretch of time: the first, the last, or one in which a class or the whole is lowest or highest. It follows from portfolio_state and allocation_basis.';
COMMENT ON COLUMN allocation_summaries.width_seconds IS 'How long the stretch is, in seconds: 0 for a snapshot by itself, otherwise from two hours to 32 days. A day of the desk''s zone may be an hour shorter or longer.';
COMMENT ON COLUMN allocation_summaries.begins_at IS 'When the stretch begins.';
COMMENT ON COLUMN allocation_summaries.at IS 'The time of the snapshot.';
COMMENT ON COLUMN allocation_summaries.gross IS 'Gross allocation in trillionths of the NAV: of the whole, then of each class of allocation_basis.';
COMMENT ON TABLE allocation_marks IS 'One row for each time a snapshot was written: summaries of allocations that contain it are not to be used.';
COMMENT ON COLUMN allocation_marks.mark_id IS 'Identifies the mark.';
COMMENT ON COLUMN allocation_marks.snapshot_at IS 'The time of the snapshot; -infinity if it is about all snapshots.';

-- On portfolio_state:
-- A write leaves its marks for both kinds of summaries.
CREATE OR REPLACE FUNCTION macrowatch_mark_snapshots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE 'WITH written (snapshot_at) AS (' || CASE TG_OP
        WHEN 'TRUNCATE' THEN 'VALUES (timestamptz ''-infinity'')'
        WHEN 'INSERT' THEN 'SELECT DISTINCT "timestamp" FROM added'
        WHEN 'DELETE' THEN 'SELECT DISTINCT "timestamp" FROM removed'
        ELSE 'SELECT "timestamp" FROM removed UNION SELECT "timestamp" FROM added'
    END || format('), of_navs AS (INSERT INTO %1$I.book_summary_marks (snapshot_at) SELECT snapshot_at FROM written)
        INSERT INTO %1$I.allocation_marks (snapshot_at) SELECT snapshot_at FROM written', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
