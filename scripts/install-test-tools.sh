#!/bin/sh
# Installs what the tests need beside Go and PostgreSQL: Chromium for the browser tests, Node to build the
# page and to run Grafana's own code, ps to look at processes, pdftotext to read printed pages, Python for its
# client, and nginx and Caddy to stand in front of a server. It installs them if root runs it on Debian or
# Ubuntu. Otherwise it says what is missing.
set -eu

packages=
need() { # need PROGRAM PACKAGE: the package is missing if there is no such program
	command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
need node nodejs
need npm npm
need ps procps
need curl curl
need pdftotext poppler-utils
need python3 python3
for browser in chromium chromium-browser google-chrome google-chrome-stable; do
	if command -v "$browser" >/dev/null 2>&1; then found=yes; fi
done
[ -n "${found:-}" ] || packages="$packages chromium"
# Only root can use these. The tests that need them are skipped for anybody else.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	need ip iproute2 # a test makes a network with ip
	[ -x /usr/sbin/pgbouncer ] || packages="$packages pgbouncer"
	[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || packages="$packages nginx-light"
	need caddy caddy
	need prometheus-alertmanager prometheus-alertmanager # takes alerts
	need promtool prometheus # a Prometheus that reads the metrics and evaluates the alerts
fi
[ -z "$packages" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "Missing for the tests:$packages. Install them and try again" >&2
	echo "(Debian, Ubuntu, as root: apt-get install --no-install-recommends$packages)." >&2
	exit 1
fi
echo "Installing$packages ..." >&2
log=$(mktemp)
# shellcheck disable=SC2086 # $packages is a list of words
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	rm -f "$log"
	echo "They could not be installed." >&2
	exit 1
fi
rm -f "$log"
