package timescaledb_test

// neighbours are what an owner may have in the same database beside the desk's tables.
var neighbours = []string{
	"CREATE SCHEMA neighbour", "CREATE TABLE neighbour.salaries (person text, amount numeric)", "INSERT INTO neighbour.salaries VALUES ('a trader', 1)",
	"CREATE SEQUENCE neighbour.numbers", "CREATE TABLE own_notes (note text)", "CREATE SEQUENCE own_numbers",
	"CREATE FUNCTION erase_everything() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM pipeline_runs'",
	"CREATE TABLE half_open (shown int, hidden int)", "GRANT SELECT (shown) ON half_open TO PUBLIC",
	`INSERT INTO macrowatch_tokens (token_id, name, digest, created_at) VALUES ('t1', 'a token', sha256('a secret'), now())`,
}

// hostile is a statement, and the codes of PostgreSQL of which one must end it.
type hostile struct {
	sql   string
	codes []string
}

func refused(statements ...string) []hostile { return ended([]string{noRight}, statements...) }

func ended(codes []string, statements ...string) []hostile {
	var all []hostile
	for _, sql := range statements {
		all = append(all, hostile{sql, codes})
	}
	return all
}

// hostileStatements are sent in a session that has lifted every limit that it can lift.
func hostileStatements() []hostile {
	var all []hostile
	for _, some := range [][]hostile{writing(), defining(), reachingOut(), becoming(), disturbing(), peeping(), overflowing()} {
		all = append(all, some...)
	}
	return all
}

func writing() []hostile {
	return refused(
		"INSERT INTO pipeline_runs (run_id, step_name, status, started_at) VALUES ('9', 'x', 'RUNNING', now())",
		"UPDATE pipeline_runs SET step_name = 'x'", "DELETE FROM portfolio_state", "TRUNCATE portfolio_state", "SELECT * FROM pipeline_runs FOR UPDATE",
		"WITH gone AS (DELETE FROM pipeline_runs RETURNING *) SELECT * FROM gone",
		"MERGE INTO pipeline_runs p USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
		"COPY pipeline_runs (run_id) FROM STDIN", "BEGIN; LOCK TABLE pipeline_runs IN ROW EXCLUSIVE MODE", "BEGIN; LOCK TABLE pipeline_runs IN ACCESS EXCLUSIVE MODE",
		"UPDATE macrowatch_settings SET value = '[]' WHERE key = 'reader_roles'", "DELETE FROM macrowatch_migrations",
		"EXPLAIN ANALYZE DELETE FROM pipeline_runs",
		"PREPARE p AS DELETE FROM pipeline_runs; EXECUTE p", "BEGIN; DELETE FROM pipeline_runs; COMMIT",
		"SELECT nextval('own_numbers')", "SELECT setval('own_numbers', 1000)", "SELECT nextval('neighbour.numbers')",
		"SELECT erase_everything()", "UPDATE pg_catalog.pg_class SET relname = 'x'", "DELETE FROM pg_catalog.pg_proc",
	)
}

func defining() []hostile {
	all := refused(
		"CREATE TABLE mine (id int)", "CREATE TABLE mine AS SELECT * FROM pipeline_runs", "SELECT * INTO mine FROM pipeline_runs", "CREATE VIEW mine AS SELECT 1",
		"CREATE MATERIALIZED VIEW mine AS SELECT 1", "CREATE SCHEMA mine", "CREATE SEQUENCE mine", "CREATE TYPE mine AS (a int)", "CREATE DOMAIN mine AS int",
		"CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"CREATE TEMPORARY TABLE mine (id int)", "CREATE TEMPORARY TABLE mine AS SELECT * FROM pipeline_runs", "CREATE TEMPORARY VIEW mine AS SELECT 1",
		"CREATE TEMPORARY SEQUENCE mine", "SELECT * INTO TEMPORARY mine FROM pipeline_runs", "ALTER TABLE pipeline_runs ADD COLUMN mine int", "DROP TABLE pipeline_runs",
		"CREATE INDEX mine ON pipeline_runs (step_name)", "REINDEX TABLE pipeline_runs", "CLUSTER pipeline_runs USING pipeline_runs_pkey", "COMMENT ON TABLE pipeline_runs IS 'x'",
		"CREATE TRIGGER mine BEFORE INSERT ON pipeline_runs EXECUTE FUNCTION suppress_redundant_updates_trigger()", "CREATE RULE mine AS ON SELECT TO pipeline_runs DO INSTEAD NOTHING",
		"CREATE POLICY mine ON pipeline_runs", "CREATE STATISTICS mine ON step_name, status FROM pipeline_runs", "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		"CREATE PUBLICATION mine FOR TABLE pipeline_runs", "CREATE SUBSCRIPTION mine CONNECTION 'host=localhost' PUBLICATION x WITH (connect = false)",
		"CREATE FOREIGN DATA WRAPPER mine", "CREATE TABLESPACE mine LOCATION '/tmp'", "CREATE DATABASE mine", "DROP DATABASE {database}", "ALTER DATABASE {database} SET work_mem = '1GB'",
		"CREATE LANGUAGE mine HANDLER plpgsql_call_handler", "DROP FUNCTION erase_everything()", "DROP SCHEMA neighbour CASCADE",
		"DO $$ BEGIN PERFORM 1; END $$", "DO LANGUAGE plpgsql $$ BEGIN LOOP END LOOP; END $$",
	)
	return append(all, ended([]string{noRight, "58P01", "0A000"}, // the control file may be missing on this machine
		"CREATE EXTENSION dblink", "CREATE EXTENSION postgres_fdw", "CREATE EXTENSION hstore", "CREATE EXTENSION adminpack")...)
}

