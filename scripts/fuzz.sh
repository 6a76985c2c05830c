#!/bin/sh
# Runs every fuzz target of the tree, one after the other. A target that finds something leaves the input in testdata/fuzz
# beside the test, and the script goes on and fails at the end.
#
#   FUZZTIME       how long each target runs (10m)
#   FUZZ           a pattern: only targets whose name matches it run
#   FUZZPARALLEL   how many inputs are tried at once (one for each processor)
#   FUZZCACHE      the folder that keeps the inputs that reach new code, for the next time (.cache/fuzz)
set -eu
cd "$(dirname "$0")/.."
fuzztime=${FUZZTIME:-10m}
cache=${FUZZCACHE:-$PWD/.cache/fuzz}
mkdir -p "$cache"

targets=$(grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]+' internal | sed 's|/[^/]*:func |/ |' | grep -E "${FUZZ:-.}" | sort) || {
	echo "No fuzz target matches $FUZZ." >&2
	exit 2
}
# Go may spend a whole minute to shorten an input that reaches new code. Where goroutines reach other code each time it never
# succeeds, and tries nothing else meanwhile. So it gets a hundred tries.
failed=
while read -r folder name; do
	echo "== $name in ${folder%/} for $fuzztime"
	go test "./${folder%/}" -run '^$' -fuzz "^$name\$" -fuzztime "$fuzztime" -fuzzminimizetime 100x ${FUZZPARALLEL:+-parallel "$FUZZPARALLEL"} \
		-test.fuzzcachedir "$cache/$folder" </dev/null || failed="$failed $name"
done <<END
$targets
END
[ -z "$failed" ] || { echo "Targets that found something:$failed. The inputs are in testdata/fuzz beside each test." >&2; exit 1; }
