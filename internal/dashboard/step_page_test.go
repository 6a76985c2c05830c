package dashboard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// told are the rows of a query as texts, with the columns named; instants are on the desk's clock.
func (d *database) told(sql string, over span) []string {
	d.t.Helper()
	rows, err := d.conn.Query(d.t.Context(), over.expand(d.t, sql))
	if err != nil {
		d.t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		var told []string
		for i, f := range row.FieldDescriptions() {
			switch v := values[i].(type) {
			case nil:
			case time.Time:
				told = append(told, f.Name+" "+v.In(time.FixedZone("desk", -3*3600)).Format("02 15:04"))
			default:
				told = append(told, fmt.Sprint(f.Name, " ", v))
			}
		}
		return strings.Join(told, ", "), err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// pageRules are weekRules in which somebody looks after fred, and a report waits for it too.
func pageRules() desk.Rules {
	rules := weekRules()
	fred := &rules.Steps[1]
	fred.Owner, fred.Runbook, fred.WaitsFor = "data", "https://wiki.invalid/fred", []string{"yahoo"}
	rules.Steps = append(rules.Steps, desk.Step{Name: "report & co", Title: "Report", Group: "book", WaitsFor: []string{"fred", "risk"}, Runbook: "http://wiki.invalid/report"})
	return rules
}

func TestThePageOfAStep(t *testing.T) {
	t.Parallel()
	rules := pageRules()
	inZones(t, func(t *testing.T, db *database) {
		if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, inFebruary(t, "11 12:00")); err != nil {
			t.Fatal(err)
		}
		recordWeek(t, db)
		db.record(run{"by hand", "CANCELLED", inFebruary(t, "19 10:00"), inFebruary(t, "19 10:01"), time.Minute, ""}, run{"by hand", "FAILED", inFebruary(t, "19 11:00"), inFebruary(t, "19 11:01"), time.Minute, "line 1\nline 2"})
		week := span{inFebruary(t, "12 12:00"), inFebruary(t, "19 12:00").Add(time.Hour)}
		for _, c := range []struct {
			title, step string
			want        []string
		}{
			{"${step}", "fred", []string{"status SUCCESS, started_at 19 06:00, took 2 m 0 s, usually 2 m 30 s"}},
			{"${step}", "bcb_sgs", []string{"status SUCCESS, started_at 19 06:00, took 2 m 0 s, usually 2 m 0 s"}},
			{"${step}", "risk", []string{"status STALE, started_at 12 07:00, took 1 m 0 s"}},
			{"${step}", "by hand", []string{"status FAILED, started_at 19 11:00, took 1 m 0 s"}},
			{"${step}", "report & co", []string{"status NO RUNS"}},
			{"${step}", "it's none", []string{"status NO SUCH STEP"}},
			{"${step}", "", []string{"status NO SUCH STEP"}},
			{"About the Step", "fred", []string{"Title FRED, Group connector, Next due 20 06:00, Must start by 20 06:15, Must end by 20 07:00, Schedule 0 6 * * 1-5, Owner data, Runbook https://wiki.invalid/fred"}},
			{"About the Step", "risk", []string{"Title Risk, Group book, Schedule none, Owner , Runbook "}},
			{"About the Step", "by hand", []string{"Title by hand, Group not a step of the desk, Schedule none, Owner , Runbook "}},
			{"About the Step", "it's none", nil},
			{"Runs", "fred", []string{
				"Started 19 06:00, Ended 19 06:02, Status SUCCESS, Took 120, Due 19 06:00", "Started 18 06:00, Ended 18 07:30, Status SUCCESS, Took 5400, Due 18 06:00",
				"Started 13 06:03, Ended 13 06:06, Status SUCCESS, Took 180, Due 13 06:00", "Started 13 06:00, Ended 13 06:01, Status FAILED, Took 60, Due 13 06:00",
			}},
			{"Runs", "by hand", []string{"Started 19 11:00, Ended 19 11:01, Status FAILED, Took 60", "Started 19 10:00, Ended 19 10:01, Status CANCELLED, Took 60"}},
			{"Runs", "it's none", nil},
			{"Failures", "by hand", []string{"Time 19 11:01, Step by hand, Error line 1\nline 2"}},
			{"Failures", "fred", []string{"Time 13 06:01, Step fred, Error HTTP 503"}},
			{"Failures", "risk", nil},
			{"Waits For", "fred", []string{"Step yahoo, State SUCCESS, Since 19 12:00, Took 4 m 0 s"}},
			{"Waits For", "report & co", []string{"Step fred, State SUCCESS, Since 19 06:00, Took 2 m 0 s", "Step risk, State STALE, Since 12 07:00, Took 1 m 0 s"}},
			{"Waits For", "by hand", nil},
			{"What Waits for It", "fred", []string{"Step risk, State STALE, Since 12 07:00, Took 1 m 0 s", "Step report & co, State NO RUNS"}},
			{"What Waits for It", "bcb_sgs", nil},
		} {
			if got := db.told(stepPageSQL(t, rules, c.title, c.step), week); !slices.Equal(got, c.want) {
				t.Errorf("%s of %s: got %q\nwant %q", c.title, c.step, got, c.want)
			}
		}
	})
}

func TestTheDurationsOfAStepHaveTheUsualBand(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	end := clock(t, "2026-02-20 12:00:00")
	for n := range 30 { // the last 20 successes take 141 to 160 seconds
		start := end.Add(-time.Duration(40-n) * time.Hour)
		took := time.Duration(131+n) * time.Second
		db.record(run{"fred", "SUCCESS", start, start.Add(took), took, ""}, run{"yahoo", "SUCCESS", start, start.Add(time.Hour), time.Hour, ""})
	}
	db.record(run{"fred", "FAILED", end.Add(-2 * time.Hour), end.Add(-2*time.Hour + 9*time.Second), 9 * time.Second, "HTTP 503"}, run{"fred", "RUNNING", end.Add(-time.Minute), time.Time{}, 0, ""})
	db.record(run{"rare", "SUCCESS", end.Add(-3 * time.Hour), end.Add(-2 * time.Hour), time.Hour, ""}, run{"rare", "FAILED", end.Add(-time.Hour), end.Add(-time.Hour), 0, ""})
	ask := func(step string, over span) (points map[string][]float64, edges []string) {
		points = map[string][]float64{}
		for _, row := range db.told(stepPageSQL(t, desk.BuiltInRules(), "Durations", step), over) {
			var series, rest string
			var value float64
			_, rest, _ = strings.Cut(row, ", series ")
			series, rest, _ = strings.Cut(rest, ", Value ")
			if _, err := fmt.Sscan(rest, &value); err != nil {
				t.Fatal(row, err)
			}
			points[series] = append(points[series], value)
			if strings.HasPrefix(series, "usual") {
				edges = append(edges, row)
			}
		}
		return points, edges
	}
	points, edges := ask("fred", span{end.Add(-48 * time.Hour), end})
	if len(points["SUCCESS"]) != 30 || points["SUCCESS"][29] != 160 || !slices.Equal(points["FAILED"], []float64{9}) || !slices.Equal(points["RUNNING"], []float64{60}) {
		t.Errorf("the points are %v", points)
	}
	want := []string{"time 18 12:00, series usual: 95th percentile, Value 159.05", "time 18 12:00, series usual: median, Value 150.5", "time 20 12:00, series usual: 95th percentile, Value 159.05", "time 20 12:00, series usual: median, Value 150.5"}
	if slices.Sort(edges); !slices.Equal(edges, want) {
		t.Errorf("the band is %q, want %q", edges, want)
	}
	if points, _ := ask("rare", span{end.Add(-48 * time.Hour), end}); len(points["usual: median"]) != 0 || !slices.Equal(points["FAILED"], []float64{0}) || len(points["SUCCESS"]) != 1 {
		t.Errorf("with one success: %v", points)
	}
	// Over a year the runs of a cell are one point of each status, the longest.
	if points, _ := ask("fred", span{end.AddDate(-1, 0, 0), end}); len(points["SUCCESS"]) > 5 || !slices.Contains(points["SUCCESS"], 160) || len(points["FAILED"]) != 1 {
		t.Errorf("over a year: %v", points)
	}
}

// The links to the page of a step name the step, whatever characters are in its name.
func TestEveryPlaceOfAStepLeadsToItsPage(t *testing.T) {
	t.Parallel()
	rules := pageRules()
	b, err := newBuilder(rules, false)
	if err != nil {
		t.Fatal(err)
	}
	def, err := b.pipelineHealth()
	if err != nil {
		t.Fatal(err)
	}
	links := map[string][]string{}
	for _, p := range def.Dashboard.Panels {
		if p.Panel == nil {
			continue
		}
		for _, o := range p.Panel.FieldConfig.Overrides {
			for _, v := range o.Properties {
				if v.Id == "links" {
					links[*p.Panel.Title] = append(links[*p.Panel.Title], fmt.Sprint(v.Value))
				}
			}
		}
	}
	const page = "/d/pipeline-step/pipeline-step?var-step="
	for title, want := range map[string][]string{
		"FRED":                      {page + "fred&from=${__data.fields.runs_from.numeric}"},
		"Every Step":                {page + "bcb_sgs&${__url_time_range}", page + "fred&", page + "yahoo&", page + "risk&", page + "report+%26+co&${__url_time_range}"},
		"Pipeline Timeline by Step": {page + "${__field.labels.step:percentencode}&${__url_time_range}"},
		"Error Log":                 {page + "${__value.raw:percentencode}&${__url_time_range}"},
	} {
		if len(links[title]) != len(want) {
			t.Errorf("%s: %q", title, links[title])
			continue
		}
		for i := range want {
			if !strings.Contains(links[title][i], want[i]) {
				t.Errorf("%s: %s, want %s", title, links[title][i], want[i])
			}
		}
	}
}

// Each panel of a step's page is found by index, however many runs of other steps there are.
func TestThePageOfAStepReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	rules := busyRules(30)
	db := newDatabase(t, "UTC")
	end := seedBusy(db, rules, 60) // 36,000 runs, of 70,000 expected ones
	for _, p := range stepPage(t, rules).Dashboard.Panels {
		if p.Panel == nil {
			continue
		}
		for _, over := range []span{{end.AddDate(0, 0, -7), end}, {end.AddDate(0, 0, -27), end.AddDate(0, 0, -20)}} {
			sql := over.expand(t, stepPageSQL(t, rules, *p.Panel.Title, "step_003"))
			plan, err := pgx.CollectExactlyOneRow(must(db.conn.Query(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON) "+sql))(t), pgx.RowTo[json.RawMessage])
			if err != nil {
				t.Fatal(err)
			}
			var plans []struct{ Plan planNode }
			if err := json.Unmarshal(plan, &plans); err != nil {
				t.Fatal(err)
			}
			for _, table := range []string{"pipeline_runs", "expected_runs"} {
				if rows, whole := plans[0].Plan.read(table); whole || rows > 2000 {
					t.Errorf("%s looks at %v rows of %s; the whole table: %v", *p.Panel.Title, rows, table, whole)
				}
			}
		}
	}
}
