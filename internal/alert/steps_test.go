package alert_test

import (
	"testing"
	"time"

	"macrowatch/internal/desk"
)

func TestAStepIsToldOfOnceWithItsText(t *testing.T) {
	t.Parallel()
	slot := due(at(2, 6, 0), at(2, 6, 15), at(2, 6, 30))
	for name, c := range map[string]struct {
		changes []change
		want    []string
	}{
		"late, then it runs": {
			[]change{{at(2, 6, 15), becomes("ptax", "LATE", slot)}, {at(2, 6, 21), becomes("ptax", "RUNNING")}, {at(2, 6, 22), becomes("ptax", "SUCCESS")}},
			[]string{
				"Mon 06:15 firing warning step_late ptax: BCB PTAX (ptax) is late: it was due at Mon 2 Mar 06:00, should have started by Mon 2 Mar 06:15, and has not.",
				"Mon 06:26 resolved step_late ptax, well since 06:21",
			},
		},
		"late, then missed, then it runs after all": {
			[]change{{at(2, 6, 15), becomes("ptax", "LATE", slot)}, {at(2, 6, 30), becomes("ptax", "MISSED")}, {at(2, 7, 0), becomes("ptax", "RUNNING")}, {at(2, 7, 10), becomes("ptax", "SUCCESS")}},
			[]string{
				"Mon 06:15 firing warning step_late ptax: BCB PTAX (ptax) is late: it was due at Mon 2 Mar 06:00, should have started by Mon 2 Mar 06:15, and has not.",
				"Mon 06:30 firing critical step_missed ptax: BCB PTAX (ptax) was missed: it was due at Mon 2 Mar 06:00 and has not run.",
				"Mon 07:15 resolved step_missed ptax, well since 07:10",
			},
		},
		"failed once, and the retry succeeds": {
			[]change{{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "HTTP 503"))}, {at(2, 6, 7), becomes("fred", "RETRYING")}, {at(2, 6, 14), becomes("fred", "SUCCESS")}},
			nil,
		},
		"failed after its retries": {
			[]change{{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "HTTP 503"))}, {at(2, 6, 7), becomes("fred", "RETRYING")},
				{at(2, 6, 14), becomes("fred", "FAILED", failedAt(at(2, 6, 14), 2, "\n HTTP 503\nat line 3"))}, {at(2, 6, 50), becomes("fred", "SUCCESS")}},
			[]string{
				"Mon 06:14 firing critical step_failed fred: FRED (fred) failed 2 times: HTTP 503.",
				"Mon 06:55 resolved step_failed fred, well since 06:50",
			},
		},
		"failed, and nobody tries again": {
			[]change{{at(2, 6, 2), becomes("signals", "FAILED", failedAt(at(2, 6, 2), 1, ""))}},
			[]string{"Mon 06:12 firing critical step_failed signals: Signals (signals) failed.",
				"Mon 10:12 repeat critical step_failed signals: Signals (signals) failed."},
		},
		"an overrun that succeeds": {
			[]change{{at(2, 6, 30), becomes("signals", "OVERDUE", slot, func(s *desk.StepState) { s.StartedAt = at(2, 6, 1) })}, {at(2, 6, 55), becomes("signals", "SUCCESS")}},
			[]string{
				"Mon 06:30 firing warning step_overdue signals: Signals (signals) is overdue: it has run since Mon 2 Mar 06:01 and should have ended by Mon 2 Mar 06:30.",
				"Mon 07:00 resolved step_overdue signals, well since 06:55",
			},
		},
		"an overrun that fails": {
			[]change{{at(2, 6, 30), becomes("signals", "OVERDUE", slot, func(s *desk.StepState) { s.StartedAt = at(2, 6, 1) })}, {at(2, 6, 40), becomes("signals", "FAILED", failedAt(at(2, 6, 40), 1, "killed"))}, {at(2, 7, 0), becomes("signals", "SUCCESS")}},
			[]string{
				"Mon 06:30 firing warning step_overdue signals: Signals (signals) is overdue: it has run since Mon 2 Mar 06:01 and should have ended by Mon 2 Mar 06:30.",
				"Mon 06:45 resolved step_overdue signals, well since 06:40",
				"Mon 06:50 firing critical step_failed signals: Signals (signals) failed: killed.",
				"Mon 07:05 resolved step_failed signals, well since 07:00",
			},
		},
		"failed, and run again long after": {
			[]change{{at(2, 6, 2), becomes("signals", "FAILED", failedAt(at(2, 6, 2), 1, "x"), slot)}, {at(2, 9, 0), becomes("signals", "OVERDUE")}, {at(2, 9, 8), becomes("signals", "SUCCESS")}},
			[]string{
				"Mon 06:12 firing critical step_failed signals: Signals (signals) failed: x.",
				"Mon 09:13 resolved step_failed signals, well since 09:08",
			},
		},
		"missed, and run long after": {
			[]change{{at(2, 6, 30), becomes("signals", "MISSED", slot)}, {at(2, 9, 0), becomes("signals", "OVERDUE")}, {at(2, 9, 8), becomes("signals", "SUCCESS")}},
			[]string{
				"Mon 06:30 firing critical step_missed signals: Signals (signals) was missed: it was due at Mon 2 Mar 06:00 and has not run.",
				"Mon 09:13 resolved step_missed signals, well since 09:08",
			},
		},
		"a failure that flaps is one alert": {
			[]change{{at(2, 6, 0), becomes("ptax", "FAILED", failedAt(at(2, 6, 0), 1, "x"))}, {at(2, 6, 12), becomes("ptax", "SUCCESS")}, {at(2, 6, 15), becomes("ptax", "FAILED", failedAt(at(2, 6, 15), 1, "x"))},
				{at(2, 6, 19), becomes("ptax", "SUCCESS")}, {at(2, 6, 22), becomes("ptax", "FAILED", failedAt(at(2, 6, 22), 1, "x"))}, {at(2, 6, 30), becomes("ptax", "SUCCESS")}},
			[]string{
				"Mon 06:10 firing critical step_failed ptax: BCB PTAX (ptax) failed: x.",
				"Mon 06:35 resolved step_failed ptax, well since 06:30",
			},
		},
		"a holiday": {
			[]change{{at(2, 6, 0), becomes("ptax", "SKIPPED")}, {at(2, 6, 0), becomes("fred", "SKIPPED")}, {at(2, 6, 0), becomes("signals", "SKIPPED")}}, nil,
		},
		"states that are well, and words of other tools": {
			[]change{{at(2, 6, 0), becomes("ptax", "RUNNING")}, {at(2, 6, 0), becomes("fred", "QUEUED")}, {at(2, 6, 0), becomes("signals", "STALE")}, {at(2, 6, 0), becomes("yahoo", "CANCELLED")}}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.t = t
			d.pass(at(2, 5, 50), at(2, 10, 30), c.changes...)
			d.tells(c.want...)
		})
	}
}

