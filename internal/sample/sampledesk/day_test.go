package sampledesk

import (
	"slices"
	"testing"
	"time"

	"macrowatch/internal/desk"
)

// quarter returns 90 days of the desk of a seed. Which 90 days they are depends on the seed.
func quarter(seed uint64) []desk.Run {
	to := local(2025, 11, 1, 0, 0).AddDate(0, 0, int(seed))
	return Desk{Seed: seed}.Runs(to.AddDate(0, 0, -90), to)
}

func TestEveryRunIsValid(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		for _, r := range quarter(seed) {
			if err := r.Validate(); err != nil {
				t.Fatalf("%+v: %v", r, err)
			}
			if got := r.FinishedAt.Sub(r.StartedAt).Milliseconds(); r.Status.Terminal() && float64(got)/1000 != r.DurationSeconds {
				t.Fatalf("%+v took %d ms by its times", r, got)
			}
			if (r.Status == desk.Failed) != (r.ErrorMessage != "") {
				t.Fatalf("%+v: exactly the failed runs have a message", r)
			}
		}
	}
}

func TestFailuresAreFewAndEverySeedHasSome(t *testing.T) {
	t.Parallel()
	var all, failed int
	for seed := range uint64(40) {
		n, bad := 0, 0
		for _, r := range quarter(seed) {
			n++
			if r.Status == desk.Failed {
				bad++
			}
		}
		if share := float64(bad) / float64(n); share < 0.015 || share > 0.06 {
			t.Errorf("seed %d: %d of %d runs failed", seed, bad, n)
		}
		all, failed = all+n, failed+bad
	}
	if share := float64(failed) / float64(all); share < 0.02 || share > 0.04 {
		t.Errorf("over all seeds %.1f %% failed, want 2 to 4", 100*share)
	}
}

func TestAWeekNearlyAlwaysHasAFailure(t *testing.T) {
	t.Parallel()
	weeks, quiet := 0, 0
	for seed := range uint64(10) {
		for day := range 60 {
			to := local(2025, 11, 1, 12, 0).AddDate(0, 0, -day)
			weeks++
			if !slices.ContainsFunc(Desk{Seed: seed}.Runs(to.AddDate(0, 0, -7), to), func(r desk.Run) bool { return r.Status == desk.Failed }) {
				quiet++
			}
		}
	}
	if quiet > 0 {
		t.Errorf("%d of %d weeks have no failure", quiet, weeks)
	}
}

func TestMostConnectorsLastSucceeded(t *testing.T) {
	t.Parallel()
	checks, red := 0, 0
	for seed := range uint64(20) {
		latest := map[string]desk.Run{}
		for _, r := range quarter(seed) {
			if prev, ok := latest[r.Step]; ok && civil(prev.StartedAt).Before(civil(r.StartedAt)) {
				checks++
				if prev.Status == desk.Failed {
					red++
				}
			}
			latest[r.Step] = r
		}
		bad := 0
		for _, c := range desk.BuiltInRules().Connectors() {
			if latest[c.Name].Status != desk.Success {
				bad++
			}
		}
		if bad > 1 {
			t.Errorf("seed %d ends with %d connectors that did not succeed", seed, bad)
		}
	}
	if red*100 > checks*3 {
		t.Errorf("%d of %d days of a step end FAILED", red, checks)
	}
	if red == 0 {
		t.Error("no step ever fails for a whole day")
	}
}

func TestThePipelineStartsAtSixInTheDesksZone(t *testing.T) {
	t.Parallel()
	zone := desk.BuiltInRules().Location()
	offsets := map[int]bool{}
	connectors := map[time.Time]int{}
	for _, r := range (Desk{Seed: 1}).Runs(local(2018, 1, 1, 0, 0), local(2019, 1, 1, 0, 0)) {
		if r.Step != "bcb_sgs" && r.Step != "fred" && r.Step != "yahoo" && r.Step != "bcb_ptax" &&
			r.Step != "b3_market_data" && r.Step != "treasury_gov" {
			continue
		}
		at := r.StartedAt.In(zone)
		if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t.Errorf("%s ran on %s", r.Step, at)
		}
		if at.Hour() == 6 && at.Minute() == 0 && at.Second() == 0 {
			connectors[r.StartedAt]++
			_, offset := at.Zone()
			offsets[offset] = true
		}
	}
	if len(connectors) != 261 {
		t.Errorf("the connectors started on %d days of 2018, which had 261 weekdays", len(connectors))
	}
	for at, n := range connectors {
		if n != 6 {
			t.Errorf("%d connectors started at %s, want 6", n, at)
		}
	}
	if len(offsets) != 2 {
		t.Errorf("offsets %v: 2018 had summer time and winter time", offsets)
	}
}

