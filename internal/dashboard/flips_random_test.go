package dashboard

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/macro"
)

// formerSQL is a query as it was before it found flips by probes, or used summaries of runs: it reads every row of the range.
func formerSQL(t testing.TB, name string, oneStep bool) string {
	t.Helper()
	text, err := os.ReadFile("testdata/former_" + name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := builder{rules: desk.BuiltInRules(), oneStep: oneStep}.withQueries()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.queries.New("former_" + name).Parse(string(text)); err != nil {
		t.Fatal(err)
	}
	cells := map[string]int{"pipeline_timeline.sql": longBars, "pipeline_steps.sql": longStates}
	sql, err := b.sql("former_"+name, subject{longCells: cells[name]})
	if err != nil {
		t.Fatal(err)
	}
	return sql
}

// foreignSignals makes a table of signals as another tool has it, in many parts and with words of its own, and reads from it from
// then on. The signals are those of macrowatch's table.
const foreignSignals = `CREATE SCHEMA foreigner;
CREATE TABLE foreigner.strategy_signals (strategy_id text, instrument text, direction text, confidence float8, generated_at timestamptz) PARTITION BY RANGE (generated_at);
DO $$ BEGIN
	FOR n IN 0..40 LOOP
		EXECUTE format('CREATE TABLE foreigner.signals_%s PARTITION OF foreigner.strategy_signals FOR VALUES FROM (%L) TO (%L)', n,
			timestamptz '2026-01-01Z' + n * interval '5 days', timestamptz '2026-01-01Z' + (n + 1) * interval '5 days');
	END LOOP;
END $$;
CREATE UNIQUE INDEX ON foreigner.strategy_signals (strategy_id, instrument, generated_at);
CREATE INDEX ON foreigner.strategy_signals (generated_at DESC);
INSERT INTO foreigner.strategy_signals SELECT strategy_id, instrument,
	CASE direction WHEN 'LONG' THEN (ARRAY['buy', 'LONG', '1'])[1 + abs(hashtext(generated_at::text)) % 3] WHEN 'SHORT' THEN 'sell' WHEN 'NEUTRAL' THEN (ARRAY['NEUTRAL', 'weird'])[1 + abs(hashtext(generated_at::text)) % 2] END,
	confidence, generated_at FROM strategy_signals;
SET search_path = foreigner, public`

// randomSignals writes signals, and compares what the panels of flips show with what reading every signal does.
type randomSignals struct {
	db     *database
	chance *rand.Rand
	begin  time.Time
	panels []summedPanel
}

func newRandomSignals(db *database, seed uint64) randomSignals {
	panels := map[string]string{"Signal Flip Timeline": "signal_flips.sql", "Latest Flips": "signal_latest_flips.sql"}
	r := randomSignals{db, rand.New(rand.NewPCG(20260131, seed)), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), nil}
	one := chosenAll()
	one[strategyVariable] = macro.Variable{Values: []string{"RATES_1"}, Multi: true}
	for _, title := range slices.Sorted(maps.Keys(panels)) {
		now := findPanel(db.t, signalUID, title)
		was := panelOf{NewQuery(TimeSeries, formerSQL(db.t, panels[title], false)), now.points, now.least}
		r.panels = append(r.panels, summedPanel{title, now, was, chosenAll()}, summedPanel{title + " of RATES_1", now, was, one})
	}
	return r
}

