package dashboard

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

type point struct {
	Time   time.Time
	Metric string
	Value  *float64
}

// runPoint is a point of a timeline of runs.
type runPoint struct {
	Time           time.Time
	Metric         string
	Value          *float64
	Started, Ended *time.Time // when the first run behind the row started, and when the last one ended
	Runs           *float64
	Notice         *string
}

// stepPoint is a state of a step.
type stepPoint struct {
	Time           time.Time
	Metric, Value  string
	Started, Ended *time.Time
	Runs           *float64
	Expected       *string // what kept an expected run from being used
	Notice         *string
}

// statesOf are states as "03-04 06:00:00 fred SUCCESS", in the desk's time.
func statesOf(points []stepPoint) []string {
	desk := time.FixedZone("desk", -3*3600)
	var out []string
	for _, p := range points {
		out = append(out, p.Time.In(desk).Format("01-02 15:04:05 ")+p.Metric+" "+p.Value)
	}
	return out
}

// runsOf returns the runs behind some states, in the form that the function told takes.
func runsOf(points []stepPoint) []runPoint {
	var out []runPoint
	for _, p := range points {
		out = append(out, runPoint{Time: p.Time, Metric: p.Metric, Started: p.Started, Ended: p.Ended, Runs: p.Runs})
	}
	return out
}

// pointsOf are the points as they are drawn.
func pointsOf(points []runPoint) []point {
	var out []point
	for _, p := range points {
		out = append(out, point{p.Time, p.Metric, p.Value})
	}
	return out
}

// texts are points as "03-04 06:00:00 fred SUCCESS 42.5", in the desk's time.
func texts(points []point) []string {
	desk := time.FixedZone("desk", -3*3600)
	var out []string
	for _, p := range points {
		value := "null"
		if p.Value != nil {
			value = fmt.Sprint(*p.Value)
		}
		out = append(out, p.Time.In(desk).Format("01-02 15:04:05 ")+p.Metric+" "+value)
	}
	return out
}

// told returns the runs behind some points, as "03-04 06:00:00 fred SUCCESS: 2 from 03-04 06:00:01 to 03-04 06:02:00".
func told(points []runPoint) []string {
	desk := time.FixedZone("desk", -3*3600)
	var out []string
	for _, p := range points {
		if p.Runs == nil {
			continue
		}
		s := fmt.Sprintf("%s %s: %v from %s", p.Time.In(desk).Format("01-02 15:04:05"), p.Metric, *p.Runs, p.Started.In(desk).Format("01-02 15:04:05"))
		if p.Ended != nil {
			s += p.Ended.In(desk).Format(" to 01-02 15:04:05")
		}
		out = append(out, s)
	}
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %v\nwant\n  %v", got, want)
	}
}

func TestTimelineDrawsEveryStepAndStatusOfRunsThatStartTogether(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	sql := panelSQL(t, 7)
	inZones(t, func(t *testing.T, db *database) {
		db.record(
			run{"fred", "SUCCESS", at("06:00:00"), at("06:00:42"), 42500 * time.Millisecond, ""},
			run{"yahoo", "SUCCESS", at("06:00:00"), at("06:00:30"), 30 * time.Second, ""},
			run{"yahoo", "FAILED", at("06:00:00"), at("06:00:10"), 10 * time.Second, "HTTP 503"},
			run{"fred", "RUNNING", at("11:50:00"), time.Time{}, 0, ""},
			run{"b3_market_data", "SUCCESS", at("11:56:00"), at("12:30:00"), 34 * time.Minute, ""}, // after the range
			run{"bcb_ptax", "SUCCESS", at("07:00:00"), at("07:00:20"), 0, ""},                      // without a duration
			run{"fred", "SUCCESS", at("12:00:01"), at("12:00:02"), time.Second, ""},                // beyond the range
		)
		same(t, texts(pointsOf(query[runPoint](db, sql, dayTo(at("11:59:00"))))), []string{
			"03-04 06:00:00 fred SUCCESS 42.5",
			"03-04 06:00:00 yahoo FAILED 10",
			"03-04 06:00:00 yahoo SUCCESS 30",
			// The rows without a value keep all bars as narrow as the closest two are.
			"03-04 06:05:00 fred SUCCESS null",
			"03-04 06:05:00 yahoo FAILED null",
			"03-04 06:05:00 yahoo SUCCESS null",
			"03-04 07:00:00 bcb_ptax SUCCESS 20",
			"03-04 07:05:00 bcb_ptax SUCCESS null",
			"03-04 11:50:00 b3_market_data RUNNING null", // not after the end of the range
			"03-04 11:50:00 fred RUNNING 540",
			"03-04 11:55:00 b3_market_data RUNNING 180",
			"03-04 11:55:00 fred RUNNING null",
		})
	})
}