func TestAStepIsTriedAgainOnlyAfterAFailureAndABackoff(t *testing.T) {
	t.Parallel()
	recovered, gaveUp := 0, 0
	for seed := range uint64(20) {
		byDay := map[string][]desk.Run{}
		for _, r := range quarter(seed) {
			key := r.Step + r.StartedAt.Format(time.DateOnly)
			byDay[key] = append(byDay[key], r)
		}
		for key, tried := range byDay {
			if len(tried) > attempts {
				t.Fatalf("%s: %d attempts", key, len(tried))
			}
			for i, r := range tried[1:] {
				if tried[i].Status != desk.Failed {
					t.Fatalf("%s: tried again after %s", key, tried[i].Status)
				}
				if wait := r.StartedAt.Sub(tried[i].FinishedAt); wait < backoff(i+1) || wait > backoff(i+1)+poll {
					t.Fatalf("%s: waited %s after attempt %d", key, wait, i+1)
				}
			}
			if last := tried[len(tried)-1]; len(tried) > 1 && last.Status == desk.Success {
				recovered++
			} else if len(tried) == attempts {
				gaveUp++
			}
		}
	}
	if recovered == 0 || gaveUp == 0 {
		t.Errorf("%d steps recovered and %d gave up: want both to happen", recovered, gaveUp)
	}
}

func TestAStepStartsAfterWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	waits := map[string][]string{}
	for _, s := range tradingPlan() {
		waits[s.name] = s.after
	}
	for seed := range uint64(20) {
		ended := map[string]time.Time{}
		day := time.Time{}
		for _, r := range quarter(seed) {
			if date := civil(r.StartedAt); !date.Equal(day) {
				day, ended = date, map[string]time.Time{}
			}
			for _, w := range waits[r.Step] {
				if end, ran := ended[w]; ran && r.StartedAt.Before(end) {
					t.Fatalf("%s started at %s, before %s ended at %s", r.Step, r.StartedAt, w, end)
				}
			}
			ended[r.Step] = r.FinishedAt
		}
	}
}

func TestStrategiesWithoutTheirDataSaySo(t *testing.T) {
	t.Parallel()
	times := newTimetable()
	found := 0
	for seed := range uint64(100) {
		for date := civil(local(2025, 10, 6, 0, 0)); date.Day() < 11; date = date.AddDate(0, 0, 1) {
			last := map[string]desk.Run{}
			for _, r := range (Desk{Seed: seed}).runsOf(date, times) {
				last[r.Step] = r
			}
			if last["bcb_sgs"].Status != desk.Failed || last["normalise_data"].Status != desk.Success {
				continue
			}
			found++
			if r := last["signals_inflation"]; r.Status != desk.Failed {
				t.Errorf("seed %d, %s: signals_inflation is %s without bcb_sgs", seed, date, r.Status)
			}
			if r := last["report"]; r.Status == "" {
				t.Errorf("seed %d, %s: no report because one connector failed", seed, date)
			}
		}
	}
	if found == 0 {
		t.Error("no day without bcb_sgs was found")
	}
}

func TestNothingRunsOnWhatWasNotBuilt(t *testing.T) {
	t.Parallel()
	times := newTimetable()
	found := 0
	for seed := range uint64(2000) {
		date := civil(local(2025, 10, 8, 0, 0))
		last := map[string]desk.Run{}
		for _, r := range (Desk{Seed: seed}).runsOf(date, times) {
			last[r.Step] = r
		}
		if last["portfolio"].Status == desk.Success {
			continue
		}
		found++
		if _, ran := last["risk"]; ran {
			t.Errorf("seed %d: risk ran without a portfolio", seed)
		}
	}
	if found == 0 {
		t.Error("no day without a portfolio was found")
	}
}