func reachingOut() []hostile {
	all := refused(
		"COPY pipeline_runs TO PROGRAM 'cat >/tmp/stolen'", "COPY (SELECT 1) TO PROGRAM 'id'", "COPY pipeline_runs FROM PROGRAM 'id'", "COPY pipeline_runs TO '/tmp/stolen'", "COPY pipeline_runs FROM '/etc/passwd'",
		"SELECT pg_read_file('/etc/passwd')", "SELECT pg_read_binary_file('pg_hba.conf')", "SELECT * FROM pg_ls_dir('.')", "SELECT * FROM pg_stat_file('postgresql.conf')", "SELECT * FROM pg_ls_logdir()",
		"SELECT * FROM pg_ls_waldir()", "SELECT * FROM pg_ls_tmpdir()", "SELECT * FROM pg_hba_file_rules", "SELECT * FROM pg_file_settings", "SELECT pg_current_logfile()",
		"SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '/tmp/stolen')", "SELECT lo_create(1)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')", "SELECT lo_put(1, 0, 'x')", "SELECT lo_unlink(1)",
		"LOAD '/tmp/mine.so'", "LOAD '$libdir/pgoutput'", "SELECT pg_create_logical_replication_slot('mine', 'pgoutput')", "SELECT pg_create_physical_replication_slot('mine')",
		"SELECT pg_logical_emit_message(false, 'x', 'y')", "SELECT pg_export_snapshot()", "SELECT pg_replication_origin_create('mine')", "SELECT pg_import_system_collations('public')",
	)
	return append(all, ended([]string{noRight, noSuch}, "SELECT pg_file_write('/tmp/mine', 'x', false)", "SELECT dblink('host=localhost', 'SELECT 1')")...)
}

func becoming() []hostile {
	all := refused(
		"SET ROLE {owner}", "SET ROLE postgres", "SET SESSION AUTHORIZATION {owner}", "SET SESSION AUTHORIZATION postgres", "SET LOCAL SESSION AUTHORIZATION postgres", "SELECT set_config('role', '{owner}', false)",
		"SELECT set_config('session_authorization', 'postgres', false)", "CREATE ROLE mine SUPERUSER", "CREATE USER mine", "ALTER ROLE {reader} SUPERUSER", "ALTER ROLE {reader} CREATEROLE", "ALTER ROLE {reader} CREATEDB",
		"ALTER ROLE {reader} REPLICATION", "ALTER ROLE {reader} BYPASSRLS", "ALTER ROLE {reader} CONNECTION LIMIT -1", "ALTER ROLE {reader} SET temp_file_limit = -1", "ALTER ROLE {reader} RESET temp_file_limit",
		"ALTER ROLE {reader} VALID UNTIL 'infinity'", "ALTER ROLE {owner} PASSWORD 'x'", "ALTER ROLE {owner} SET search_path = 'mine'", "ALTER ROLE postgres NOLOGIN", "ALTER ROLE ALL SET statement_timeout = 0",
		"DROP ROLE {owner}", "GRANT {owner} TO {reader}", "GRANT pg_read_all_data TO {reader}", "GRANT pg_execute_server_program TO {reader}", "GRANT {reader} TO {owner} WITH ADMIN OPTION",
		"ALTER TABLE pipeline_runs OWNER TO {reader}", "REASSIGN OWNED BY {owner} TO {reader}", "DROP OWNED BY {owner}", "GRANT SELECT ON macrowatch_tokens TO {reader}", "GRANT ALL ON SCHEMA neighbour TO {reader}",
		"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {reader}", "SET temp_file_limit = -1", "SELECT set_config('temp_file_limit', '-1', false)", "SET session_replication_role = replica",
		"SET log_statement = 'none'", "SET lo_compat_privileges = on", "SET dynamic_library_path = '/tmp'", "SET session_preload_libraries = 'x'", "ALTER SYSTEM SET fsync = off",
	)
	return append(all, ended([]string{"55P02"}, "SET max_connections = 1", "SET archive_command = 'id'")...)
}

