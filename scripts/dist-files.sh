#!/bin/sh
# Writes what the packages contain beside the program: completions, manual pages, licences.
#
#   scripts/dist-files.sh DIR
set -eu

dir=${1:?"usage: scripts/dist-files.sh DIR"}
rm -rf "$dir"
mkdir -p "$dir/completions" "$dir/man"
go build -o "$dir/macrowatch" ./cmd/macrowatch
for shell in bash zsh fish; do
	"$dir/macrowatch" completion "$shell" >"$dir/completions/macrowatch.$shell"
done
"$dir/macrowatch" man --dir "$dir/man" >/dev/null
gzip -9n "$dir"/man/*.1
rm "$dir/macrowatch"
go run ./scripts/licences >"$dir/THIRD-PARTY-LICENCES.txt"
