package server

import (
	"time"

	"macrowatch/internal/viewer/request"
)

// steps are the steps of time within which readers share an answer. Each divides a minute, so that a step never goes
// beyond a full minute: schedules, and with them most states that change by time alone, change at full minutes.
func steps() []time.Duration {
	return []time.Duration{30 * time.Second, 15 * time.Second, 10 * time.Second, 5 * time.Second, 2 * time.Second, time.Second}
}

// momentOf rounds a request's now down to the longest step that is no longer than a pixel of the drawing. A range of
// 24 hours over 1,440 pixels has a minute for each pixel: whether it ends 30 seconds earlier can't be seen.
func momentOf(r request.Request) time.Time {
	pixel := r.To.Sub(r.From) / time.Duration(r.DrawnWidth())
	for _, step := range steps() {
		if step <= pixel {
			return r.Now.Truncate(step)
		}
	}
	return r.Now.Truncate(time.Second)
}
