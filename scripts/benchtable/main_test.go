package main

import (
	"strings"
	"testing"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
)

func TestFiguresStandBesideTheirTargets(t *testing.T) {
	const output = `goos: linux
pkg: macrowatch/internal/viewer/server
BenchmarkUnchangedPanel/connections=1-2   5  400 ns/op  69.0 %_of_livez  70.0 %_of_livez:at-least  22000 answers/s
BenchmarkUnchangedPanel/connections=8-2   5  400 ns/op  76.0 %_of_livez  70.0 %_of_livez:at-least
a line that a benchmark printed
PASS
pkg: macrowatch/internal/alert
BenchmarkRound-2   10  16000000 ns/op  12.5 server-ms/op  100 server-ms/op:at-most
BenchmarkNothing-2   10  16000000 ns/op
`
	const want = `benchmark                                   measured           target
viewer/server UnchangedPanel/connections=1  69 %_of_livez      at least 70  MISSED
viewer/server UnchangedPanel/connections=8  76 %_of_livez      at least 70  met
alert Round                                 12.5 server-ms/op  at most 100  met
3 figures with a target, 1 missed
`
	got := table(strings.NewReader(output))
	if trimmed(got) != trimmed(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// trimmed returns a text without the spaces at the ends of its lines.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
