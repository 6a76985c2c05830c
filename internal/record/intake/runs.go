package intake

import (
	"time"

	"macrowatch/internal/desk"
)

// maxDerivedSeconds bounds the duration from which a missing finished_at is computed. The end of a run that
// took a hundred years means nothing.
const maxDerivedSeconds = 100 * 366 * 86400

func parseRun(c *cells) desk.Run {
	r := desk.Run{
		ID:           c.text("run_id"),
		Step:         c.text("step_name"),
		Status:       desk.Status(c.meaning("status", desk.StatusWord, desk.RecordedStatuses())),
		StartedAt:    c.time("started_at"),
		ErrorMessage: c.freeText("error_message"),
	}
	finished, ended := c.optionalTime("finished_at")
	duration, measured := c.optionalNumber("duration_seconds", "a number of at least 0", func(x float64) bool { return x >= 0 })
	if c.bad() {
		return r
	}
	if !r.Status.Terminal() {
		if ended {
			c.fault("finished_at", "a run that is RUNNING has not finished: leave it empty")
		}
		if measured && duration != 0 {
			c.fault("duration_seconds", "a run that is RUNNING has no duration yet: leave it empty")
		}
		return r
	}
	switch {
	case !ended && !measured:
		c.fault("finished_at", "missing: a run that is over has finished_at, duration_seconds or both")
	case !ended && duration > maxDerivedSeconds:
		c.fault("duration_seconds", "too long to compute the missing finished_at")
	case !ended:
		finished = r.StartedAt.Add(time.Duration(duration * float64(time.Second))).Truncate(time.Microsecond)
	case finished.Before(r.StartedAt):
		c.fault("finished_at", "before started_at, which is "+c.value("started_at"))
	case !measured:
		duration = finished.Sub(r.StartedAt).Seconds()
	}
	r.FinishedAt, r.DurationSeconds = finished, duration
	return r
}
