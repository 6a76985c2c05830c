package timerange_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
	_ "time/tzdata"

	"macrowatch/internal/viewer/timerange"
)

// clockLine holds Grafana's answers for one zone at one instant.
type clockLine struct {
	zone    string
	now     time.Time
	ahead   [3]int // of UTC in minutes, two days before now, at now, and two days after
	answers []clockAnswer
}

// known reports whether Go's rules for the zone agree with Grafana's in the days around now.
func (l clockLine) known(loc *time.Location) bool {
	for i, ahead := range l.ahead {
		if minutesAhead(l.now.Add(time.Duration(i-1)*48*time.Hour), loc) != ahead {
			return false
		}
	}
	return true
}

type clockAnswer struct {
	expr  string
	up    bool
	at    time.Time
	ahead int
}

func (l *clockLine) UnmarshalJSON(text []byte) error {
	var now int64
	var answers [][]json.RawMessage
	if err := json.Unmarshal(text, &[]any{&l.zone, &now, &l.ahead, &answers}); err != nil {
		return err
	}
	l.now = time.UnixMilli(now)
	for _, raw := range answers {
		var a clockAnswer
		var at int64
		for i, to := range []any{&a.expr, &a.up, &at, &a.ahead} {
			if err := json.Unmarshal(raw[i], to); err != nil {
				return err
			}
		}
		a.at = time.UnixMilli(at)
		l.answers = append(l.answers, a)
	}
	return nil
}

// minutesAhead returns how far a zone's clock is ahead of UTC.
func minutesAhead(t time.Time, loc *time.Location) int {
	_, seconds := t.In(loc).Zone()
	return seconds / 60
}

// The instants are compared with those of Grafana's dateMath around every change of the clocks in every zone. Some of
// these changes skip a midnight or repeat one. MACROWATCH_TEST_LONG=1 compares all changes of 40 years, otherwise a part
// of them. Go and Grafana may have different releases of the zones' rules; nothing is compared where these differ.
func TestLocalDaysAreGrafanasInEveryZone(t *testing.T) {
	t.Parallel()
	part, least := "part", 30_000
	if os.Getenv("MACROWATCH_TEST_LONG") != "" {
		part, least = "whole", 4_000_000
	}
	missing := func(what string) {
		const how = "; run: cd internal/viewer/judge && npm ci --ignore-scripts"
		if os.Getenv("CI") != "" {
			t.Fatal(what + how)
		}
		t.Skip(what + how)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("Node is not installed")
	}
	if _, err := os.Stat("../judge/node_modules/@grafana/data"); err != nil {
		missing("Grafana's package is not installed")
	}
	cmd := exec.CommandContext(t.Context(), node, "clock.cjs", part)
	cmd.Dir = "../judge"
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	compared, skipped, wrong := 0, 0, 0
	zones := map[string]bool{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line clockLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in %s", err, lines.Bytes())
		}
		loc, err := time.LoadLocation(line.zone)
		if err != nil || !line.known(loc) {
			skipped += len(line.answers)
			continue
		}
		zones[line.zone] = true
		clock := timerange.Clock{Now: line.now, Location: loc}
		for _, a := range line.answers {
			if minutesAhead(a.at, loc) != a.ahead {
				skipped++
				continue
			}
			compared++
			got, err := clock.Instant(a.expr, a.up)
			if err == nil && got.Equal(a.at) {
				continue
			}
			if wrong++; wrong <= 20 {
				t.Errorf("%s at %s, %s (up %t): %s, %v; Grafana has %s", line.zone, line.now.In(loc).Format(time.RFC3339), a.expr, a.up,
					got.In(loc).Format(time.RFC3339Nano), err, a.at.In(loc).Format(time.RFC3339Nano))
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d instants in %d zones compared, %d differ, %d skipped", compared, len(zones), wrong, skipped)
	if compared < least || skipped > compared/20 {
		t.Errorf("%d instants compared and %d skipped, want at least %d compared", compared, skipped, least)
	}
}
