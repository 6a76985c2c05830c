#!/bin/sh
# An example of a pipeline step. "macrowatch exec" records when a step ran, how long it took, and how it ended.
# What a failing step writes to standard error becomes the error message of its run.
set -eu
prices=${1:-$(dirname "$0")/prices.csv}
if [ ! -s "$prices" ]; then
	echo "there are no prices in $prices" >&2
	exit 1
fi
echo "$prices has $(($(wc -l <"$prices") - 1)) prices, up to $(tail -n 1 "$prices" | cut -d, -f1)"
