package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// unusedOf are the states of expected runs that were not used, each as "02-18 06:00 bcb_sgs MISSED until 02-18 07:00 (1)".
func unusedOf(points []stepPoint) []string {
	zone := time.FixedZone("desk", -3*3600)
	var all []string
	for i, p := range points {
		if p.Expected == nil {
			continue
		}
		until := "the end"
		if next := slices.IndexFunc(points[i+1:], func(q stepPoint) bool { return q.Metric == p.Metric }); next >= 0 {
			until = points[i+1+next].Time.In(zone).Format("01-02 15:04")
		}
		text := fmt.Sprintf("%s %s %s until %s", p.Time.In(zone).Format("01-02 15:04"), p.Metric, p.Value, until)
		if *p.Expected != "" {
			text += ": " + *p.Expected
		}
		all = append(all, fmt.Sprintf("%s (%.0f)", text, *p.Runs))
	}
	return all
}

func TestTheTimelineShowsExpectedRunsThatWereNotUsed(t *testing.T) {
	t.Parallel()
	rules := weekRules()
	sql := panelSQL(t, pipelineStepsID)
	inZones(t, func(t *testing.T, db *database) {
		if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, inFebruary(t, "11 12:00")); err != nil {
			t.Fatal(err)
		}
		recordWeek(t, db)
		for _, c := range []struct {
			name     string
			from, to string
			want     []string
		}{
			{"all was well, though one was late", "12 12:00", "13 12:00", nil},
			{"late", "12 07:00", "13 06:20", []string{"02-13 06:00 bcb_sgs LATE until 02-13 06:20 (1)"}},
			{"not late yet", "12 07:00", "13 06:14", nil},
			{"missed", "17 12:00", "18 12:00", []string{"02-18 06:00 bcb_sgs MISSED until 02-18 07:00 (1)"}},
			{"late before it counts as missed", "17 12:00", "18 06:59", []string{"02-18 06:00 bcb_sgs LATE until 02-18 06:59 (1)"}},
			{"a holiday, from the hour at which it would have been due", "15 12:00", "16 05:59", nil},
			{"a holiday", "15 12:00", "16 12:00", []string{
				"02-16 06:00 bcb_sgs SKIPPED until 02-16 07:00: Carnival (1)", "02-16 06:00 fred SKIPPED until 02-16 07:00: Carnival (1)", "02-16 06:00 yahoo SKIPPED until 02-16 07:00: Carnival (1)",
			}},
			{"it began before the range", "18 06:30", "18 12:00", []string{"02-18 06:30 bcb_sgs MISSED until 02-18 07:00 (1)"}},
			{"it was over before the range", "18 07:00", "18 12:00", nil},
			{"the weekend", "20 16:00", "22 16:00", nil},
		} {
			t.Run(c.name, func(t *testing.T) {
				got := unusedOf(query[stepPoint](db.in(t), sql, span{inFebruary(t, c.from), inFebruary(t, c.to)}))
				for i := range got { // the last minutes of a range are no whole cell
					got[i] = strings.Replace(got[i], "until the end", "until "+inFebruary(t, c.to).In(time.FixedZone("desk", -3*3600)).Format("01-02 15:04"), 1)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q\nwant %q", got, c.want)
				}
			})
		}
	})
}

// hourlyRules are a desk with one step, which is due at every hour from 8 to 16 on B3's trading days, must have started 5
// minutes later and ended after 10 more.
func hourlyRules() desk.Rules {
	rules := desk.BuiltInRules()
	rules.Steps = []desk.Step{{Name: "quotes", Title: "Quotes", Group: desk.ConnectorGroup, Cron: "0 8-16 * * 1-5", StartGrace: 5 * time.Minute, EndGrace: 15 * time.Minute}}
	return rules
}

func TestExpectedRunsOfAStepThatHasNotRunAreShown(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	sql := panelSQL(t, pipelineStepsID)
	if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), hourlyRules(), inFebruary(t, "12 10:30")); err != nil {
		t.Fatal(err)
	}
	// What was due before macrowatch knew the step was not missed.
	got := unusedOf(query[stepPoint](db, sql, span{inFebruary(t, "12 00:00"), inFebruary(t, "12 12:07")}))
	want := []string{"02-12 11:00 quotes MISSED until 02-12 11:15 (1)", "02-12 12:00 quotes LATE until 02-12 12:07 (1)"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Over a year a cell is half a day, and stands for several. A run takes its own expected run away.
	db.record(run{"quotes", "SUCCESS", inFebruary(t, "13 09:00"), inFebruary(t, "13 09:02"), 2 * time.Minute, ""})
	missed := 0.0
	for _, p := range query[stepPoint](db, sql, span{inFebruary(t, "20 20:00").AddDate(-1, 0, 0), inFebruary(t, "20 20:00")}) {
		if p.Expected != nil && p.Value == "MISSED" {
			missed += *p.Runs
		}
	}
	// Thursday from 11 to 16 are 6, and Friday, Ash Wednesday, Thursday and Friday have 9 each.
	if missed != 6+9-1+3*9 {
		t.Errorf("%v are missed", missed)
	}
	// A holiday is left out where a cell is longer than a day; what was missed never is.
	values := map[string]int{}
	for _, p := range query[stepPoint](db, sql, span{inFebruary(t, "20 20:00").AddDate(-5, 0, 0), inFebruary(t, "20 20:00")}) {
		values[p.Value]++
	}
	if values["SKIPPED"] != 0 || values["MISSED"] == 0 {
		t.Errorf("five years have %v", values)
	}
}

func TestWhatRunsBesideAnExpectedRunThatWasMissed(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), hourlyRules(), inFebruary(t, "11 12:00")); err != nil {
		t.Fatal(err)
	}
	for _, r := range [][4]string{{"quotes", "SUCCESS", "12 08:00", "12 09:10"}, {"quotes", "FAILED", "12 10:00", "12 11:05"}, {"other", "SUCCESS", "12 10:00", "12 10:30"}} {
		start, end := inFebruary(t, r[2]), inFebruary(t, r[3])
		db.record(run{r[0], r[1], start, end, end.Sub(start), ""})
	}
	ask := func(chosen string) string {
		text := strings.ReplaceAll(panelSQL(t, pipelineStepsID), "$step", "'"+chosen+"'")
		return strings.Join(statesOf(query[stepPoint](db, text, span{inFebruary(t, "12 07:00"), inFebruary(t, "12 11:30")})), ", ")
	}
	// At 9 the run of 8 goes on: nothing started for 9, which counts more. A failure counts more than what was missed beside it.
	want := "02-12 07:00:00 quotes idle, 02-12 08:00:00 quotes SUCCESS, 02-12 09:00:00 quotes MISSED, 02-12 09:15:00 quotes idle, " +
		"02-12 10:00:00 quotes FAILED, 02-12 11:05:00 quotes MISSED, 02-12 11:15:00 quotes idle"
	if got := ask("quotes"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got, want := ask("other"), "02-12 07:00:00 other idle, 02-12 10:00:00 other SUCCESS, 02-12 10:30:00 other idle"; got != want {
		t.Errorf("a step without a schedule, alone: %s\nwant %s", got, want)
	}
}
