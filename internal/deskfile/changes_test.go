package deskfile_test

import (
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/deskfile"
)

func TestWhatADeskFileChanges(t *testing.T) {
	t.Parallel()
	before, err := deskfile.Read("before.yaml", []byte(london), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to string
		want     []string
	}{
		"nothing":     {"", "", nil},
		"a zone":      {"zone: Europe/London", "zone: Europe/Paris", []string{"zone: Europe/Paris, not Europe/London"}},
		"a schedule":  {`"0 8 * * 1-5"`, `"5 8 * * 1-5"`, []string{"steps: boe: schedule: 5 8 * * 1-5, not 0 8 * * 1-5"}},
		"a step gone": {"  - {name: check, group: data}\n", "", []string{"steps: check is gone"}},
		"a step new":  {"  - {name: check, group: data}\n", "  - {name: check, group: data}\n  - {name: risk, group: book, schedule: '0 18 * * *'}\n", []string{"steps: risk is new and is due at 0 18 * * *"}},
		"holidays":    {"[US, UK]", "[]", []string{"steps: boe: holidays: none, not US, UK"}},
		"a prefix":    {"instruments: [UKTI]", "instruments: [UKTI, RPI]", []string{"classes: Linkers: instruments: UKTI, RPI, not UKTI"}},
		"a class":     {"  - {name: Gilts,", "  - {name: Gold}\n  - {name: Gilts,", []string{"classes: Gold, Gilts, Linkers, Sterling, not Gilts, Linkers, Sterling"}},
		"a day off":   {"name: Offsite", "name: Outing", []string{"own_days: 2026-07-01 Outing, not 2026-07-01 Offsite"}},
		"a limit":     {"var_99_pct: 3", "var_99_pct: 4", []string{"limits: var_99_pct 4 (built in: 7)", "no longer limits: var_99_pct 3 (built in: 7)"}},
		"an age":      {"thin_after: 2y", "thin_after: 100d", []string{"retention: portfolio_state: thinned after 100d, not thinned after 2y"}},
		"a retention": {"    portfolio_state: {thin_after: 2y}\n", "    alerts: {drop_after: 1y}\n", []string{
			"retention: portfolio_state: kept, not thinned after 2y", "retention: alerts: dropped after 1y, not kept"}},
		"an hour": {"retention:\n", "retention:\n  hour: 3\n", []string{"retention: hour: 3, not the middle of the closed hours"}},
		"adopted": {", adopted: true", "", []string{"retention: strategy_signals: thinned after 182d and dropped after 8y, not thinned after 182d and dropped after 8y, also if another tool made it"}},
		"a word":  {", no: FAILED", "", []string{"words: 1 word, not 2 words"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := deskfile.Read("after.yaml", []byte(strings.Replace(london, c.from, c.to, 1)), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := deskfile.Changes(before, after); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestChangesNameEachTargetAndRoute(t *testing.T) {
	t.Parallel()
	read := func(text string) deskfile.File {
		t.Helper()
		file, err := deskfile.Read("desk.yaml", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	before := read("alerts:\n  targets: {a: {service_file: a}, b: {service_env: B}}\n  routes: [{to: a}, {to: [a, b], severity: critical, group: risk, rule: [step_late]}]\n")
	after := read("alerts:\n  targets: {a: {service_file: other}, c: {alertmanager: 'http://localhost:9093'}}\n  routes: [{to: a}, {to: c, severity: [warning, critical]}]\n")
	want := []string{
		"alerts: targets: a has its address elsewhere", "alerts: targets: c is new", "alerts: targets: b is gone",
		"alerts: routes: {to: [c], severity: [warning, critical]} is new", `alerts: routes: {to: [a, b], severity: [critical], group: [risk], rule: [step_late]} is gone`,
	}
	if got := deskfile.Changes(before, after); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := deskfile.Changes(after, after); len(got) != 0 {
		t.Errorf("nothing has changed: %q", got)
	}
}
