package judge_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/palette"
)

// The tests in judge_*_test.go compare the viewer with Grafana's own code, @grafana/data 11.4.0. Node runs that code: see
// judge.cjs.

const judgeZone = "America/Sao_Paulo"

func judgeNow() time.Time { return time.Date(2025, time.May, 31, 15, 4, 5, 678e6, time.UTC) }

// askJudge sends cases to the judge and returns Grafana's answers. If Node or Grafana's package is missing, the test is
// skipped, except in CI, where it fails.
func askJudge(t *testing.T, theme palette.Theme, cases []any) []json.RawMessage {
	t.Helper()
	script, err := filepath.Abs("judge.cjs")
	if err != nil {
		t.Fatal(err)
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
	if _, err := os.Stat("node_modules/@grafana/data"); err != nil {
		missing("Grafana's package is not installed")
	}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, c := range cases {
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	now, err := json.Marshal(judgeNow().UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, script, string(theme), judgeZone, string(now))
	cmd.Env = append(os.Environ(), "TZ="+judgeZone, "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8")
	cmd.Stdin = &in
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the judge: %v\n%s", err, stderr.String())
	}
	var answers []json.RawMessage
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<28)
	for lines.Scan() {
		answers = append(answers, append(json.RawMessage(nil), lines.Bytes()...))
	}
	if len(answers) != len(cases) {
		t.Fatalf("the judge answered %d of %d cases\n%s", len(answers), len(cases), stderr.String())
	}
	return answers
}

// travelling writes a value as the judge reads it.
func travelling(v any) any {
	n, ok := v.(float64)
	switch {
	case !ok:
		return v
	case math.IsNaN(n):
		return map[string]string{"$": "NaN"}
	case math.IsInf(n, 1):
		return map[string]string{"$": "Infinity"}
	case math.IsInf(n, -1):
		return map[string]string{"$": "-Infinity"}
	}
	return v
}

// arrived reads a value as the judge writes it.
func arrived(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v["$"].(string); ok {
			if s == "NaN" {
				return math.NaN()
			}
			return js.NumberFromText(s)
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = arrived(e)
		}
		return out
	}
	return v
}

// verdict counts what was compared and reports the first differences.
type verdict struct {
	t        *testing.T
	compared int
	wrong    int
}

func (v *verdict) same(got, want any, format string, args ...any) {
	v.t.Helper()
	v.compared++
	if equalValues(got, want) {
		return
	}
	if v.wrong++; v.wrong <= 40 {
		v.t.Errorf(format+": got %#v, Grafana has %#v", append(args, got, want)...)
	}
}

func (v *verdict) done(least int) {
	v.t.Helper()
	v.t.Logf("%d values compared with Grafana's, %d differ", v.compared, v.wrong)
	if v.compared < least {
		v.t.Errorf("only %d values were compared, at least %d are expected", v.compared, least)
	}
}

func equalValues(a, b any) bool {
	x, xOK := a.(float64)
	y, yOK := b.(float64)
	if xOK && yOK {
		// Sums may differ in the last bit, because numbers may be added in another order.
		return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-12*math.Max(math.Abs(x), math.Abs(y))
	}
	l, lOK := a.([]any)
	m, mOK := b.([]any)
	if lOK || mOK {
		if len(l) != len(m) {
			return false
		}
		for i := range l {
			if !equalValues(l[i], m[i]) {
				return false
			}
		}
		return true
	}
	return a == b
}