func TestSourcesThatAreDownAreOneAlertAndWhatWaitsForThemIsSilent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	slot := due(at(2, 9, 0), at(2, 9, 5), at(2, 9, 30))
	d.pass(at(2, 5, 50), at(2, 16, 0),
		change{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 3, "no route to host"))},
		change{at(2, 6, 5), becomes("yahoo", "FAILED", failedAt(at(2, 6, 5), 1, "timeout"))},
		change{at(2, 6, 40), becomes("ptax", "RETRYING")},
		change{at(2, 9, 5), becomes("closing_prices", "LATE", slot)},
		change{at(2, 9, 30), becomes("closing_prices", "MISSED", slot)},
		change{at(2, 9, 40), becomes("signals", "FAILED", failedAt(at(2, 9, 40), 1, "no prices"))},
		change{at(2, 11, 0), becomes("yahoo", "SUCCESS")},
		change{at(2, 11, 30), becomes("ptax", "SUCCESS")},
		change{at(2, 12, 0), becomes("fred", "SUCCESS")},
		change{at(2, 12, 1), becomes("closing_prices", "RUNNING")},
		change{at(2, 12, 3), becomes("closing_prices", "SUCCESS")},
		change{at(2, 12, 4), becomes("signals", "SUCCESS")},
	)
	d.tells(
		"Mon 06:15 firing critical sources_down sources: 2 of 3 connectors are in trouble: FRED (fred) failed 3 times: no route to host; Yahoo Finance (yahoo) failed: timeout.",
		"Mon 10:15 repeat critical sources_down sources: 3 of 3 connectors are in trouble: FRED (fred) failed 3 times: no route to host; BCB PTAX (ptax) is tried again; Yahoo Finance (yahoo) failed: timeout.",
		"Mon 12:05 resolved sources_down sources, well since 12:00",
	)
}

func TestASourceThatIsDownAloneSilencesWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.pass(at(2, 5, 50), at(2, 10, 0),
		change{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))},
		change{at(2, 6, 20), becomes("closing_prices", "MISSED", due(at(2, 6, 10), at(2, 6, 15), at(2, 6, 20)))},
		change{at(2, 6, 20), becomes("signals", "LATE", due(at(2, 6, 10), at(2, 6, 20), at(2, 6, 40)))},
		change{at(2, 7, 0), becomes("fred", "SUCCESS")},
		change{at(2, 7, 1), becomes("signals", "SUCCESS")}, // closing_prices is forgotten
	)
	d.tells(
		"Mon 06:12 firing critical step_failed fred: FRED (fred) failed: 401.",
		"Mon 07:05 resolved step_failed fred, well since 07:00",
		"Mon 07:06 firing critical step_missed closing_prices: closing_prices was missed: it was due at Mon 2 Mar 06:10 and has not run.",
	)
}

func TestASecondSourceTurnsTheAlertIntoOneAboutSources(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.pass(at(2, 5, 50), at(2, 8, 30),
		change{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))},
		change{at(2, 6, 30), becomes("ptax", "FAILED", failedAt(at(2, 6, 30), 1, "401"))},
		change{at(2, 7, 0), becomes("fred", "SUCCESS")},
		change{at(2, 7, 0), becomes("ptax", "SUCCESS")},
	)
	d.tells(
		"Mon 06:12 firing critical step_failed fred: FRED (fred) failed: 401.",
		"Mon 06:40 firing critical sources_down sources: 2 of 3 connectors are in trouble: FRED (fred) failed: 401; BCB PTAX (ptax) failed: 401.",
		"Mon 07:05 resolved sources_down sources, well since 07:00",
	)
}

// When the second of two sources recovers within the grace time, the other one is told of by itself.
func TestTwoSourcesThatDoNotLastAreNotOneAlert(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.pass(at(2, 5, 50), at(2, 8, 30),
		change{at(2, 6, 2), becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))},
		change{at(2, 6, 4), becomes("ptax", "FAILED", failedAt(at(2, 6, 4), 1, "401"))},
		change{at(2, 6, 8), becomes("ptax", "SUCCESS")},
	)
	d.tells("Mon 06:12 firing critical step_failed fred: FRED (fred) failed: 401.")
}

func TestAServerThatWasAwayTellsAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
	d.pass(at(2, 9, 0), at(2, 9, 2))
	d.tells("Mon 09:00 firing critical step_failed fred: FRED (fred) failed: 401.")
	if a := d.alerts["id-0001"]; !a.Since.Equal(at(2, 6, 2)) || a.Owner != "data" || a.Group != "connector" || a.Meaning == "" || a.Path != "/d/pipeline?from=1772398920000&to=1772445720000" {
		t.Errorf("the alert is %+v", a)
	}
	if from := at(2, 6, 2).Add(-12 * time.Hour).UnixMilli(); from != 1772398920000 {
		t.Error(from)
	}
}