func TestALoneBarOfATimelineIsAHundredthOfTheRangeWide(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	db := newDatabase(t, "UTC")
	db.record(
		run{"fred", "SUCCESS", at("06:00:00"), at("06:00:42"), 42 * time.Second, ""},
		run{"yahoo", "SUCCESS", at("08:00:00"), at("08:00:20"), 20 * time.Second, ""},
	)
	same(t, texts(pointsOf(query[runPoint](db, panelSQL(t, 7), dayTo(at("12:00:00"))))), []string{
		"03-04 06:00:00 fred SUCCESS 42",
		"03-04 06:14:24 fred SUCCESS null",
		"03-04 08:00:00 yahoo SUCCESS 20",
		"03-04 08:14:24 yahoo SUCCESS null",
	})
}

func TestTimelineKeepsExactStartsInAShortRange(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, "2024-03-04 "+s) }
	db := newDatabase(t, "UTC")
	db.record(
		run{"fred", "SUCCESS", at("06:00:01"), at("06:00:02"), time.Second, ""},
		run{"fred", "SUCCESS", at("06:00:03"), at("06:00:05"), 2 * time.Second, ""},
	)
	same(t, texts(pointsOf(query[runPoint](db, panelSQL(t, 7), span{at("05:30:00"), at("06:30:00")}))), []string{
		"03-04 06:00:01 fred SUCCESS 1",
		"03-04 06:00:03 fred SUCCESS 2",
	})
}

func TestTimelineKeepsTheLongestRunOfACellInALongRange(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, s) }
	sql := panelSQL(t, 7)
	inZones(t, func(t *testing.T, db *database) {
		db.record(
			run{"fred", "SUCCESS", at("2024-03-04 06:01:00"), at("2024-03-04 06:02:00"), time.Minute, ""},
			run{"fred", "SUCCESS", at("2024-03-04 06:05:00"), at("2024-03-04 06:08:00"), 3 * time.Minute, ""},
			run{"fred", "FAILED", at("2024-03-04 06:03:00"), at("2024-03-04 06:03:01"), time.Second, ""},
			run{"fred", "SUCCESS", at("2024-03-04 07:16:00"), at("2024-03-04 07:18:00"), 2 * time.Minute, ""},
			run{"fred", "SUCCESS", at("2024-03-01 12:03:00"), at("2024-03-01 12:04:00"), time.Minute, ""}, // its cell begins before the range
		)
		same(t, texts(pointsOf(query[runPoint](db, sql, span{at("2024-03-01 12:02:00"), at("2024-03-08 12:02:00")}))), []string{
			"03-01 12:02:00 fred SUCCESS 60",
			"03-04 06:00:00 fred FAILED 1",
			"03-04 06:00:00 fred SUCCESS 180",
			"03-04 07:00:00 fred FAILED null", // keeps the bar narrow
			"03-04 07:00:00 fred SUCCESS 120",
		})
	})
}

// At 7 days a cell is an hour. A range that begins at 12:40 has only a third of its first cell.
func TestTimelineDrawsTheRestOfACellInTheNextOne(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time { return clock(t, s) }
	sql := panelSQL(t, 7)
	inZones(t, func(t *testing.T, db *database) {
		db.record(
			run{"fred", "SUCCESS", at("2024-03-01 12:10:00"), at("2024-03-01 12:15:00"), 5 * time.Minute, ""}, // before the range
			run{"fred", "SUCCESS", at("2024-03-01 12:45:00"), at("2024-03-01 12:48:00"), 3 * time.Minute, ""},
			run{"fred", "SUCCESS", at("2024-03-01 13:10:00"), at("2024-03-01 13:12:00"), 2 * time.Minute, ""},
			run{"fred", "SUCCESS", at("2024-03-01 14:05:00"), at("2024-03-01 14:06:00"), time.Minute, ""},
		)
		same(t, texts(pointsOf(query[runPoint](db, sql, span{at("2024-03-01 12:40:00"), at("2024-03-08 12:40:00")}))), []string{
			"03-01 13:00:00 fred SUCCESS 180",
			"03-01 14:00:00 fred SUCCESS 60",
		})
	})
}

func TestTimelineOfAnEmptyTableHasNoRows(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	over := dayTo(clock(t, "2024-03-04 12:00:00"))
	for _, id := range []uint32{7, 8} {
		if got := query[runPoint](db, panelSQL(t, id), over); len(got) != 0 {
			t.Errorf("panel %d: %v, want no rows", id, told(got))
		}
	}
}
