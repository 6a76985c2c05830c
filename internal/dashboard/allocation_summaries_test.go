package dashboard

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// randomAllocations writes snapshots of three years with positions in several classes. In these years the desk's clock was changed
// twice a year.
type randomAllocations struct {
	db     *database
	chance *rand.Rand
	begin  time.Time
	rules  desk.Rules
	panel  panelOf
}

func newRandomAllocations(db *database, seed uint64, rules desk.Rules) randomAllocations {
	return randomAllocations{db, rand.New(rand.NewPCG(seed, 25)), time.Date(2016, 9, 1, 0, 0, 0, 0, time.UTC), rules, allocationPanel(db.t, rules)}
}

// allocationPanel is the panel on the dashboard of a desk.
func allocationPanel(t testing.TB, rules desk.Rules) panelOf {
	t.Helper()
	for _, q := range everyQuery(t, rules) {
		if q.title == "Asset Class Allocation Over Time" && len(q.targets) > 0 {
			return q.targets[0]
		}
	}
	t.Fatal("there is no such panel")
	return panelOf{}
}

// write writes some snapshots, or others in the place of those that are there. Many weights are equal, and some are zero.
func (r randomAllocations) write(snapshots int) {
	r.db.t.Helper()
	for range snapshots {
		at := r.begin.Add(time.Duration(r.chance.Int64N(int64(3 * 365 * 24 * time.Hour))).Truncate(time.Microsecond))
		switch r.chance.IntN(4) {
		case 0:
			at = at.Truncate([]time.Duration{time.Hour, 24 * time.Hour, time.Minute}[r.chance.IntN(3)])
		case 1: // several snapshots of the same few days
			at = r.begin.Add(time.Duration(r.chance.IntN(20)) * 53 * 24 * time.Hour).Add(time.Duration(r.chance.IntN(24*60)) * time.Minute)
		}
		r.writeAt(at)
	}
}

