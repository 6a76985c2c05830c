package timerange

import (
	"strconv"
	"strings"
	"time"
)

// zonedLayouts are the forms of ISO 8601 with an offset from UTC.
func zonedLayouts() []string {
	return []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "20060102T150405Z07:00"}
}

// localLayouts are the forms without an offset, which mean the reader's zone.
func localLayouts() []string {
	return []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02", "2006-01", "20060102", "20060102T150405"}
}

// absolute reads epoch milliseconds or ISO 8601. Eight digits such as 20250131 are a date if they can be one, as in the
// links that Grafana writes. reason says what is wrong with the expression, "" if nothing is.
func (c Clock) absolute(expr string) (at time.Time, reason string) {
	if len(expr) != len("20060102") {
		if ms, err := strconv.ParseInt(expr, 10, 64); err == nil {
			return time.UnixMilli(ms).In(c.Zone()), ""
		}
	}
	iso := expr
	if len(iso) > 10 && iso[10] == ' ' {
		iso = iso[:10] + "T" + iso[11:]
	}
	iso = strings.Replace(iso, ",", ".", 1)
	for _, layout := range zonedLayouts() {
		if t, err := time.Parse(layout, iso); err == nil {
			return t, ""
		}
	}
	for _, layout := range localLayouts() {
		if t, err := time.Parse(layout, iso); err == nil {
			return Wall(t, c.Zone()), ""
		}
	}
	if ms, err := strconv.ParseInt(expr, 10, 64); err == nil {
		return time.UnixMilli(ms).In(c.Zone()), ""
	}
	return time.Time{}, "is not a time" + allowed
}