// write writes signals of pairs with one direction, two or three, or corrects signals that are there. Some pairs change their
// direction at nearly every signal.
func (r randomSignals) write(signals int) {
	r.db.t.Helper()
	directions := []string{"LONG", "SHORT", "NEUTRAL"}
	for range signals {
		pair := r.chance.IntN(12)
		words := directions[:1+pair%3]
		direction := words[r.chance.IntN(len(words))]
		if pair > 5 && r.chance.IntN(6) > 0 {
			direction = words[0]
		}
		r.db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ($1, $2, $3, 0.5, $4)
			ON CONFLICT (strategy_id, instrument, generated_at) DO UPDATE SET direction = excluded.direction`,
			[]string{"FX_1", "RATES_1", "CROSS_1"}[pair%3], fmt.Sprintf("I%d", pair/2), direction, r.begin.Add(time.Duration(r.chance.IntN(4000))*time.Hour))
	}
}

// differences compares over random ranges. Some of them begin, or end, with a signal.
func (r randomSignals) differences() []string {
	r.db.t.Helper()
	signals := collect(r.db, "SELECT generated_at FROM strategy_signals ORDER BY hashtext(generated_at::text) LIMIT 5", pgx.RowTo[time.Time])
	var ranges []span
	for n := range 10 {
		from := r.begin.Add(time.Duration(r.chance.IntN(4400)-200) * time.Hour)
		long := []time.Duration{time.Hour, 30 * time.Hour, 400 * time.Hour, 4000 * time.Hour}[r.chance.IntN(4)]
		if n < len(signals) {
			from = signals[n].Add(-time.Duration(n%2) * long)
		}
		ranges = append(ranges, span{from, from.Add(long)})
	}
	return differences(r.db, ranges, r.panels)
}

// The flips that the panels show are those that are found by reading every signal: after late and corrected signals, for pairs with
// one direction or two, with flips at every signal, before and after they are kept, and in another tool's table.
func TestFlipsAreThoseOfAllSignals(t *testing.T) {
	t.Parallel()
	for n, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, zone)
			r := newRandomSignals(db, uint64(n))
			compare := func(what string) {
				t.Helper()
				for _, d := range r.differences() {
					t.Errorf("%s: %s", what, d)
				}
			}
			compare("no signals")
			r.write(240)
			compare("signals whose flips are not kept yet")
			db.settle()
			compare("signals whose flips are kept")
			for range 2 {
				r.write(20)
				compare("late and corrected signals")
				db.exec("DELETE FROM strategy_signals WHERE generated_at IN (SELECT generated_at FROM strategy_signals ORDER BY hashtext(generated_at::text || $1) LIMIT 9)", zone)
				compare("signals that were deleted")
				db.exec("UPDATE strategy_signals SET generated_at = generated_at + interval '17 days 1 second' WHERE generated_at IN (SELECT generated_at FROM strategy_signals ORDER BY hashtext(generated_at::text) LIMIT 2)")
				compare("signals that were moved")
				db.settle()
				compare("late and corrected signals whose flips are kept")
			}
			db.exec("INSERT INTO signal_flip_marks (first_at) VALUES ('-infinity')")
			compare("everything marked")
			db.settle()
			db.exec("DELETE FROM strategy_signals WHERE generated_at < $1", r.begin.Add(1500*time.Hour))
			compare("what is left after the old signals were deleted")
			db.settle()
			compare("what is left, with flips that are kept")
			db.exec("WITH gone AS (DELETE FROM signal_flips RETURNING *) SELECT")
			if len(r.differences()) == 0 {
				t.Error("the panels do not use the flips that are kept")
			}
			db.exec(foreignSignals)
			compare("another tool's table")
			db.exec("SET search_path = public")
			db.exec("TRUNCATE strategy_signals")
			r.write(90)
			compare("a table that was emptied")
			db.settle()
			compare("a table that was emptied, with flips that are kept")
			if n := collect(db, "SELECT count(*) FROM signal_flip_marks", pgx.RowTo[int64])[0]; n != 0 {
				t.Errorf("%d marks are left", n)
			}
			db.exec("DELETE FROM signal_flips")
			db.exec("ALTER TABLE strategy_signals DISABLE TRIGGER signal_flips_added")
			compare("a table without a trigger")
			db.exec("ALTER TABLE strategy_signals ENABLE ALWAYS TRIGGER signal_flips_added")
			db.exec("DROP INDEX strategy_signals_flips_idx")
			compare("a table without the index")
		})
	}
}
