package dashboard

import (
	"fmt"
	"slices"
	"strings"

	"macrowatch/internal/desk"
)

// statusLook is how some statuses of a run look on every panel.
type statusLook struct {
	statuses []desk.Status
	colour   string
	// rank decides where states of one step overlap: the status with the highest rank shows. The ranks are the numbers from 1
	// up. Idle time has rank 0, and a word that is not known has unknownRank.
	rank int
}

// unknownRank is the rank of a status that macrowatch does not know. Such a run may have failed.
const unknownRank = 6

// statusLooks has every status of the desk, in the order in which the legends name them. A run that did
// nothing, or has not begun, is neither good nor bad news.
func statusLooks() []statusLook {
	return []statusLook{
		{[]desk.Status{desk.Success}, colourGood, 2},
		{[]desk.Status{desk.Running}, colourWatch, 3},
		{[]desk.Status{desk.Failed}, colourBad, 7},
		{[]desk.Status{desk.Cancelled, desk.Skipped, desk.Queued}, colourUnknown, 1},
	}
}

// timelineLooks has what a line of the timeline shows: the statuses of runs, and how an expected run can stand that no run
// serves. A holiday is SKIPPED, as a run can be.
func timelineLooks() []statusLook {
	return append(statusLooks(),
		statusLook{[]desk.Status{desk.Status(desk.Late)}, colourWatch, 4},
		statusLook{[]desk.Status{desk.Status(desk.Missed)}, colourBad, 5},
	)
}

// statusFault says which status of the desk the dashboards would not show.
func statusFault() error {
	for _, s := range desk.Statuses() {
		if !slices.ContainsFunc(statusLooks(), func(l statusLook) bool { return slices.Contains(l.statuses, s) }) {
			return fmt.Errorf("the status %s has no colour: add it to statusLooks", s)
		}
	}
	return nil
}

// statusMappings colour the statuses. Any other word keeps the colour of its field.
func statusMappings() []mapping { return mappingsOf(statusLooks()) }

func mappingsOf(looks []statusLook) []mapping {
	var all []mapping
	for _, l := range looks {
		for _, s := range l.statuses {
			all = append(all, mapping{string(s), string(s), l.colour})
		}
	}
	return all
}

// oneOf is a pattern for one of some statuses: "FAILED", or "(CANCELLED|SKIPPED)".
func oneOf(statuses []desk.Status) string {
	pattern := strings.Join(statusTexts(statuses), "|")
	if len(statuses) > 1 {
		return "(" + pattern + ")"
	}
	return pattern
}

// ranksUpwards are the ranks of timelineLooks and of a word that is not known, from 1 on.
func ranksUpwards() []int {
	ranks := []int{unknownRank}
	for _, l := range timelineLooks() {
		ranks = append(ranks, l.rank)
	}
	slices.Sort(ranks)
	return ranks
}

// ranksDownwards are the same ranks, the highest first.
func ranksDownwards() []int {
	ranks := ranksUpwards()
	slices.Reverse(ranks)
	return ranks
}

// failedRank is the rank of FAILED.
func failedRank() int {
	looks := statusLooks()
	return looks[slices.IndexFunc(looks, func(l statusLook) bool { return slices.Contains(l.statuses, desk.Failed) })].rank
}

// statusRank writes as SQL the rank of the status in a column.
func statusRank(column string) string {
	looks := timelineLooks()
	slices.SortFunc(looks, func(a, b statusLook) int { return b.rank - a.rank })
	var s strings.Builder
	s.WriteString("CASE")
	for _, l := range looks {
		is := "= " + literals(statusTexts(l.statuses))
		if len(l.statuses) > 1 {
			is = "IN (" + literals(statusTexts(l.statuses)) + ")"
		}
		fmt.Fprintf(&s, "\n      WHEN %s %s THEN %d", column, is, l.rank)
	}
	fmt.Fprintf(&s, "\n      ELSE %d\n    END", unknownRank)
	return s.String()
}

// statusTexts are statuses as plain texts.
func statusTexts(statuses []desk.Status) []string {
	all := make([]string, len(statuses))
	for i, s := range statuses {
		all[i] = string(s)
	}
	return all
}
