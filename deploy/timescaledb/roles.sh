#!/bin/sh
# Makes the logins of the compose stack. The database image runs this once, as superuser, when the data
# volume is empty. It may be run again at any time, and repairs what macro_user has changed of itself:
# the logins get the passwords of MACRO_OWNER_PASSWORD, MACRO_USER_PASSWORD and MACRO_VIEWER_PASSWORD,
# the superuser that of POSTGRES_PASSWORD, and the logins that only read their default settings. Run it
# after a newer image too, since it updates TimescaleDB in the database and closes what the new version
# opened:
#
#   docker compose exec timescaledb sh /docker-entrypoint-initdb.d/100_roles.sh
#
#   macro_owner  owns the database; macrowatch migrates and writes as it
#   macro_user   only reads: whoever may look at a Grafana dashboard can send any SQL as this login.
#                "macrowatch migrate --reader-role macro_user" grants it the desk's tables.
#   macro_viewer only reads as well: macrowatch's own page asks the database as this login, which nobody
#                else knows the password of. It is made if MACRO_VIEWER_PASSWORD is set.
#
# A login can lift its own time limits and end its own read-only mode; what it may not do, it may not
# do for want of the right. restrict.sql takes away the rights that PostgreSQL and TimescaleDB give to
# every login, and "macrowatch serve" ends what these logins run for longer than a minute.
set -eu

restrict=$(dirname "$0")/restrict.sql
[ -f "$restrict" ] || restrict=/usr/local/share/macrowatch/restrict.sql # where compose puts it

superuser() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" "$@"; }

# TimescaleDB can be updated by the first statement of a session only.
if [ "$(superuser --tuples-only --no-align --command="SELECT count(*) FROM pg_available_extensions
	WHERE name = 'timescaledb' AND installed_version <> default_version")" -gt 0 ]; then
	superuser --command='ALTER EXTENSION timescaledb UPDATE'
fi

: "${MACRO_OWNER_PASSWORD:?must be the password of macro_owner}" "${MACRO_USER_PASSWORD:?must be the password of macro_user}"
# psql reads the passwords from its environment: every user of the machine can see its arguments.
export MACRO_OWNER_PASSWORD MACRO_USER_PASSWORD
export MACRO_VIEWER_PASSWORD="${MACRO_VIEWER_PASSWORD:-}" POSTGRES_PASSWORD="${POSTGRES_PASSWORD:-}"
superuser --set=database="$POSTGRES_DB" <<SQL
\\getenv owner_password MACRO_OWNER_PASSWORD
\\getenv user_password MACRO_USER_PASSWORD
\\getenv viewer_password MACRO_VIEWER_PASSWORD
\\getenv superuser_password POSTGRES_PASSWORD
SET client_min_messages = warning;

-- Not on plain PostgreSQL, which the desk's tables work on as well, nor where the extension is
-- installed but not preloaded, which would be fatal.
SELECT 'CREATE EXTENSION IF NOT EXISTS timescaledb' FROM pg_available_extensions
WHERE name = 'timescaledb' AND current_setting('timescaledb.max_background_workers', true) IS NOT NULL \\gexec

BEGIN;

SELECT 'CREATE ROLE macro_owner LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'macro_owner') \\gexec
ALTER ROLE macro_owner PASSWORD :'owner_password';
ALTER DATABASE :"database" OWNER TO macro_owner;

SELECT format('ALTER ROLE %I PASSWORD %L', current_user, :'superuser_password') WHERE :'superuser_password' <> '' \\gexec

CREATE TEMPORARY TABLE reading ON COMMIT DROP AS
SELECT name, password FROM (VALUES ('macro_user', :'user_password'), ('macro_viewer', :'viewer_password')) AS logins (name, password)
WHERE password <> '';
SELECT format('CREATE ROLE %I LOGIN CONNECTION LIMIT 20', name) FROM reading
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
-- Whoever sees a dashboard can change these for macro_user, and so shut Grafana out.
SELECT format('ALTER ROLE %I PASSWORD %L', name, password) FROM reading \\gexec
SELECT format('ALTER ROLE %I RESET ALL', name) FROM reading \\gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', name, d.datname)
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase JOIN reading ON name::regrole = s.setrole \\gexec
-- Defaults, which the login can change for itself: they stop accidents, not attacks. Only a superuser can
-- change temp_file_limit: no session fills the disk with what it sorts. What a panel asks is answered
-- sooner than the server would have compiled it (jit).
SELECT format('ALTER ROLE %I SET %s = %L', name, setting, value) FROM reading CROSS JOIN (VALUES
    (1, 'default_transaction_read_only', 'on'), (2, 'statement_timeout', '30s'), (3, 'lock_timeout', '5s'),
    (4, 'idle_in_transaction_session_timeout', '60s'), (5, 'jit', 'off'), (6, 'temp_file_limit', '2GB')
) AS defaults (position, setting, value) ORDER BY name, position \\gexec

-- Every other login that exists keeps what it may do with the database.
SELECT format('GRANT %s ON DATABASE %I TO %I', string_agg(a.privilege_type, ', '), d.datname, r.rolname)
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a, pg_roles r
WHERE d.datname = current_database() AND a.grantee = 0 AND r.rolcanlogin AND NOT r.rolsuper
AND r.oid <> d.datdba AND r.rolname NOT IN (SELECT name FROM reading)
GROUP BY d.datname, r.rolname \\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name) FROM reading \\gexec

SET LOCAL search_path = pg_catalog;
SET LOCAL jit = off;
SET LOCAL macrowatch.readers = '{macro_user,macro_viewer}';
SET LOCAL macrowatch.owner = 'macro_owner';
SET LOCAL macrowatch.whole_server = on; -- the server is the compose stack's own
SELECT statement FROM (
$(cat "$restrict")
) AS needed \\gexec

COMMIT;
SQL
