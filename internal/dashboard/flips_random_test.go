package dashboard

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/pgtest"
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
	sql, err := b.sql("former_"+name, subject{})
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

// The flips that probes find are those that are found by reading every signal: after late and corrected signals, for pairs with
// one direction or two, with flips at every signal, and in another tool's table.
func TestFlipsFoundByProbesAreThoseOfAllSignals(t *testing.T) {
	t.Parallel()
	db := on(t, pgtest.Migrated(t), "UTC")
	chance := rand.New(rand.NewPCG(20260131, 7))
	begin := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	directions := []string{"LONG", "SHORT", "NEUTRAL"}
	write := func(signals int) {
		for range signals {
			pair := chance.IntN(12)
			words := directions[:1+pair%3]
			direction := words[chance.IntN(len(words))]
			if pair > 5 && chance.IntN(6) > 0 { // the others change at nearly every signal
				direction = words[0]
			}
			db.exec(`INSERT INTO strategy_signals (strategy_id, instrument, direction, confidence, generated_at) VALUES ($1, $2, $3, 0.5, $4)
				ON CONFLICT (strategy_id, instrument, generated_at) DO UPDATE SET direction = excluded.direction`,
				[]string{"FX_1", "RATES_1", "CROSS_1"}[pair%3], fmt.Sprintf("I%d", pair/2), direction, begin.Add(time.Duration(chance.IntN(4000))*time.Hour))
		}
	}
	compare := func(what string) {
		signals := collect(db, "SELECT generated_at FROM strategy_signals ORDER BY hashtext(generated_at::text) LIMIT 30", pgx.RowTo[time.Time])
		for n := range 18 {
			from := begin.Add(time.Duration(chance.IntN(4400)-200) * time.Hour)
			long := []time.Duration{time.Hour, 30 * time.Hour, 400 * time.Hour, 4000 * time.Hour}[chance.IntN(4)]
			if n < len(signals)/2 { // a range that begins, or ends, with a signal
				from = signals[n].Add(-time.Duration(n%2) * long)
			}
			over := span{from, from.Add(long)}
			for title, file := range map[string]string{"Signal Flip Timeline": "signal_flips.sql", "Latest Flips": "signal_latest_flips.sql"} {
				p := findPanel(t, signalUID, title)
				former := panelOf{NewQuery(TimeSeries, formerSQL(t, file, false)), p.points, p.least}
				if got, want := collect(db, p.sql(t, over), pgx.RowToMap), collect(db, former.sql(t, over), pgx.RowToMap); !reflect.DeepEqual(got, want) {
					t.Errorf("%s of %s over %v:\n%v\nwant\n%v", title, what, over, got, want)
				}
			}
		}
	}
	compare("no signals")
	for n := range 4 {
		write(120)
		compare(fmt.Sprintf("%d signals", 120*(n+1)))
	}
	db.exec("DELETE FROM strategy_signals WHERE hashtext(generated_at::text) % 5 = 0")
	compare("what is left after signals were deleted")
	db.exec(foreignSignals)
	compare("another tool's table")
	db.exec("SET search_path = public")
	db.exec("DROP INDEX strategy_signals_flips_idx")
	compare("a table without the index")
}
