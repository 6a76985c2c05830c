package timescaledb_test

// In these statements {owner}, {reader}, {database} and {chunk} stand for names.

// ownersOnly are statements that the owner may run and a reader may not.
func ownersOnly() []string {
	return []string{
		// locks on which an import or a migration waits
		"SELECT pg_advisory_lock(1)", "SELECT pg_advisory_lock(1, 2)", "SELECT pg_advisory_lock_shared(1)",
		"SELECT pg_advisory_xact_lock(hashtextextended('macrowatch migrate', 0))", "SELECT pg_advisory_xact_lock_shared(1, 2)",
		"SELECT pg_try_advisory_lock(1)", "SELECT pg_try_advisory_lock_shared(1)", "SELECT pg_try_advisory_xact_lock(1, 2)",
		"SELECT pg_try_advisory_xact_lock_shared(1)", "SELECT pg_advisory_unlock(1)", "SELECT pg_advisory_unlock_all()",
		"BEGIN; LOCK TABLE portfolio_state IN ACCESS EXCLUSIVE MODE", "BEGIN; LOCK TABLE pipeline_runs IN SHARE MODE",
		"SELECT * FROM portfolio_state FOR UPDATE", "SELECT * FROM pipeline_runs FOR KEY SHARE",
		// what fills the disk
		"SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')", "SELECT lo_put(1, 0, 'x')", "SELECT lo_unlink(1)",
		"SELECT lo_open(1, 131072)", "SELECT lowrite(0, 'x')", "SELECT lo_truncate(0, 1)", "SELECT lo_truncate64(0, 1)", "SELECT loread(0, 1)",
		"CREATE TEMPORARY TABLE mine (id int)", "SELECT 1 AS id INTO TEMPORARY mine", "CREATE TEMPORARY SEQUENCE mine", "CREATE TEMPORARY VIEW mine AS SELECT 1",
		"CREATE TABLE mine (id int)", "CREATE TABLE mine AS SELECT * FROM portfolio_state", "CREATE MATERIALIZED VIEW mine AS SELECT 1", "CREATE SCHEMA mine",
		"SELECT pg_logical_emit_message(false, 'x', 'y')", "SELECT pg_logical_emit_message(true, 'x', '\\x00'::bytea)", "SELECT pg_export_snapshot()",
		// what disturbs others
		"SELECT pg_notify('macrowatch_changes', 'portfolio_state')", "SELECT pg_sleep(0)", "SELECT pg_sleep_for('0')", "SELECT pg_sleep_until('2000-01-01')",
		"SELECT pg_cancel_backend(0)", "SELECT pg_terminate_backend(0)", "SELECT txid_current()", "SELECT pg_current_xact_id()",
		// programs
		"DO $$ BEGIN PERFORM 1; END $$", "DO LANGUAGE plpgsql $$ BEGIN EXECUTE 'SELECT 1'; END $$",
		"CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
		"CREATE PROCEDURE mine() LANGUAGE sql AS 'SELECT 1'", "CREATE EXTENSION pg_trgm",
		// the record
		"INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('2', 'fred', 'RUNNING', now())",
		"UPDATE portfolio_state SET weight = 0", "DELETE FROM portfolio_state", "TRUNCATE portfolio_state", "DROP TABLE portfolio_state",
		"WITH gone AS (DELETE FROM strategy_signals RETURNING 1) SELECT count(*) FROM gone", "EXPLAIN ANALYZE DELETE FROM portfolio_state",
		"ALTER TABLE portfolio_state ADD COLUMN mine int", "ALTER TABLE portfolio_state DISABLE TRIGGER USER", "DELETE FROM macrowatch_migrations",
		"UPDATE macrowatch_settings SET value = 'x'", "COMMENT ON TABLE portfolio_state IS 'x'", "CREATE INDEX ON portfolio_state (weight)",
		"CREATE RULE mine AS ON INSERT TO pipeline_runs DO INSTEAD NOTHING", "ALTER TABLE pipeline_runs ENABLE ROW LEVEL SECURITY",
		"ALTER ROLE {owner} PASSWORD 'x'", "REINDEX TABLE pipeline_runs",
		"CREATE STATISTICS mine ON weight, total_equity FROM portfolio_state", "CREATE PUBLICATION mine",
		"ALTER DATABASE {database} SET default_transaction_read_only = on",
	}
}

