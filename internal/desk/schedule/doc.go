// Package schedule says when a step is due: by a cron expression, in a time zone, on the days of a calendar.
//
// github.com/robfig/cron reads the expressions. Which instants they name is computed here, because a desk wants one run
// a day also on the days on which its clocks change:
//
//   - A time that the clock skips is due as long after the step's time before as on any other day: 02:30 becomes 03:30.
//   - A time that the clock shows twice is due once, the first time. Only a step of every hour is due both times.
//
// A step that is due on a day off still has its expected run. It has the name of the day off, so that the step is known
// to have been skipped.
package schedule
