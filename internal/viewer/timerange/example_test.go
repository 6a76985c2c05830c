package timerange_test

import (
	"fmt"
	"time"

	"macrowatch/internal/viewer/timerange"
)

func ExampleClock_Range() {
	clock := timerange.Clock{Now: time.Date(2026, time.March, 4, 15, 0, 0, 0, time.UTC)}
	yesterday, err := clock.Range("now-1d/d", "now-1d/d")
	fmt.Println(yesterday.From.Format(time.DateTime), "to", yesterday.To.Format("15:04:05.000"), err)
	_, err = clock.Range("now", "now-1d")
	fmt.Println(err)
	// Output:
	// 2026-03-03 00:00:00 to 23:59:59.999 <nil>
	// from "now" is after to "now-1d": 2026-03-04T15:00:00Z is later than 2026-03-03T15:00:00Z; from must not be later than to
}

// A panel may have a range of its own, and may look back by a day.
func ExampleClock_Override() {
	clock := timerange.Clock{Now: time.Date(2026, time.March, 4, 15, 0, 0, 0, time.UTC)}
	page, _ := clock.Range("now-6h", "now")
	panel, label, err := clock.Override(page, "7d", "1d")
	fmt.Println(label)
	fmt.Println(panel.From.Format(time.DateOnly), "to", panel.To.Format(time.DateOnly), err)
	// Output:
	// Last 7 days, 1 day earlier
	// 2026-02-24 to 2026-03-03 <nil>
}

// The clocks of São Paulo went from midnight to one o'clock on 4 November 2018.
func ExampleWall() {
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(timerange.Wall(time.Date(2018, time.November, 4, 0, 0, 0, 0, time.UTC), saoPaulo))
	// Output: 2018-11-04 01:00:00 -0200 -02
}
