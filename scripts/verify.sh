#!/bin/sh
# Runs make generate, fails if a generated file was not current, and checks the dashboards.
# Files that were current keep their times, because Go repeats a test whose files have new times.
set -eu
for variable in $(env | sed -n 's/^\(MACROWATCH_[A-Z_]*\)=.*/\1/p') DATABASE_URL; do
	unset "$variable" # the user's settings must not change this check
done
generated="web/src/view.gen.ts web/dist monitoring CONTRIBUTING.md docs/grafana-support.md docs/configuration.md docs/numbers.md"
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT

for name in $generated; do
	mkdir -p "$before/$(dirname "$name")"
	cp -a "$name" "$before/$name"
done
"${MAKE:-make}" --no-print-directory generate
for name in $generated; do
	diff -qr "$before/$name" "$name" >&2 || stale=yes
done
if [ -n "${stale:-}" ]; then
	echo "these generated files were not current; they are now: look at them and commit them" >&2
	exit 1
fi
# shellcheck disable=SC2086 # a list of names
find $generated | while IFS= read -r file; do touch -r "$before/$file" "$file"; done
echo "generated files are current"
go run ./cmd/macrowatch dashboards check
