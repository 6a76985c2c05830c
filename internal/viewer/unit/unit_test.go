package unit_test

import (
	"fmt"
	"testing"
	"time"

	"macrowatch/internal/viewer/unit"
)

// These cases are for reading. The tests in internal/viewer/judge compare all units with Grafana's own code.
func TestLookup(t *testing.T) {
	t.Parallel()
	one, two := 1, 2
	now := time.Date(2025, 5, 31, 15, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		id       string
		v        float64
		decimals *int
		want     string
	}{
		{"", 1234.5678, nil, "1235"},
		{"none", 0.012345, nil, "0.0123"},
		{"short", 1234567, nil, "1.23 Mil"},
		{"percent", 3.14159, &two, "3.14%"},
		{"percentunit", 0.5, nil, "50%"},
		{"s", 42.5, nil, "42.5 s"},
		{"s", 100, nil, "1.67 mins"},
		{"s", 90000, &one, "1.0 days"},
		{"ms", 0.5, nil, "0.500 ms"},
		{"bytes", 2048, nil, "2 KiB"},
		{"decbytes", 2000, nil, "2 kB"},
		{"currencyBRL", -1500, nil, "-R$1.50K"},
		{"locale", 1234567.891, nil, "1,234,567.891"},
		{"dtdurations", 3725, &two, "1 hour, 2 minutes, 5 seconds"},
		{"clocks", 3725, &one, "1h:02m"},
		{"dthms", 3725, nil, "01:02:05"},
		{"bool", 1, nil, "True"},
		{"lots", 1.5, nil, "1.50 lots"},
		{"suffix:bp", 7, nil, "7 bp"},
		{"prefix:~", 7, nil, "~7"},
		{"dateTimeAsIso", float64(now.UnixMilli()), nil, "2025-05-31 12:00:00"},
		{"dateTimeFromNow", float64(now.Add(-time.Hour).UnixMilli()), nil, "an hour ago"},
		{"time:ddd D MMM, HH[h]", float64(now.UnixMilli()), nil, "Sat 31 May, 12h"},
	} {
		t.Run(fmt.Sprintf("%s of %v", tc.id, tc.v), func(t *testing.T) {
			got := unit.Lookup(tc.id)(tc.v, tc.decimals, unit.Env{Now: now, Location: time.FixedZone("", -3*3600)}).String()
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzLookup(f *testing.F) {
	f.Add("s", 1.5, 2)
	f.Add("time:YYYY[x]\\d", 1e12, -1)
	f.Add("si:kW", -1e-9, 400)
	f.Fuzz(func(t *testing.T, id string, v float64, decimals int) {
		decimals %= 100 // as many as a setting is read with
		unit.Lookup(id)(v, &decimals, unit.Env{})
		unit.Lookup(id)(v, nil, unit.Env{})
	})
}
