-- What must still be run so that the logins that only read can change, lock and fill nothing: a query
-- whose rows are statements, in order; no row when everything is done. roles.sh runs what it gives, and
-- so does "macrowatch migrate --reader-role". Whoever runs the query only reads the catalogue.
--
-- PostgreSQL lets PUBLIC, that is every login, execute nearly every function. A read-only transaction
-- does not stop a function that is written in C. So the rule is the other way round: of the functions
-- that may have effects (VOLATILE, and all procedures) PUBLIC keeps those in the lists "harmless";
-- it loses the rest, and whatever a later version of PostgreSQL or of an extension adds.
-- Every other login that exists, and whoever may write in this database (a "keeper"), is granted what
-- PUBLIC loses. PostgreSQL's predefined roles are granted what they are for, so that a login that is
-- made a member later can do its work. What cannot be taken away: SET, LISTEN, NOTIFY, LOCK IN ACCESS
-- SHARE MODE, and ALTER ROLE on oneself.
--
-- Settings that the query reads: macrowatch.readers, the names of the roles that only read, as an array;
-- macrowatch.unwatched, those of them whose sessions the role that writes can't end, and which it can't become;
-- macrowatch.owner, the role that macrowatch writes as, where it has no tables yet;
-- macrowatch.whole_server, "on" where the server is macrowatch's own, so that its other databases are
-- closed as well. Limits that somebody has set for a reader stay as they are. The names in the statements are complete if search_path is pg_catalog.
WITH
here AS (
    SELECT oid, datname, datdba FROM pg_database WHERE datname = current_database()
),
-- Whoever owns the database or macrowatch's tables is no reader, whatever it is called, and neither is
-- a predefined role: its members have other work.
reader AS (
    SELECT oid, rolname, rolcanlogin FROM pg_roles
    WHERE NOT rolsuper AND rolname NOT LIKE 'pg\_%' AND rolname = ANY (coalesce(nullif(current_setting('macrowatch.readers', true), ''), '{}')::name[])
    AND oid NOT IN (SELECT datdba FROM here)
    AND oid NOT IN (SELECT relowner FROM pg_class WHERE relname = 'macrowatch_migrations' AND relkind = 'r')
),
-- The roles that macrowatch writes as.
writer AS (
    SELECT r.oid, r.rolname FROM pg_roles r
    WHERE NOT r.rolsuper AND r.oid NOT IN (SELECT oid FROM reader) AND (
        r.rolname = current_setting('macrowatch.owner', true)
        OR r.oid IN (SELECT datdba FROM here)
        OR r.oid IN (SELECT relowner FROM pg_class WHERE relname = 'macrowatch_migrations' AND relkind = 'r'))
),
-- The logins that only read: a role of "reader", or the members of one that is a group.
member AS (
    WITH RECURSIVE down AS (
        SELECT oid AS member FROM reader WHERE NOT rolcanlogin
        UNION SELECT m.member FROM pg_auth_members m JOIN down ON m.roleid = down.member
    )
    SELECT member FROM down
),
-- Who may write in this database: owners of anything in it, and who was granted writing of a table.
owner AS (
    SELECT oid FROM writer
    UNION SELECT relowner FROM pg_class
    UNION SELECT nspowner FROM pg_namespace
),
worker AS (
    SELECT r.oid, r.rolname, r.oid IN (SELECT oid FROM owner) AS owns FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%' AND r.oid NOT IN (SELECT oid FROM reader)
    AND (r.oid IN (SELECT oid FROM owner)
        OR r.oid IN (SELECT a.grantee FROM pg_class c, aclexplode(c.relacl) a
            WHERE a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')))
),
login AS (
    SELECT r.oid, r.rolname FROM pg_roles r
    WHERE r.rolcanlogin AND NOT r.rolsuper AND r.oid NOT IN (SELECT oid FROM worker)
    AND (r.oid IN (SELECT oid FROM reader) OR r.oid IN (SELECT member FROM member))
),
-- Who is to have none of it: also a predefined role that one of these logins is a member of.
restricted AS (
    SELECT oid, rolname FROM reader
    UNION SELECT oid, rolname FROM login
    UNION SELECT p.oid, p.rolname FROM pg_roles p JOIN login l ON p.rolname LIKE 'pg\_%' AND pg_has_role(l.oid, p.oid, 'MEMBER')
),
keeper AS (
    SELECT oid, rolname, owns FROM worker
    UNION SELECT oid, rolname, false FROM pg_roles
    WHERE rolcanlogin AND NOT rolsuper AND oid NOT IN (SELECT oid FROM worker) AND oid NOT IN (SELECT oid FROM restricted)
),
-- What members of a predefined role call: a dump with several jobs and with large objects, say.
predefined (role, name) AS (
    VALUES ('pg_read_all_data', 'pg_export_snapshot'), ('pg_read_all_data', 'lo_open'), ('pg_read_all_data', 'lo_close'),
        ('pg_read_all_data', 'loread'), ('pg_read_all_data', 'lo_get'), ('pg_read_all_data', 'lo_lseek'), ('pg_read_all_data', 'lo_lseek64'),
        ('pg_read_all_data', 'lo_tell'), ('pg_read_all_data', 'lo_tell64'),
        ('pg_signal_backend', 'pg_cancel_backend'), ('pg_signal_backend', 'pg_terminate_backend')
),
harmless (name) AS (
    SELECT unnest(ARRAY[
        -- clocks, chance, and what a session says of itself; set_config can no more than SET
        'clock_timestamp', 'timeofday', 'random', 'random_normal', 'setseed', 'gen_random_uuid', 'uuidv4', 'uuidv7',
        'current_query', 'set_config', 'pg_jit_available',
        -- a sequence's own rights guard these, and every INSERT of a numbered row needs them
        'nextval', 'currval', 'lastval', 'setval', 'pg_sequence_last_value',
        -- these run a query with the caller's rights, or look rows up
        'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml', 'cursor_to_xmlschema',
        'ts_stat', 'ts_rewrite', 'currtid2',
        -- sizes, locks, partitions, the server's state
        'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size', 'pg_tablespace_size',
        'pg_lock_status', 'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids', 'pg_isolation_test_session_is_blocked',
        'pg_prepared_xact', 'pg_partition_tree', 'pg_partition_ancestors',
        'pg_current_wal_lsn', 'pg_current_wal_insert_lsn', 'pg_current_wal_flush_lsn', 'pg_last_wal_receive_lsn', 'pg_last_wal_replay_lsn',
        'pg_last_xact_replay_timestamp', 'pg_is_in_recovery', 'pg_is_wal_replay_paused', 'pg_get_wal_replay_pause_state',
        'pg_control_checkpoint', 'pg_control_init', 'pg_control_recovery', 'pg_control_system',
        'pg_collation_actual_version', 'pg_database_collation_actual_version', 'pg_notification_queue_usage',
        'pg_xact_status', 'txid_status', 'pg_xact_commit_timestamp', 'pg_xact_commit_timestamp_origin', 'pg_last_committed_xact'
    ])
),
-- TimescaleDB's, in whatever schema it stands: filling of gaps, sizes, and what those call.
harmless_timescaledb (name) AS (
    SELECT unnest(ARRAY[
        'time_bucket_gapfill', 'locf', 'interpolate', 'generate_uuid', 'generate_uuidv7', 'to_uuidv7',
        'hypertable_size', 'hypertable_detailed_size', 'hypertable_index_size', 'hypertable_approximate_size',
        'hypertable_approximate_detailed_size', 'chunks_detailed_size', 'approximate_row_count', 'show_tablespaces', 'show_policies',
        'relation_size', 'relation_approximate_size', 'hypertable_local_size', 'chunks_local_size', 'get_approx_row_count',
        'compressed_chunk_local_stats', 'show_chunk', 'chunk_status', 'chunk_id_from_relid', 'has_invalidation_trigger',
        'tsl_loaded', 'get_git_commit', 'get_os_info', 'cagg_watermark', 'cagg_watermark_materialized', 'partialize_agg',
        'get_partition_hash', 'get_partition_for_key', 'interval_to_usec', 'range_value_to_pretty', 'subtract_integer_from_now',
        'time_to_internal', 'to_date', 'to_interval', 'to_timestamp', 'to_timestamp_without_timezone', 'to_unix_microseconds'
    ])
),
-- Other extensions': they show statistics, or make random values. The statistics of others' statements
-- are shown only to members of pg_read_all_stats; that the functions see to themselves.
harmless_extension (extension, name) AS (
    SELECT extension, unnest(names) FROM (VALUES
        ('pg_stat_statements', '{pg_stat_statements,pg_stat_statements_info}'::name[]),
        ('pg_stat_kcache', '{pg_stat_kcache}'),
        ('pg_stat_monitor', '{pg_stat_monitor_internal,pg_stat_monitor_version,get_histogram_timings,histogram,range,get_state,get_cmd_type,decode_error_level}'),
        ('pg_qualstats', '{pg_qualstats,pg_qualstats_names,pg_qualstats_example_query,pg_qualstats_example_queries}'),
        ('pg_wait_sampling', '{pg_wait_sampling_get_current,pg_wait_sampling_get_history,pg_wait_sampling_get_profile}'),
        ('pg_buffercache', '{pg_buffercache_pages,pg_buffercache_summary,pg_buffercache_usage_counts}'),
        ('pg_freespacemap', '{pg_freespace}'),
        ('pgrowlocks', '{pgrowlocks}'),
        ('pgstattuple', '{pgstattuple,pgstattuple_approx,pgstatindex,pgstatginindex,pgstathashindex,pg_relpages}'),
        ('sslinfo', '{ssl_is_used,ssl_version,ssl_cipher,ssl_client_cert_present,ssl_client_serial,ssl_client_dn,ssl_client_dn_field,ssl_issuer_dn,ssl_issuer_field,ssl_extension_info}'),
        ('pgcrypto', '{gen_random_uuid,gen_random_bytes,gen_salt,pgp_sym_encrypt,pgp_sym_encrypt_bytea,pgp_pub_encrypt,pgp_pub_encrypt_bytea}'),
        ('uuid-ossp', '{uuid_generate_v1,uuid_generate_v1mc,uuid_generate_v4}'),
        ('tablefunc', '{normal_rand}')
    ) AS e (extension, names)
),
-- The functions that PUBLIC may execute unless somebody takes that away, and is to lose. SQL cannot
-- call one that takes or returns "internal", a trigger or a handler. A function that is neither
-- PostgreSQL's nor an extension's can do no more than its caller, unless it is SECURITY DEFINER.
routine AS (
    SELECT p.oid, n.nspname, p.proname, p.proowner, e.extname, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl,
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
    WHERE (p.provolatile = 'v' OR p.prokind = 'p' OR (n.nspname = 'pg_catalog' AND p.proname IN ('txid_current', 'pg_current_xact_id')))
    AND p.prorettype <> ALL ('{trigger,event_trigger,internal,language_handler,fdw_handler,index_am_handler,table_am_handler,tsm_handler}'::regtype[])
    AND 'internal'::regtype <> ALL (p.proargtypes::oid[])
    AND (n.nspname = 'pg_catalog' OR e.oid IS NOT NULL OR p.prosecdef)
    AND NOT (n.nspname = 'pg_catalog' AND (p.proname LIKE 'pg\_stat\_get\_%' OR p.proname IN (SELECT name FROM harmless)))
    AND NOT (e.extname IS NOT DISTINCT FROM 'timescaledb' AND p.proname IN (SELECT name FROM harmless_timescaledb))
    AND NOT EXISTS (SELECT FROM harmless_extension h WHERE h.extension = e.extname AND h.name = p.proname)
    AND NOT EXISTS (
        SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_proc'::regclass AND i.objoid = p.oid AND i.objsubid = 0
        AND NOT EXISTS (SELECT FROM aclexplode(i.initprivs) a WHERE a.grantee = 0))
),
language AS (
    SELECT oid, lanname, lanowner, coalesce(lanacl, acldefault('l', lanowner)) AS acl FROM pg_language WHERE lanpltrusted
),
elsewhere AS (
    SELECT d.oid, d.datname, d.datdba, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS rights
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    WHERE current_setting('macrowatch.whole_server', true) = 'on' AND d.datallowconn AND d.oid NOT IN (SELECT oid FROM here) AND a.grantee = 0
    GROUP BY 1, 2, 3
),
-- What a session of a login that only reads may use. The login can change these for itself, except
-- temp_file_limit, which only a superuser can change: it says how much one session may sort on disk.
session_limit (name, value, kept) AS (
    VALUES ('default_transaction_read_only', 'on', false), ('statement_timeout', '30s', false), ('lock_timeout', '5s', false),
        ('idle_in_transaction_session_timeout', '60s', false), ('temp_file_limit', '2GB', true)
),
need (step, closes, statement) AS (
    SELECT 1, false, format('GRANT EXECUTE ON ROUTINE %s TO %I', string_agg(f.name, ', ' ORDER BY f.name), k.rolname)
    FROM routine f JOIN keeper k ON (k.owns OR f.extname IS DISTINCT FROM 'timescaledb') AND k.oid <> f.proowner
    WHERE NOT EXISTS (SELECT FROM aclexplode(f.acl) a WHERE a.grantee = k.oid)
    GROUP BY f.nspname, k.rolname
    UNION ALL
    SELECT 1, false, format('GRANT EXECUTE ON ROUTINE %s TO %I', string_agg(f.name, ', ' ORDER BY f.name), r.rolname)
    FROM routine f JOIN predefined p ON p.name = f.proname AND f.nspname = 'pg_catalog' JOIN pg_roles r ON r.rolname = p.role
    WHERE r.oid NOT IN (SELECT oid FROM restricted) AND NOT EXISTS (SELECT FROM aclexplode(f.acl) a WHERE a.grantee = r.oid)
    GROUP BY r.rolname
    UNION ALL
    SELECT 2, true, format('REVOKE EXECUTE ON ROUTINE %s FROM %s', string_agg(f.name, ', ' ORDER BY f.name), coalesce(quote_ident(r.rolname), 'PUBLIC'))
    FROM routine f JOIN aclexplode(f.acl) a ON true LEFT JOIN restricted r ON r.oid = a.grantee
    WHERE a.grantee = 0 OR r.oid IS NOT NULL AND r.oid <> f.proowner
    GROUP BY f.nspname, r.rolname
    UNION ALL
    SELECT 3, false, format('GRANT USAGE ON LANGUAGE %I TO %I', l.lanname, k.rolname)
    FROM language l CROSS JOIN keeper k
    WHERE NOT EXISTS (SELECT FROM aclexplode(l.acl) a WHERE a.grantee = k.oid)
    UNION ALL
    SELECT 4, true, format('REVOKE USAGE ON LANGUAGE %I FROM %s', l.lanname, coalesce(quote_ident(r.rolname), 'PUBLIC'))
    FROM language l JOIN aclexplode(l.acl) a ON true LEFT JOIN restricted r ON r.oid = a.grantee
    WHERE a.grantee = 0 OR r.oid IS NOT NULL AND r.oid <> l.lanowner
    UNION ALL
    SELECT 5, false, format('GRANT CREATE ON SCHEMA %I TO %I', n.nspname, k.rolname)
    FROM pg_namespace n JOIN aclexplode(n.nspacl) a ON a.grantee = 0 AND a.privilege_type = 'CREATE' CROSS JOIN keeper k
    WHERE k.oid <> n.nspowner
    UNION ALL
    SELECT 6, true, format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', n.nspname)
    FROM pg_namespace n JOIN aclexplode(n.nspacl) a ON a.grantee = 0 AND a.privilege_type = 'CREATE'
    UNION ALL
    SELECT 7, false, format('GRANT TEMPORARY ON DATABASE %I TO %I', h.datname, k.rolname)
    FROM here h JOIN pg_database d USING (oid) CROSS JOIN keeper k
    WHERE NOT EXISTS (SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE a.grantee = k.oid AND a.privilege_type = 'TEMPORARY')
    UNION ALL
    SELECT 8, true, format('REVOKE TEMPORARY ON DATABASE %I FROM %s', h.datname, coalesce(quote_ident(r.rolname), 'PUBLIC'))
    FROM here h JOIN pg_database d USING (oid) JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a ON a.privilege_type = 'TEMPORARY'
    LEFT JOIN restricted r ON r.oid = a.grantee
    WHERE a.grantee = 0 OR r.oid IS NOT NULL AND r.oid <> d.datdba
    UNION ALL
    -- Each database has functions and temporary tables of its own. Every login that exists, but the
    -- readers, keeps what it has there.
    SELECT 9, false, format('GRANT %s ON DATABASE %I TO %s', e.rights, e.datname, string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname))
    FROM elsewhere e JOIN pg_roles r ON r.rolcanlogin AND NOT r.rolsuper AND r.oid <> e.datdba AND r.oid NOT IN (SELECT oid FROM restricted)
    GROUP BY e.datname, e.rights
    UNION ALL
    SELECT 10, true, format('REVOKE %s ON DATABASE %I FROM PUBLIC', rights, datname) FROM elsewhere
    UNION ALL
    -- A member sees since when the other's statements run, and may end them.
    SELECT 11, false, format('GRANT %I TO %I', l.rolname, w.rolname)
        || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT TRUE, SET FALSE' ELSE '' END
    FROM login l CROSS JOIN writer w WHERE l.rolname <> ALL (coalesce(nullif(current_setting('macrowatch.unwatched', true), ''), '{}')::name[])
    AND NOT pg_has_role(w.oid, l.oid, 'USAGE') AND NOT pg_has_role(l.oid, w.oid, 'MEMBER')
    UNION ALL
    SELECT 12, true, format('ALTER ROLE %I CONNECTION LIMIT 20', l.rolname)
    FROM login l JOIN pg_roles r USING (oid) WHERE r.rolconnlimit < 0
    UNION ALL
    -- A limit for the whole server is enough.
    SELECT 13, s.kept, format('ALTER ROLE %I SET %s = %L', l.rolname, s.name, s.value)
    FROM login l CROSS JOIN session_limit s
    WHERE NOT (s.kept AND current_setting(s.name) <> '-1') AND NOT EXISTS (
        SELECT FROM pg_db_role_setting d, unnest(d.setconfig) c WHERE d.setrole = l.oid AND split_part(c, '=', 1) = s.name)
)
SELECT statement, closes FROM need ORDER BY step, statement