// superusersOnly are statements that neither a reader nor the owner may run.
func superusersOnly() []string {
	return []string{
		"COPY (SELECT 1) TO PROGRAM 'true'", "COPY pipeline_runs FROM PROGRAM 'true'", "SELECT pg_read_file('postgresql.conf')", "SELECT pg_ls_dir('.')",
		"SELECT pg_reload_conf()", "SELECT pg_switch_wal()", "SELECT pg_create_restore_point('x')", "SELECT pg_log_backend_memory_contexts(0)",
		"SELECT pg_stat_reset()", "SELECT * FROM pg_authid", "UPDATE pg_class SET relname = relname", "DELETE FROM pg_largeobject", "SELECT lo_import('/dev/null')",
		"CREATE ROLE mine", "GRANT pg_signal_backend TO {reader}", "SET SESSION AUTHORIZATION postgres",
		"SET log_statement = 'none'", "SET temp_file_limit = -1", "SET lo_compat_privileges = on", "SET session_replication_role = replica",
		"ALTER ROLE {reader} SET temp_file_limit = -1", "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		"CREATE FOREIGN DATA WRAPPER mine", "CREATE LANGUAGE mine HANDLER plpgsql_call_handler", "CREATE ACCESS METHOD mine TYPE index HANDLER bthandler",
	}
}

// neither are statements that neither a reader nor the owner may run. The superuser does not run them here, because
// they would take effect.
func neither() []string {
	return []string{
		"SET ROLE postgres", "ALTER TABLE portfolio_state OWNER TO {reader}", "ALTER ROLE {reader} SUPERUSER", "ALTER ROLE {reader} CONNECTION LIMIT -1", "CREATE DATABASE mine", "ALTER SYSTEM SET fsync = off",
		"SELECT lo_export(1, '/dev/null')", "CREATE TABLESPACE mine LOCATION '/nowhere'", "SELECT pg_promote()", "DROP DATABASE {database}",
		"CREATE SUBSCRIPTION mine CONNECTION 'dbname=x' PUBLICATION mine",
	}
}

// timescaleOwnersOnly are statements of TimescaleDB that only the owner may run. If possible, their arguments would do
// harm.
func timescaleOwnersOnly() []string {
	return []string{
		"SELECT _timescaledb_functions.drop_chunk('{chunk}')", "SELECT _timescaledb_internal.drop_chunk('{chunk}')",
		"SELECT _timescaledb_functions.freeze_chunk('{chunk}')", "SELECT _timescaledb_functions.unfreeze_chunk('{chunk}')",
		"SELECT _timescaledb_internal.freeze_chunk('{chunk}')", "SELECT _timescaledb_functions.drop_osm_chunk('portfolio_state')",
		"SELECT _timescaledb_functions.create_compressed_chunk('{chunk}', '{chunk}', 1, 1, 1, 1, 1, 1, 1, 1)",
		"SELECT _timescaledb_functions.hypertable_osm_range_update('portfolio_state', NULL::timestamptz, NULL::timestamptz, true)",
		"SELECT _timescaledb_functions.attach_osm_table_chunk('portfolio_state', '{chunk}')",
		"SELECT _timescaledb_functions.create_chunk('portfolio_state', '{}')", "SELECT _timescaledb_functions.remove_dropped_chunk_metadata(1)",
		"SELECT _timescaledb_functions.constraint_clone(0, '{chunk}')",
		"CALL _timescaledb_functions.policy_retention(1, '{}')", "CALL _timescaledb_functions.policy_compression(1, '{}')",
		"CALL _timescaledb_functions.cagg_migrate_update_watermark(1)",
		"SELECT drop_chunks('portfolio_state', older_than => now())", "SELECT drop_chunks('strategy_signals', newer_than => '2000-01-01'::timestamptz)",
		"SELECT add_job('_timescaledb_functions.policy_retention', '1h')",
		"SELECT add_retention_policy('portfolio_state', interval '1 day')", "SELECT remove_retention_policy('portfolio_state')",
		"SELECT add_compression_policy('portfolio_state', interval '1 day')", "SELECT remove_compression_policy('portfolio_state')",
		"CALL add_columnstore_policy('portfolio_state', interval '1 day')", "SELECT add_reorder_policy('portfolio_state', 'portfolio_state_pkey')",
		"SELECT compress_chunk('{chunk}')", "SELECT decompress_chunk('{chunk}')", "CALL convert_to_columnstore('{chunk}')", "CALL convert_to_rowstore('{chunk}')",
		"SELECT move_chunk('{chunk}', 'pg_default', 'pg_default')", "SELECT reorder_chunk('{chunk}')", "CALL attach_chunk('portfolio_state', '{chunk}', '{}')",
		"CALL detach_chunk('{chunk}')", "CALL merge_chunks('{chunk}', '{chunk}')", "CALL split_chunk('{chunk}')", "CALL recompress_chunk('{chunk}')",
		"SELECT create_hypertable('pipeline_runs', 'started_at')", "SELECT add_dimension('portfolio_state', 'instrument', 2)",
		"SELECT set_chunk_time_interval('portfolio_state', interval '1 second')", "SELECT set_number_partitions('portfolio_state', 2)",
		"SELECT attach_tablespace('pg_default', 'portfolio_state')", "SELECT detach_tablespaces('portfolio_state')",
		"SELECT enable_chunk_skipping('portfolio_state', 'weight')", "CALL refresh_continuous_aggregate('portfolio_state', NULL, NULL)",
		"SELECT timescaledb_experimental.add_policies('portfolio_state', drop_after => interval '1 day')",
	}
}

