package unit_test

import (
	"fmt"
	"time"

	"macrowatch/internal/viewer/unit"
)

func ExampleLookup() {
	now := time.Date(2026, time.March, 4, 15, 0, 0, 0, time.UTC)
	env := unit.Env{Now: now}
	two := 2
	fmt.Println(unit.Lookup("s")(100, nil, env))
	fmt.Println(unit.Lookup("percentunit")(0.1234, &two, env))
	fmt.Println(unit.Lookup("currencyBRL")(-1.5e6, nil, env))
	fmt.Println(unit.Lookup("lots")(1.5, nil, env)) // no unit of Grafana's
	fmt.Println(unit.Lookup("dateTimeFromNow")(float64(now.Add(-50*time.Minute).UnixMilli()), nil, env))
	// Output:
	// 1.67 mins
	// 12.34%
	// -R$1.50M
	// 1.50 lots
	// an hour ago
}

func ExampleFormatTime() {
	at := time.Date(2026, time.March, 4, 15, 7, 0, 0, time.UTC)
	fmt.Println(unit.FormatTime(at, "dddd, MMMM Do YYYY, h:mm A [UTC]"))
	// Output: Wednesday, March 4th 2026, 3:07 PM UTC
}
