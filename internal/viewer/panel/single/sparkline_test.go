package single_test

import (
	"fmt"
	"testing"

	"macrowatch/internal/testkit/paneltest"
)

func TestASparklineSaysWhenItsValuesWere(t *testing.T) {
	t.Parallel()
	b := paneltest.New(t)
	for sql, want := range map[string]string{
		"SELECT timestamptz '2025-05-30 09:00Z' + n * interval '1 hour' AS time, (n / 2.0)::float8 AS v FROM generate_series(0, 2) n":                                            `[1748595600000 1748599200000 1748602800000] ["0%" "0.500%" "1%"]`,
		"SELECT timestamptz '2025-05-30 09:00Z' + n * interval '1 hour' AS time, CASE n WHEN 1 THEN NULL WHEN 2 THEN 'NaN'::float8 ELSE n END AS v FROM generate_series(0, 3) n": `[1748595600000 1748599200000 1748602800000 1748606400000] ["0%" "" "" "3%"]`,
		"SELECT 1.0::float8 AS v": `[] []`,
	} {
		t.Run(sql, func(t *testing.T) {
			b := b.In(t)
			item := b.View("stat", sql, `"fieldConfig": {"defaults": {"unit": "percent"}}`).Stat.Items[0]
			if got := fmt.Sprintf("%v %q", item.SparkTimes, item.SparkTexts); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