func TestEveryRunStartsAtAPollAndEndsOnItsDay(t *testing.T) {
	t.Parallel()
	zone := desk.BuiltInRules().Location()
	for seed := range uint64(40) {
		for _, r := range quarter(seed) {
			if !r.StartedAt.Truncate(poll).Equal(r.StartedAt) {
				t.Fatalf("%s started at %s, between two looks of the scheduler", r.Step, r.StartedAt)
			}
			if !civil(r.StartedAt.In(zone)).Equal(civil(r.FinishedAt.In(zone))) {
				t.Fatalf("%s ran from %s to %s, past midnight", r.Step, r.StartedAt, r.FinishedAt)
			}
		}
	}
}

func TestTheDeskHasAtMostTwentySteps(t *testing.T) {
	t.Parallel()
	steps := map[string]bool{}
	for _, r := range quarter(1) {
		steps[r.Step] = true
	}
	steps[HealthCheck] = true
	if len(steps) > 20 || len(steps) != len(tradingPlan())+len(weekendPlan())+1 {
		t.Errorf("%d steps: a state timeline shows 20 on a page", len(steps))
	}
}

func TestEveryConnectorHasADuration(t *testing.T) {
	t.Parallel()
	for _, s := range connectorPlan() {
		if s.median <= 0 {
			t.Errorf("%s has no median duration", s.name)
		}
	}
}

func TestSomeDaysAreSlowForEveryStep(t *testing.T) {
	t.Parallel()
	slow := 0
	d := Desk{Seed: 1}
	for date := civil(local(2025, 1, 1, 0, 0)); date.Year() == 2025; date = date.AddDate(0, 0, 1) {
		switch pace := d.pace(date); {
		case pace < 0.7 || pace > 3.6:
			t.Errorf("%s: pace %v", date, pace)
		case pace > 1.3:
			slow++
		}
	}
	if slow < 10 || slow > 50 {
		t.Errorf("%d slow days in a year", slow)
	}
}

func TestTheBookIsBuiltAfterTheClose(t *testing.T) {
	t.Parallel()
	zone := desk.BuiltInRules().Location()
	seen, closed := map[string]int{}, time.Time{}
	for _, r := range (Desk{Seed: 1}).Runs(local(2025, 1, 1, 0, 0), local(2026, 1, 1, 0, 0)) {
		switch r.Step {
		case "closing_prices":
			if at := r.StartedAt.In(zone); at.Hour() != desk.BuiltInRules().ClosingHour {
				t.Errorf("closing_prices started at %s", at)
			}
			closed = r.FinishedAt
		case "portfolio", "risk", "report":
			if !civil(r.StartedAt.In(zone)).Equal(civil(closed.In(zone))) || r.StartedAt.Before(closed) {
				t.Errorf("%s started at %s; the closing prices came at %s", r.Step, r.StartedAt, closed)
			}
		default:
			continue
		}
		seen[r.Step]++
	}
	for _, step := range []string{"closing_prices", "portfolio", "risk", "report"} {
		if seen[step] < 250 {
			t.Errorf("%s ran %d times in a year", step, seen[step])
		}
	}
}

func TestWithoutClosingPricesNoBookIsBuilt(t *testing.T) {
	t.Parallel()
	times := newTimetable()
	found := 0
	for seed := range uint64(12000) {
		last := map[string]desk.Run{}
		for _, r := range (Desk{Seed: seed}).runsOf(civil(local(2025, 10, 8, 0, 0)), times) {
			last[r.Step] = r
		}
		if last["closing_prices"].Status == desk.Success {
			continue
		}
		found++
		for _, step := range []string{"portfolio", "risk", "report"} {
			if _, ran := last[step]; ran {
				t.Errorf("seed %d: %s ran without closing prices", seed, step)
			}
		}
	}
	if found == 0 {
		t.Error("no day without closing prices was found")
	}
}
