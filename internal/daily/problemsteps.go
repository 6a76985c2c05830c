package daily

import (
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/desk"
	"macrowatch/internal/suggest"
)

// A step runs long if it takes more than this many times as long as the longest of its last 20 successes, and at least a
// minute longer.
const longFactor, longSeconds = 2, 60

// stepProblems are about the pipeline: what failed, is stale, runs too long or never ran.
func stepProblems(d Day) []Problem {
	var all []Problem
	add := func(s Severity, format string, args ...any) {
		all = append(all, Problem{s, "Pipeline", fmt.Sprintf(format, args...)})
	}
	for _, s := range d.Steps {
		switch {
		case s.Status == "FAILED":
			add(Critical, "%s", failedText(d, s))
		case s.IsStale && !notKnown(s.Status):
			add(Warning, "%s is stale: it last ran on %s, %s.", s.Title, d.clock(s.StartedAt), d.ago(s.StartedAt))
		case s.Status == "RUNNING" && s.runsLong() && !d.isOverdue(s.Name):
			add(Warning, "%s has been running since %s, for %s; it usually takes %s.", s.Title, d.clock(s.StartedAt), lasted(s.Seconds.Value), lasted(s.Median.Value))
		case s.Status == "SUCCESS" && s.RecentFailures > 0:
			add(Warning, "%s failed %s since %s; it has succeeded since, on %s.", s.Title, times(s.RecentFailures), d.clock(d.Since), d.clock(s.StartedAt))
		}
	}
	for _, s := range d.Expected {
		switch s.State {
		case desk.Missed:
			add(Critical, "%s did not run: it was due on %s.", s.Step.Title, d.clock(s.DueAt))
		case desk.Late:
			add(Warning, "%s is late: it was due on %s and has not started.", s.Step.Title, d.clock(s.DueAt))
		case desk.Overdue:
			add(Critical, "%s is overdue: it has been running since %s, and should have ended by %s.", s.Step.Title, d.clock(s.StartedAt), d.clock(s.EndBy))
		}
	}
	var never []string
	for _, c := range d.NeverRun {
		never = append(never, c.Title)
	}
	if len(never) > 0 {
		add(Warning, "No run of %s is recorded in the last 30 days.", suggest.Listed(never, "and"))
	}
	for _, text := range d.Unread {
		add(Warning, "%s", text)
	}
	if d.keptRuns != "" {
		add(Warning, "%s", d.keptRuns)
	}
	return all
}

// isOverdue tells whether a step is OVERDUE.
func (d Day) isOverdue(step string) bool {
	return slices.ContainsFunc(d.Expected, func(s desk.StepState) bool { return s.Step.Name == step && s.State == desk.Overdue })
}

// failedText says that a step failed, since when and why.
func failedText(d Day, s step) string {
	text := fmt.Sprintf("%s failed on %s", s.Title, d.clock(s.StartedAt))
	if s.Failures > 1 {
		text += fmt.Sprintf(", and has failed since %s (%s)", d.clock(s.FailingSince), times(s.Failures))
	}
	if s.SuccessAt.IsZero() {
		text += "; no run has succeeded"
	} else {
		text += "; it last succeeded on " + d.clock(s.SuccessAt)
	}
	if s.Error == "" {
		return text + ". No message was recorded."
	}
	return text + ": " + s.Error
}

// runsLong reports whether a running step takes much longer than it ever did lately.
func (s step) runsLong() bool {
	return s.Seconds.Known && s.Longest.Known && s.Seconds.Value > longFactor*s.Longest.Value && s.Seconds.Value > s.Longest.Value+longSeconds
}

// notKnown reports whether a status is a word that macrowatch does not know. The queries put such a word in quotes.
func notKnown(status string) bool { return strings.HasPrefix(status, `"`) || status == "NO STATUS" }

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return plural(n, "time", "times")
}
