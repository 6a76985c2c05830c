#!/bin/sh
# Writes the passwords of the compose stack into the file .env of the current directory, which docker compose reads.
# Run it once before the first "docker compose up". It keeps every line that the file has already, so it can be run
# again. The file is readable by its owner only.
#
#   sh deploy/compose/passwords.sh
#
# It also pins Grafana's image by its digest, unless GRAFANA_IMAGE is set in the file.
set -eu

file=.env
umask 077
[ -e "$file" ] || : >"$file"
chmod 600 "$file"

secret() { # 32 hexadecimal digits, which need no quoting in a URL, in SQL or in a file of settings
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

add() { # add NAME VALUE: unless the file has a line for NAME
	if grep -q "^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1=" "$file"; then
		return
	fi
	# A last line without its end would swallow the new one.
	if [ -n "$(tail -c 1 "$file")" ]; then echo >>"$file"; fi
	printf '%s=%s\n' "$1" "$2" >>"$file"
	echo "$file: added $1" >&2
}

for name in POSTGRES_PASSWORD MACRO_OWNER_PASSWORD MACRO_VIEWER_PASSWORD GF_SECURITY_ADMIN_PASSWORD; do
	add "$name" "$(secret)"
done
add GRAFANA_IMAGE grafana/grafana:11.4.0@sha256:d8ea37798ccc41061a62ab080f2676dda6bf7815558499f901bdb0f533a456fb
