package desk

import (
	"fmt"
	"strings"
	"time"
)

// LeftOut is a value that can't be used, in a table that another tool made. LeftOutRows is the query for them.
type LeftOut struct {
	Table   string
	Key     string // names the row: "timestamp 2026-03-02 21:00:00+00, strategy_id FX_1, instrument USDBRL"
	Column  string
	Value   string
	Problem string
	// At is the row's time, and Name its instrument. Each is nil if the row has none, or if the query does not return it.
	At   *time.Time
	Name *string
}

// leftOutNamed is how many values LeftOutSentence names. It counts the others.
const leftOutNamed = 5

// LeftOutSentence counts the values of one table that can't be used and names the first of them. It returns ""
// where there are none.
func LeftOutSentence(all []LeftOut) string {
	if len(all) == 0 {
		return ""
	}
	var named []string
	for _, l := range all[:min(len(all), leftOutNamed)] {
		named = append(named, fmt.Sprintf("%s: %s is %s, but %s", l.Key, l.Column, l.Value, l.Problem))
	}
	text := fmt.Sprintf("%s has 1 value that can't be used (", all[0].Table)
	if len(all) > 1 {
		text = fmt.Sprintf("%s has %d values that can't be used (", all[0].Table, len(all))
	}
	if more := len(all) - len(named); more > 0 {
		named = append(named, fmt.Sprintf("and %d more", more))
	}
	return text + strings.Join(named, " | ") + ")."
}
