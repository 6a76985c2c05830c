package axis_test

import (
	"fmt"
	"strconv"
	"time"

	"macrowatch/internal/viewer/axis"
)

// A value axis is a little longer than its data, has round ends, and begins at zero if the data come near zero.
func ExampleScale_Ends() {
	fmt.Println(axis.Scale{}.Ends(3, 97))
	fmt.Println(axis.Scale{}.Ends(1000, 1003))

	limit := 100.0
	fmt.Println(axis.Scale{SoftMax: &limit}.Ends(0, 20))
	fmt.Println(axis.Scale{SoftMax: &limit}.Ends(0, 200)) // a soft end gives way to the data
	// Output:
	// 0 107
	// 999.7 1003.3
	// 0 100
	// 0 220
}

// Ticks of durations are whole minutes, although the axis is in seconds.
func ExampleValueTicks() {
	text := func(v float64, _ *int) string { return strconv.FormatFloat(v/60, 'g', -1, 64) + " min" }
	for _, tick := range axis.ValueTicks(0, 600, 200, "s", false, text) {
		fmt.Print(tick.Text, "  ")
	}
	// Output: 0 min  2 min  4 min  6 min  8 min  10 min
}

func ExampleTimeTicks() {
	from := time.Date(2026, time.January, 5, 7, 30, 0, 0, time.UTC)
	for _, t := range axis.TimeTicks(axis.TimeStep{Ms: 6 * axis.HourMs}, from, from.Add(24*time.Hour)) {
		fmt.Println(t.Format("2 Jan 15:04"))
	}
	// Output:
	// 5 Jan 12:00
	// 5 Jan 18:00
	// 6 Jan 00:00
	// 6 Jan 06:00
}

// A value that is a million million times as large as the others is not drawn to scale.
func ExampleReachOf() {
	reach := axis.ReachOf([]float64{1, 2, 3, 1e308})
	fmt.Println(reach.Exceeds(3), reach.Exceeds(1e9), reach.Exceeds(1e308))
	// Output: false false true
}
