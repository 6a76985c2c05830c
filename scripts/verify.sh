#!/bin/sh
# Generates what is generated, fails if anything was not current, and checks the dashboards. What was
# current keeps its time: Go runs a test again that reads a file with a new one.
set -eu
for variable in $(env | sed -n 's/^\(MACROWATCH_[A-Z_]*\)=.*/\1/p') DATABASE_URL; do
	unset "$variable" # settings are for a desk, not for this check
done
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT

for name in web/src/view.gen.ts web/dist monitoring CONTRIBUTING.md docs/grafana-support.md; do
	mkdir -p "$before/$(dirname "$name")"
	cp -a "$name" "$before/$name"
done
"${MAKE:-make}" --no-print-directory generate
for name in web/src/view.gen.ts web/dist monitoring CONTRIBUTING.md docs/grafana-support.md; do
	diff -qr "$before/$name" "$name" >&2 || stale=yes
done
if [ -n "${stale:-}" ]; then
	echo "these generated files were not current; they are now: look at them and commit them" >&2
	exit 1
fi
find web/src/view.gen.ts web/dist monitoring CONTRIBUTING.md docs/grafana-support.md | while IFS= read -r file; do touch -r "$before/$file" "$file"; done
echo "generated files are current"
go run ./cmd/macrowatch dashboards check
