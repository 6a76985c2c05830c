package dialect

import (
	"math/big"
	"strings"
	"time"
)

var (
	bareNumber  = newPattern(`^-?\d{1,20}(\.\d{1,9})?$`)
	excelNumber = newPattern(`^[2-7]\d{4}(\.\d+)?$`)
)

const excelProblem = "a day number of a spreadsheet (days since 1900), which may count from 1904 too: format the column as a date, and save the file again"

// The years between which the unit of a number of seconds can be told from the number itself.
var (
	firstPlausible = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	lastPlausible  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// perSecond returns how many units make a second.
func perSecond(unit string) *big.Rat {
	return big.NewRat(map[string]int64{"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit], 1)
}

// fromEpoch returns the time that a number of units since 1970 means. It fails for times before 1000 and after 9999.
func fromEpoch(text, unit string) (time.Time, bool) {
	count, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, false
	}
	nanos := count.Quo(count, perSecond(unit))
	nanos.Mul(nanos, big.NewRat(1e9, 1))
	whole := new(big.Int).Div(nanos.Num(), nanos.Denom())
	seconds, rest := new(big.Int).DivMod(whole, big.NewInt(1e9), new(big.Int))
	if !seconds.IsInt64() {
		return time.Time{}, false
	}
	t := time.Unix(seconds.Int64(), rest.Int64()).UTC()
	return t, t.Year() >= 1000 && t.Year() <= 9999
}

// epochUnit returns the only unit in which a number is a time from 1980 to 2099, or "" if there is none.
func epochUnit(text string) string {
	for _, unit := range epochs {
		if t, ok := fromEpoch(text, unit); ok && !t.Before(firstPlausible) && t.Before(lastPlausible) {
			return unit
		}
	}
	return ""
}

// epochReadings says what a number can mean.
func epochReadings(text string) string {
	var readings []string
	for _, unit := range epochs {
		if t, ok := fromEpoch(text, unit); ok {
			readings = append(readings, t.Format(time.RFC3339)+" in "+unit)
		}
	}
	return strings.Join(readings, ", ")
}