func disturbing() []hostile {
	all := refused(
		"SELECT pg_terminate_backend({pid})", "SELECT pg_cancel_backend({pid})", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity", "SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_lock(1)",
		"SELECT pg_advisory_xact_lock(1)", "SELECT pg_advisory_lock_shared(1)", "SELECT pg_sleep(1000000)", "SELECT pg_sleep_for('1 year')", "SELECT pg_sleep_until('infinity')",
		"SELECT count(pg_sleep(1)) FROM generate_series(1, 1000000)", "SELECT pg_notify('macrowatch_changes', repeat('x', 7999))", "SELECT pg_notify(g::text, 'x') FROM generate_series(1, 1000000) g",
		"SELECT pg_reload_conf()", "SELECT pg_rotate_logfile()", "SELECT pg_switch_wal()", "SELECT pg_create_restore_point('x')", "SELECT pg_stat_reset()", "SELECT pg_stat_reset_shared('bgwriter')",
		"SELECT pg_promote()", "SELECT pg_wal_replay_pause()", "SELECT pg_log_backend_memory_contexts({pid})", "CHECKPOINT", "SELECT txid_current()", "SELECT pg_current_xact_id()", "SELECT pg_stat_clear_snapshot()",
		"SELECT pg_drop_replication_slot('x')", "SELECT brin_summarize_new_values('pipeline_runs_pkey')", "SELECT gin_clean_pending_list('pipeline_runs_pkey')", "SELECT pg_nextoid('pg_class', 'oid', 'pg_class_oid_index')",
	)
	all = append(all, ended([]string{"55000"}, "BEGIN; SELECT 1; PREPARE TRANSACTION 'held for ever'")...)
	return append(all, ended([]string{"42704"}, "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'")...)
}

func peeping() []hostile {
	all := refused(
		"SELECT * FROM macrowatch_tokens", "SELECT digest FROM macrowatch_tokens", "SELECT * FROM macrowatch_sessions", "SELECT count(*) FROM macrowatch_sessions", "SELECT * FROM macrowatch_requests",
		"SELECT * FROM neighbour.salaries", "SELECT last_value FROM neighbour.numbers", "SELECT * FROM own_notes", "SELECT last_value FROM own_numbers", "SELECT hidden FROM half_open", "COPY macrowatch_tokens TO STDOUT", "TABLE macrowatch_tokens",
		"SELECT * FROM pg_authid", "SELECT rolpassword FROM pg_authid", "SELECT * FROM pg_shadow", "SELECT * FROM pg_statistic", "SELECT * FROM pg_user_mapping", "SELECT * FROM pg_largeobject", "SELECT * FROM pg_subscription",
		"SELECT * FROM ts_stat('SELECT digest::text::tsvector FROM macrowatch_tokens')",
		"SELECT 1 FROM pipeline_runs JOIN macrowatch_tokens ON true", "SELECT (SELECT min(name) FROM macrowatch_tokens)", "BEGIN; LOCK TABLE macrowatch_tokens IN ACCESS SHARE MODE", "SELECT * FROM pg_get_backend_memory_contexts()",
	)
	return append(all, ended([]string{noRight, "0A000"}, // a server may be built without XML
		"SELECT table_to_xml('macrowatch_tokens', true, false, '')", "SELECT query_to_xml('SELECT * FROM pg_authid', true, false, '')",
		"SELECT query_to_xml('DELETE FROM pipeline_runs', true, false, '')")...)
}

// overflowing are statements that PostgreSQL itself refuses, whoever sends them.
func overflowing() []hostile {
	return append(ended([]string{"54000"}, "SELECT length(repeat('x', 2000000000))", "SELECT array_fill(1, ARRAY[2000000000])"),
		ended([]string{"54001"}, "SELECT repeat('[', 100000000)::jsonb", "SELECT repeat('[', 100000000)::json")...)
}

// leaks are queries that a reader may run, and that must not find what others did or hid.
var leaks = []string{
	"SELECT FROM pg_stat_activity WHERE usename <> current_user AND query NOT IN ('', '<insufficient privilege>')",
	"SELECT FROM pg_stat_activity WHERE usename <> current_user AND client_addr IS NOT NULL",
	"SELECT FROM pg_stats WHERE tablename IN ('macrowatch_tokens', 'macrowatch_sessions', 'salaries', 'own_notes')",
	"SELECT FROM pg_user WHERE passwd <> '********'",
	"SELECT FROM information_schema.tables WHERE table_name IN ('macrowatch_tokens', 'salaries', 'own_notes')",
}
