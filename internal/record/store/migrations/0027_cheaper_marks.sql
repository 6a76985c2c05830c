-- On pipeline_runs:
-- A write of a single run leaves its mark with less work: the function's statements are planned once in a session, and no longer for
-- each write. For that, they name the schema of the tables. In another schema, where somebody may have moved them to, the function
-- works as before.
DO $migration$ BEGIN EXECUTE format($function$
CREATE OR REPLACE FUNCTION macrowatch_mark_runs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_SCHEMA <> %1$L OR TG_OP = 'TRUNCATE' THEN
        EXECUTE format('INSERT INTO %%I.run_summary_marks (quarter) ', TG_TABLE_SCHEMA) || CASE TG_OP
            WHEN 'TRUNCATE' THEN 'VALUES (''-infinity'')'
            ELSE 'SELECT DISTINCT date_bin(interval ''15 minutes'', started_at, timestamptz ''2000-01-01 00:00Z'') FROM ' || CASE TG_OP
                WHEN 'INSERT' THEN 'added'
                WHEN 'DELETE' THEN 'removed'
                ELSE '(SELECT started_at FROM removed UNION ALL SELECT started_at FROM added) changed'
            END
        END;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO %1$I.run_summary_marks (quarter)
        SELECT DISTINCT date_bin(interval '15 minutes', started_at, timestamptz '2000-01-01 00:00Z') FROM added;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO %1$I.run_summary_marks (quarter)
        SELECT date_bin(interval '15 minutes', started_at, timestamptz '2000-01-01 00:00Z') FROM removed
        UNION SELECT date_bin(interval '15 minutes', started_at, timestamptz '2000-01-01 00:00Z') FROM added;
    ELSE
        INSERT INTO %1$I.run_summary_marks (quarter)
        SELECT DISTINCT date_bin(interval '15 minutes', started_at, timestamptz '2000-01-01 00:00Z') FROM removed;
    END IF;
    RETURN NULL;
END $$
$function$, (SELECT nspname FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid WHERE pg_class.oid = 'pipeline_runs'::regclass)); END $migration$;