// writeAt writes a snapshot of one to eight positions.
func (r randomAllocations) writeAt(at time.Time) {
	r.db.t.Helper()
	instruments := []string{"USDBRL", "NDF_3M", "DI1F29", "DI1F30", "NTNB30", "CDS5Y", "GOLD", "WTI"}
	r.chance.Shuffle(len(instruments), func(i, j int) { instruments[i], instruments[j] = instruments[j], instruments[i] })
	held := instruments[:1+r.chance.IntN(len(instruments))]
	var weights []float64
	for range held {
		weights = append(weights, float64(r.chance.IntN(13)-6)/[]float64{10, 7}[r.chance.IntN(2)])
	}
	r.db.exec(`WITH gone AS (DELETE FROM portfolio_state WHERE "timestamp" = $1) SELECT`, at)
	r.db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
		SELECT $1, 'S_' || n % 3, i, w, 100 FROM unnest($2::text[], $3::float8[]) WITH ORDINALITY p(i, w, n)`, at, held, weights)
}

// allocatedAt is the allocation of a snapshot, in trillionths of the NAV. The empty class is the whole.
type allocatedAt struct {
	at    time.Time
	units map[string]float64
}

// allocated computes the allocation of every snapshot from its rows.
func (r randomAllocations) allocated() []allocatedAt {
	r.db.t.Helper()
	type row struct {
		At         time.Time
		Instrument string
		Weight     float64
		Class      string
	}
	var all []allocatedAt
	for _, p := range collect(r.db, `SELECT "timestamp", p.instrument, weight, coalesce(asset_class, '') FROM portfolio_state p LEFT JOIN instruments USING (instrument)
		WHERE p.strategy_id <> '' ORDER BY "timestamp"`, pgx.RowToStructByPos[row]) {
		if len(all) == 0 || !all[len(all)-1].at.Equal(p.At) {
			all = append(all, allocatedAt{p.At, map[string]float64{}})
		}
		units := math.RoundToEven(math.Abs(p.Weight) * 1e12)
		all[len(all)-1].units[r.rules.AssetClass(desk.Instrument{Name: p.Instrument, AssetClass: p.Class})] += units
		all[len(all)-1].units[""] += units
	}
	return all
}

// want is what the panel is to show of a range, and how many snapshots its fullest cell has.
func (r randomAllocations) want(all []allocatedAt, over span) (lines []string, fullest int) {
	width := allocationCell(over, r.panel.interval(over))
	cells, classes := map[int64][]allocatedAt{}, map[string]bool{}
	for _, s := range all {
		if s.at.Before(over.from) || s.at.After(over.to) {
			continue
		}
		n := r.cellOf(s.at, width)
		cells[n] = append(cells[n], s)
		for class, units := range s.units {
			classes[class] = classes[class] || units > 0
		}
	}
	for _, in := range cells {
		fullest = max(fullest, len(in))
		kept := map[int]bool{0: true, len(in) - 1: true}
		for class := range classes {
			lowest, highest := 0, 0
			for n, s := range in {
				if s.units[class] < in[lowest].units[class] {
					lowest = n
				}
				if s.units[class] > in[highest].units[class] {
					highest = n
				}
			}
			kept[lowest], kept[highest] = true, true
		}
		for n := range kept {
			for class, some := range classes {
				if some && class != "" {
					lines = append(lines, fmt.Sprint(in[n].at.UTC().Format(time.RFC3339Nano), " ", class, " ", in[n].units[class]/1e12))
				}
			}
		}
	}
	slices.Sort(lines)
	return lines, fullest
}

// cellOf is the number of an instant's cell. Cells of days are counted on the desk's clock.
func (r randomAllocations) cellOf(at time.Time, width time.Duration) int64 {
	const day = 24 * time.Hour
	if width%day != 0 {
		origin := time.Date(2024, 1, 1, 0, 0, 0, 0, r.rules.Location())
		return int64(math.Floor(float64(at.Sub(origin)) / float64(width)))
	}
	local := at.In(r.rules.Location())
	wall := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	days := int64(wall.Sub(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)) / day)
	each := int64(width / day)
	return int64(math.Floor(float64(days) / float64(each)))
}

// differences compares what the panel shows over random ranges with what the rows say. Without summaries the panel skips some snapshots
// of full cells, so these are compared with summaries alone.
func (r randomAllocations) differences(summed bool) (differ []string) {
	r.db.t.Helper()
	r.db.exec("BEGIN ISOLATION LEVEL REPEATABLE READ") // both are then asked at one moment
	defer r.db.exec("COMMIT")
	all := r.allocated()
	var moments []time.Time
	for range min(8, len(all)) {
		moments = append(moments, all[r.chance.IntN(len(all))].at)
	}
	ranges := append(randomRanges(r.chance, r.begin, moments), span{r.begin.AddDate(-20, 0, 0), r.begin.AddDate(4, 0, 0)})
	for _, over := range ranges {
		want, fullest := r.want(all, over)
		if !summed && fullest > allocationWalk().each {
			continue
		}
		var got []string
		for _, p := range collect(r.db, r.panel.sql(r.db.t, over), pgx.RowToStructByPos[point]) {
			got = append(got, fmt.Sprint(p.Time.UTC().Format(time.RFC3339Nano), " ", p.Metric, " ", *p.Value))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			differ = append(differ, fmt.Sprintf("over %v: %d points, want %d; %s", over, len(got), len(want), firstLine(got, want)))
		}
	}
	return differ
}

// firstLine shows the first line that is in one list alone.
func firstLine(got, want []string) string {
	for _, line := range got {
		if _, found := slices.BinarySearch(want, line); !found {
			return "got " + line
		}
	}
	for _, line := range want {
		if _, found := slices.BinarySearch(got, line); !found {
			return "lacks " + line
		}
	}
	return "the order differs"
}

// What the panel shows is what the rows say, whatever has been summed up: with late, corrected and deleted snapshots, after the classes
// have changed, and in another tool's table.
func TestSummariesOfAllocationsShowWhatTheRowsDo(t *testing.T) {
	t.Parallel()
	for n, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, zone)
			r := newRandomAllocations(db, uint64(n), desk.BuiltInRules())
			compare := func(what string, summed bool) {
				t.Helper()
				for _, d := range r.differences(summed) {
					t.Errorf("%s: %s", what, d)
				}
			}
			compare("no snapshots", false)
			r.write(500)
			compare("snapshots without a summary", false)
			db.settle()
			compare("snapshots with summaries", true)
			for range 150 { // two days with many snapshots
				r.writeAt(r.begin.AddDate(1, 0, 0).Add(time.Duration(r.chance.IntN(48*60)) * time.Minute))
			}
			compare("late and corrected snapshots", true)
			db.settle()
			r.write(4)
			db.exec(`UPDATE portfolio_state SET weight = weight * 3 WHERE "timestamp" = (SELECT min("timestamp") FROM portfolio_state)`)
			db.exec(`DELETE FROM portfolio_state WHERE "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`)
			compare("a few new ones", true)
			db.exec(`DELETE FROM portfolio_state WHERE hashtext("timestamp"::text) % 5 = 0 OR hashtext(strategy_id || "timestamp") % 7 = 0`)
			compare("what is left after rows were deleted", true)
			db.settle()
			compare("what is left, with summaries", true)
			db.exec(`INSERT INTO instruments (instrument, kind, quoted_in, asset_class) VALUES ('GOLD', 'price', 'USD', 'Metals'), ('DI1F29', 'price', 'BRL', 'FX')`)
			compare("classes that the table instruments has just named", false)
			db.settle()
			compare("these classes with summaries", true)
			db.exec("UPDATE instruments SET asset_class = NULL WHERE instrument = 'GOLD'")
			r.write(10)
			db.settle()
			compare("one class fewer", true)
			db.exec("UPDATE allocation_summaries SET gross = (SELECT array_agg(g + 1e12) FROM unnest(gross) g)")
			if len(r.differences(true)) == 0 {
				t.Error("the panel does not use the summaries")
			}
			db.exec(foreignBook)
			compare("another tool's table", false)
			db.exec("SET search_path = public")
			db.exec("TRUNCATE portfolio_state")
			r.write(50)
			compare("a table that was emptied", false)
			db.settle()
			compare("a table that was emptied, with summaries", true)
			if n := collect(db, "SELECT count(*) FROM allocation_marks", pgx.RowTo[int64])[0]; n != 0 {
				t.Errorf("%d marks are left", n)
			}
		})
	}
}