// timescaleNotReaders are about jobs that TimescaleDB made itself. A reader may not run them. Whether the owner may
// depends on TimescaleDB's version.
func timescaleNotReaders() []string {
	return []string{
		"SELECT alter_job(1, scheduled => false)", "SELECT delete_job(1)", "CALL run_job(1)", "CALL _timescaledb_functions.repair_relation_acls()",
		"SELECT _timescaledb_functions.alter_job_set_hypertable_id(1, 'portfolio_state')",
	}
}

// readersToo are statements that a reader needs: queries of dashboards, and queries of programs that look at a
// database.
func readersToo() []string {
	return []string{
		"SELECT count(*) FROM portfolio_state", "SELECT * FROM pipeline_runs", "SELECT max(applied_at) FROM macrowatch_migrations",
		`SELECT date_trunc('month', "timestamp" AT TIME ZONE 'America/Sao_Paulo'), last_value(total_equity) OVER (ORDER BY "timestamp") FROM portfolio_state`,
		"SELECT random(), clock_timestamp(), gen_random_uuid(), version(), current_setting('server_version')", "SELECT set_config('TimeZone', 'UTC', false)",
		"SELECT * FROM generate_series(1, 3) ORDER BY random()", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n",
		"SELECT pg_size_pretty(pg_total_relation_size('portfolio_state')), pg_database_size(current_database())",
		"SELECT * FROM pg_settings", "SELECT * FROM pg_locks", "SELECT * FROM pg_stat_activity", "SELECT * FROM pg_stat_xact_user_tables", "SELECT * FROM pg_sequences",
		"SELECT * FROM information_schema.columns", "SELECT * FROM pg_stat_user_tables", "SELECT query_to_xml('SELECT 1', true, false, '')",
		"COPY (SELECT * FROM portfolio_state) TO STDOUT", "EXPLAIN ANALYZE SELECT * FROM portfolio_state", "LISTEN macrowatch_changes",
	}
}

func timescaleReadersToo() []string {
	return []string{
		`SELECT time_bucket('1 month', "timestamp"), first(total_equity, "timestamp"), last(total_equity, "timestamp") FROM portfolio_state GROUP BY 1`,
		`SELECT time_bucket_gapfill('7 days', "timestamp") AS week, locf(last(total_equity, "timestamp")), interpolate(avg(weight))
			FROM portfolio_state WHERE "timestamp" >= '2020-01-01Z' AND "timestamp" < '2021-01-01Z' GROUP BY 1`,
		"SELECT hypertable_size('portfolio_state'), approximate_row_count('portfolio_state'), hypertable_approximate_size('portfolio_state')",
		"SELECT * FROM hypertable_detailed_size('portfolio_state')", "SELECT * FROM chunks_detailed_size('portfolio_state')", "SELECT show_chunks('portfolio_state')",
		"SELECT * FROM hypertable_compression_stats('portfolio_state')", "SELECT * FROM chunk_compression_stats('portfolio_state')",
		"SELECT * FROM timescaledb_information.hypertables", "SELECT * FROM timescaledb_information.chunks", "SELECT * FROM timescaledb_information.dimensions",
		"SELECT * FROM timescaledb_information.jobs", "SELECT * FROM timescaledb_information.job_stats", "SELECT * FROM timescaledb_information.continuous_aggregates",
		"SELECT * FROM timescaledb_information.compression_settings", "SELECT histogram(weight, -1, 1, 4) FROM portfolio_state",
	}
}
