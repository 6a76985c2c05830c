-- The tables that five dashboards of other projects read, with rows from 2026-01-01 to 2026-03-04. They are made from
-- the queries of these dashboards, and hold only what the queries name.

-- Cars and their journeys: three dashboards.
CREATE TABLE settings (base_url text, unit_of_length text, preferred_range text);
INSERT INTO settings VALUES ('https://cars.example', 'km', 'ideal');
CREATE TABLE cars (id int, name text, vin text, efficiency double precision, display_priority int);
INSERT INTO cars VALUES (1, 'Blue', 'VIN000001', 0.153, 1);
CREATE FUNCTION convert_km(km numeric, unit text) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN CASE unit WHEN 'mi' THEN km / 1.60934 ELSE km END;
CREATE FUNCTION convert_km(km double precision, unit text) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN CASE unit WHEN 'mi' THEN km / 1.60934 ELSE km END;
CREATE FUNCTION convert_km(km int, unit text) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN convert_km(km::numeric, unit);
CREATE TABLE drives (id int, car_id int, start_date timestamp, end_date timestamp, duration_min int, distance double precision,
    start_km double precision, end_km double precision, start_ideal_range_km numeric, end_ideal_range_km numeric,
    start_position_id int, end_position_id int);
INSERT INTO drives SELECT n, 1, day, day + interval '50 minutes', 50, 40 + n % 7, 1000 + 47 * n, 1040 + 47 * n + n % 7, 300, 300 - 44 - n % 9, 2 * n, 2 * n + 1
    FROM generate_series(0, 62) n, LATERAL (SELECT timestamp '2026-01-01 08:00' + n * interval '1 day' AS day) d;
CREATE TABLE positions (id int, drive_id int, date timestamp, speed int, power int, elevation int, odometer double precision,
    battery_level int, usable_battery_level int);
INSERT INTO positions SELECT 50 * d.id + m, d.id, d.start_date + m * interval '1 minute', 40 + (m * 7 + d.id) % 90, 5 + m % 30, 100,
    d.start_km + m * 0.8, 80 - m % 10, 80 - m % 10 FROM drives d, generate_series(0, 49) m;
CREATE TABLE charging_processes (id int, car_id int, start_date timestamp, end_date timestamp, position_id int, start_ideal_range_km numeric,
    end_ideal_range_km numeric);
INSERT INTO charging_processes SELECT n, 1, d.start_date + interval '10 hours', d.start_date + interval '14 hours', 50 * n + 49, 250 - n % 9, 305
    FROM generate_series(0, 62) n JOIN drives d ON d.id = n;
CREATE TABLE states (car_id int, state text, start_date timestamp, end_date timestamp);
INSERT INTO states SELECT 1, (ARRAY ['online', 'asleep', 'offline'])[1 + n % 3], at, at + interval '5 hours'
    FROM generate_series(0, 300) n, LATERAL (SELECT timestamp '2026-01-01' + n * interval '5 hours' AS at) s;
CREATE TABLE updates (car_id int, start_date timestamp, end_date timestamp);
INSERT INTO updates VALUES (1, '2026-03-03 02:00', '2026-03-03 02:40');

-- Measurements of databases: two dashboards. Each table has one kind of measurement.
CREATE SCHEMA admin;
CREATE TABLE admin.all_distinct_dbname_metrics (dbname text);
INSERT INTO admin.all_distinct_dbname_metrics VALUES ('orders'), ('trades');
DO $$
DECLARE kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY ['cpu_load', 'db_stats', 'table_changes', 'index_changes', 'sproc_changes', 'configuration_changes',
        'privilege_changes', 'settings_num', 'object_changes', 'wal', 'instance_up', 'backends', 'replication', 'psutil_disk', 'psutil_cpu',
        'wal_size', 'stat_statements'] LOOP
        EXECUTE format('CREATE TABLE %I (time timestamptz, dbname text, data jsonb, tag_data jsonb)', kind);
    END LOOP;
END $$;
CREATE TEMPORARY TABLE moments AS SELECT n, timestamptz '2026-03-03 12:00Z' + n * interval '5 minutes' AS time, dbname
    FROM generate_series(0, 288) n, admin.all_distinct_dbname_metrics;
INSERT INTO cpu_load SELECT time, dbname, jsonb_build_object('load_5min', 1 + sin(n / 20.0)) FROM moments;
INSERT INTO db_stats SELECT time, dbname, jsonb_build_object('xact_commit', 1000 * n, 'xact_rollback', 7 * n + n % 13, 'temp_bytes', 4096 * n,
    'postmaster_uptime_s', 300 * n) FROM moments;
INSERT INTO wal SELECT time, dbname, jsonb_build_object('in_recovery_int', (dbname = 'trades')::int) FROM moments;
INSERT INTO instance_up SELECT time, dbname, jsonb_build_object('instance_up', CASE WHEN dbname = 'trades' AND n > 285 THEN 0 ELSE 1 END) FROM moments;
INSERT INTO backends SELECT time, dbname, jsonb_build_object('longest_tx_seconds', n % 40, 'waiting', n % 3, 'max_connections', 100, 'instance_total', 20 + n % 50)
    FROM moments;
INSERT INTO replication SELECT time, dbname, jsonb_build_object('replay_lag_b', 1000 * n) FROM moments;
INSERT INTO psutil_disk SELECT time, dbname, jsonb_build_object('percent', 40 + n / 10.0) FROM moments;
INSERT INTO psutil_cpu SELECT time, dbname, jsonb_build_object('cpu_utilization', 20 + n % 60) FROM moments;
INSERT INTO wal_size SELECT time, dbname, jsonb_build_object('wal_size_b', 1000000 * n) FROM moments;
INSERT INTO stat_statements SELECT time, dbname, jsonb_build_object('jit_generation_time', n, 'total_time', 90 * n) FROM moments;
INSERT INTO settings_num SELECT '2026-03-04 10:00Z', 'orders', jsonb_build_object('value', n * 128), jsonb_build_object('name', 'setting_' || n)
    FROM generate_series(1, 40) n;
INSERT INTO table_changes SELECT time, dbname, '{"event": "alter"}', jsonb_build_object('table', 'orders_' || n) FROM moments WHERE n % 60 = 0;
INSERT INTO index_changes SELECT time, dbname, '{"event": "create", "table": "orders"}', jsonb_build_object('index', 'orders_by_' || n) FROM moments WHERE n % 90 = 0;
INSERT INTO configuration_changes SELECT time, dbname, '{"value": "64MB"}', '{"setting": "work_mem"}' FROM moments WHERE n = 270;
INSERT INTO privilege_changes SELECT time, dbname, jsonb_build_object('event', 'GRANT', 'privilege_type', p), '{"role": "analyst", "object": "orders"}'
    FROM moments, unnest(ARRAY ['LOGIN', 'SELECT']) p WHERE n = 250;
INSERT INTO object_changes SELECT time, dbname, jsonb_build_object('details', 'orders was altered') FROM moments WHERE n % 120 = 0;
