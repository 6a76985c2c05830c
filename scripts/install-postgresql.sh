#!/bin/sh
# Installs PostgreSQL's server on Debian or Ubuntu, unless one of version 15 or newer is there already.
# It makes no database cluster for the system, because macrowatch starts a private server of its own.
set -eu

# new_enough DIR succeeds if the directory has the server's programs, of version 15 or newer.
new_enough() {
	[ -x "$1/initdb" ] && [ -x "$1/postgres" ] || return 1
	major=$("$1/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
	[ "${major:-0}" -ge 15 ]
}

found() {
	if command -v postgres >/dev/null 2>&1 && new_enough "$(dirname "$(command -v postgres)")"; then return 0; fi
	for d in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
		/usr/pgsql-*/bin /usr/local/pgsql/bin /Applications/Postgres.app/Contents/Versions/*/bin; do
		if new_enough "$d"; then return 0; fi
	done
	return 1
}

if found; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "PostgreSQL 15 or newer is not installed. macrowatch will try to download a server of its own;" >&2
	echo "to use your system's, install it first (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@16)." >&2
	exit 0
fi

echo "Installing PostgreSQL ..." >&2
# Debian's packages make a cluster and start it, unless this file says not to.
conf=/etc/postgresql-common/createcluster.d/zz-macrowatch.conf
made_dir=
[ -d /etc/postgresql-common/createcluster.d ] || made_dir=1
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >"$conf"
cleanup() {
	rm -f "$conf"
	if [ -n "$made_dir" ]; then rmdir /etc/postgresql-common/createcluster.d 2>/dev/null || true; fi
}
trap cleanup EXIT
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	rm -f "$log"
	echo "PostgreSQL could not be installed." >&2
	exit 1
fi
rm -f "$log"
if ! found; then
	echo "This system's package is older than PostgreSQL 15: macrowatch will try to download a server of its own." >&2
fi
