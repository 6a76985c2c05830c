package panel

import (
	"time"

	"macrowatch/internal/viewer/timerange"
	"macrowatch/internal/viewer/unit"
	"macrowatch/internal/viewer/view"
)

// A TimeStep is a distance between ticks: months on the calendar, or an even number of
// milliseconds that divides a day or is whole days.
type TimeStep struct {
	Ms     int64 // about how long, for months
	months int
}

const (
	secondMs = int64(1000)
	minuteMs = 60 * secondMs
	hourMs   = 60 * minuteMs
	dayMs    = 24 * hourMs
	yearMs   = 365 * dayMs
)

func timeSteps() []TimeStep {
	var out []TimeStep
	for _, ms := range [...]int64{1, 2, 5, 10, 20, 50, 100, 200, 500, secondMs, 5 * secondMs, 10 * secondMs, 15 * secondMs,
		30 * secondMs, minuteMs, 5 * minuteMs, 10 * minuteMs, 15 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs, 3 * hourMs,
		4 * hourMs, 6 * hourMs, 8 * hourMs, 12 * hourMs, dayMs, 2 * dayMs, 3 * dayMs, 4 * dayMs, 5 * dayMs, 6 * dayMs, 7 * dayMs,
		8 * dayMs, 9 * dayMs, 10 * dayMs, 15 * dayMs} {
		out = append(out, TimeStep{Ms: ms})
	}
	for _, m := range [...]int{1, 2, 3, 4, 6, 12, 24, 60, 120, 300, 600, 1200} {
		out = append(out, TimeStep{Ms: int64(m) * 30 * dayMs, months: m})
	}
	return out
}

// TimeAxis is the time axis of a drawing that is width pixels wide, in the reader's zone.
func (j *Job) TimeAxis() view.Axis {
	from, to := j.From.UnixMilli(), j.To.UnixMilli()
	a := view.Axis{Placement: "bottom", Min: float64(from), Max: float64(to)}
	span := max(to-from, 1)
	width := int64(max(j.Request.DrawnWidth()-60, 60)) // the value axis takes about 60 pixels
	for _, s := range timeSteps() {
		pattern := timePattern(s.Ms, span)
		need := int64(len(pattern)*7 + 18)
		if s.Ms*width/span < need {
			continue
		}
		for _, t := range timeTicks(s, j.From.In(j.Env.Location), j.To) {
			a.Ticks = append(a.Ticks, view.Tick{Value: float64(t.UnixMilli()), Text: unit.FormatTime(t, pattern)})
		}
		return a
	}
	return a
}

// timePattern is how much of the date the ticks show, in the order that tables and tooltips write it;
// Grafana's own ticks are 11/22.
func timePattern(step, span int64) string {
	switch {
	case step < secondMs:
		return "HH:mm:ss.SSS"
	case step <= minuteMs:
		return "HH:mm:ss"
	case span <= dayMs:
		return "HH:mm"
	case step <= dayMs:
		return "MM-DD HH:mm"
	case span < yearMs:
		return "MM-DD"
	case step >= 360*dayMs:
		return "YYYY"
	}
	return "YYYY-MM"
}

// timeTicks are the instants at which a step begins, counted from midnight, from the first of
// the month or from January, in from's zone.
func timeTicks(s TimeStep, from, to time.Time) []time.Time {
	const most = 200
	var out []time.Time
	loc := from.Location()
	keep := func(t time.Time) {
		if !t.Before(from) && !t.After(to) && len(out) < most {
			out = append(out, t)
		}
	}
	switch {
	case s.months > 0:
		years := max(s.months/12, 1)
		y := from.Year() - mod1(from.Year(), years)
		for m := 0; len(out) < most; m += s.months {
			t := midnight(y, time.January+time.Month(m), 1, loc)
			if t.After(to) {
				break
			}
			keep(t)
		}
	case s.Ms >= dayMs:
		days := int(s.Ms / dayMs)
		t := midnight(from.Year(), from.Month(), 1, loc)
		for !t.After(to) && len(out) < most {
			keep(t)
			next := midnight(t.Year(), t.Month(), t.Day()+days, loc)
			if days > 1 && next.Month() != t.Month() {
				next = midnight(t.Year(), t.Month()+1, 1, loc)
			}
			if rest := daysLeft(next); days > 1 && next.Day() > 1 && rest < days/2+1 {
				next = midnight(next.Year(), next.Month()+1, 1, loc)
			}
			t = next
		}
	default:
		step := time.Duration(s.Ms) * time.Millisecond
		for day := midnight(from.Year(), from.Month(), from.Day(), loc); !day.After(to) && len(out) < most; {
			next := midnight(day.Year(), day.Month(), day.Day()+1, loc)
			start := day
			if from.After(start) { // skip what lies before the axis
				start = day.Add(from.Sub(day) / step * step)
			}
			for t := start; t.Before(next) && !t.After(to) && len(out) < most; t = t.Add(step) {
				keep(wallTick(t, step))
			}
			day = next
		}
	}
	return out
}

// midnight is when a day begins in a zone, where its clock skips midnight later than that.
func midnight(y int, m time.Month, d int, loc *time.Location) time.Time {
	return timerange.Wall(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), loc)
}

// wallTick keeps steps of hours on the clock over a summer time change.
func wallTick(t time.Time, step time.Duration) time.Time {
	hours := int(step / time.Hour)
	if hours < 2 {
		return t
	}
	if off := t.Hour() % hours; off != 0 {
		if off <= hours/2 {
			return t.Add(-time.Duration(off) * time.Hour)
		}
		return t.Add(time.Duration(hours-off) * time.Hour)
	}
	return t
}

func daysLeft(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() - t.Day() + 1
}

func mod1(a, b int) int { return ((a % b) + b) % b }