// Two servers with other rules share a database. The summaries are those of the one that wrote its rules last, and both show what their
// rules say.
func TestSummariesOfAllocationsAreThoseOfADesk(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	ours, others := desk.BuiltInRules(), desk.BuiltInRules()
	others.InstrumentClasses = []desk.ClassRule{{Class: desk.Sovereign, Prefixes: []string{"DI", "GO%"}}, {Class: desk.Rates, Prefixes: []string{`N'"\`, "USD"}}}
	elsewhere := desk.BuiltInRules()
	elsewhere.Zone = "Asia/Kolkata"
	r := newRandomAllocations(db, 9, ours)
	r.write(300)
	compare := func(what string) {
		t.Helper()
		for _, rules := range []desk.Rules{ours, others, elsewhere} {
			r.rules, r.panel = rules, allocationPanel(t, rules)
			for _, d := range r.differences(false) {
				t.Errorf("%s: %s", what, d)
			}
		}
	}
	for what, rules := range map[string]desk.Rules{"our rules": ours, "other rules": others, "another zone": elsewhere} {
		if _, err := store.New(db.pool, nil).ApplyPlan(t.Context(), rules, r.begin); err != nil {
			t.Fatal(err)
		}
		compare(what + ", just written")
		db.settle()
		compare(what + ", with summaries")
		if n := collect(db, "SELECT count(*) FROM allocation_basis JOIN allocation_rules USING (rules) JOIN book_summary_zone USING (zone)", pgx.RowTo[int64])[0]; n != 1 {
			t.Errorf("%s: the summaries were not made anew", what)
		}
	}
}
