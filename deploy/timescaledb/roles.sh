#!/bin/sh
# Makes the two logins of the compose stack. The database image runs this once, as superuser,
# when the data volume is empty.
#
#   macro_owner  owns the database; macrowatch migrates and writes as it
#   macro_user   can only read, and no query of it may run for long: whoever may look at a Grafana
#                dashboard can send any SQL as this login. "macrowatch migrate --reader-role
#                macro_user" grants it the desk's tables.
set -eu

psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
	--set=database="$POSTGRES_DB" \
	--set=owner_password="$MACRO_OWNER_PASSWORD" \
	--set=user_password="$MACRO_USER_PASSWORD" <<'SQL'
-- Not on plain PostgreSQL, which the desk's tables work on as well, nor where the extension is
-- installed but not preloaded, which would be fatal.
SELECT 'CREATE EXTENSION IF NOT EXISTS timescaledb' FROM pg_available_extensions
WHERE name = 'timescaledb' AND current_setting('timescaledb.max_background_workers', true) IS NOT NULL \gexec

BEGIN;

CREATE ROLE macro_owner LOGIN PASSWORD :'owner_password';
ALTER DATABASE :"database" OWNER TO macro_owner;

CREATE ROLE macro_user LOGIN PASSWORD :'user_password' CONNECTION LIMIT 20;
ALTER ROLE macro_user SET default_transaction_read_only = on;
ALTER ROLE macro_user SET statement_timeout = '30s';
ALTER ROLE macro_user SET idle_in_transaction_session_timeout = '60s';
-- What a panel asks is answered sooner than the server would have compiled it.
ALTER ROLE macro_user SET jit = off;

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO macro_user;

COMMIT;
SQL
