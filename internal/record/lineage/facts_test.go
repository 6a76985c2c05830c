package lineage_test

import (
	"strings"
	"testing"
	"time"

	"macrowatch/internal/record/lineage"
)

// at makes an event of a type at a minute.
func at(kind lineage.Type, minute int, message string) lineage.Event {
	return lineage.Event{About: lineage.AboutRun, RunID: "r", Type: kind, Error: message, Time: time.Date(2026, 3, 2, 6, minute, 0, 0, time.UTC)}
}

func TestWhereARunStandsFollowsFromItsEvents(t *testing.T) {
	t.Parallel()
	const start, running, complete, fail, abort, other = lineage.Start, lineage.Running, lineage.Complete, lineage.Fail, lineage.Abort, lineage.Other
	for name, c := range map[string]struct {
		events []lineage.Event
		want   string // status, the minutes of start and end, the message
	}{
		"a START":                               {[]lineage.Event{at(start, 1, "")}, "RUNNING 1 -"},
		"RUNNING without a START":               {[]lineage.Event{at(running, 2, ""), at(running, 1, "")}, "RUNNING 1 -"},
		"OTHER alone":                           {[]lineage.Event{at(other, 1, "")}, ""},
		"OTHER before and after":                {[]lineage.Event{at(other, 1, ""), at(start, 2, ""), at(complete, 3, ""), at(other, 4, "")}, "SUCCESS 2 3"},
		"a late START":                          {[]lineage.Event{at(complete, 3, ""), at(start, 1, "")}, "SUCCESS 1 3"},
		"a START twice":                         {[]lineage.Event{at(start, 2, ""), at(start, 1, ""), at(complete, 3, "")}, "SUCCESS 1 3"},
		"a START after the end":                 {[]lineage.Event{at(start, 5, ""), at(complete, 3, "")}, "SUCCESS 3 3"},
		"RUNNING after the end":                 {[]lineage.Event{at(complete, 3, ""), at(running, 4, "")}, "SUCCESS 3 3"},
		"only an end":                           {[]lineage.Event{at(fail, 3, "")}, "FAILED 3 3 reported as failed"},
		"FAIL with its message":                 {[]lineage.Event{at(start, 1, ""), at(fail, 3, "no space")}, "FAILED 1 3 no space"},
		"the message in another event":          {[]lineage.Event{at(running, 2, "no space"), at(fail, 3, "")}, "FAILED 2 3 no space"},
		"a warning of a run that succeeds":      {[]lineage.Event{at(running, 2, "slow"), at(complete, 3, "")}, "SUCCESS 2 3"},
		"ABORT":                                 {[]lineage.Event{at(start, 1, ""), at(abort, 3, "")}, "FAILED 1 3 aborted"},
		"ABORT with a message":                  {[]lineage.Event{at(start, 1, ""), at(abort, 3, "killed")}, "FAILED 1 3 aborted: killed"},
		"COMPLETE after FAIL":                   {[]lineage.Event{at(complete, 4, ""), at(fail, 3, "x")}, "SUCCESS 3 4"},
		"ABORT after COMPLETE":                  {[]lineage.Event{at(abort, 4, ""), at(complete, 3, "")}, "FAILED 3 4 aborted"},
		"FAIL and COMPLETE at the same instant": {[]lineage.Event{at(fail, 3, "x"), at(complete, 3, "")}, "FAILED 3 3 x"},
		"ABORT and FAIL at the same instant":    {[]lineage.Event{at(fail, 3, "x"), at(abort, 3, "")}, "FAILED 3 3 x"},
	} {
		run, there := merged(c.events).Run("step")
		got := ""
		if there {
			got = strings.Join([]string{string(run.Status), run.StartedAt.Format("4"), "-"}, " ")
			if run.Status.Terminal() {
				got = strings.TrimSpace(strings.Join([]string{string(run.Status), run.StartedAt.Format("4"), run.FinishedAt.Format("4"), run.ErrorMessage}, " "))
			}
			if err := run.Validate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSecretsAreMaskedBeforeALongMessageIsCut(t *testing.T) {
	t.Parallel()
	e := at(lineage.Fail, 1, "begin "+strings.Repeat("x", 2990)+"SECRET"+strings.Repeat("y", 3000)+" end")
	f := lineage.FactsOf(e, func(text string) string { return strings.ReplaceAll(text, "SECRET", "***") })
	if again := lineage.ShortError(f.Error); again != f.Error {
		t.Errorf("cutting it again gives %q", again)
	}
	if strings.Contains(f.Error, "SEC") || !strings.HasPrefix(f.Error, "begin x") || !strings.HasSuffix(f.Error, "y end") || len(f.Error) > 4100 {
		t.Errorf("%d characters: %.20s … %s", len(f.Error), f.Error, f.Error[len(f.Error)-20:])
	}
}
