package dashboard

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// navPanels are the panels that are drawn from summaries of the book, beside the queries that read each snapshot.
func navPanels(t testing.TB) []summedPanel {
	t.Helper()
	var all []summedPanel
	for title, file := range map[string]string{"Equity Curve": "portfolio_nav.sql", "Drawdown": "portfolio_drawdown.sql", "Current Drawdown": "portfolio_fall.sql"} {
		now := findPanel(t, portfolioUID, title)
		was := now
		was.query = NewQuery(now.query.Format, formerSQL(t, file, false))
		all = append(all, summedPanel{title, now, was, chosenAll()})
	}
	return all
}

// randomBook writes snapshots of three years. In these, the desk's clock was changed twice a year.
type randomBook struct {
	db     *database
	chance *rand.Rand
	begin  time.Time
	panels []summedPanel
}

// write writes some snapshots of one to three rows, or corrects those that are there. Many NAVs are equal, and some are not above zero.
func (r randomBook) write(snapshots int) {
	r.db.t.Helper()
	for range snapshots {
		at := r.begin.Add(time.Duration(r.chance.Int64N(int64(3 * 365 * 24 * time.Hour))).Truncate(time.Microsecond))
		switch r.chance.IntN(4) {
		case 0:
			at = at.Truncate([]time.Duration{time.Hour, 24 * time.Hour, time.Minute}[r.chance.IntN(3)])
		case 1, 2: // many snapshots of the same few days
			at = r.begin.Add(time.Duration(r.chance.IntN(20)) * 53 * 24 * time.Hour).Add(time.Duration(r.chance.IntN(24*60)) * time.Minute)
		}
		nav := float64(r.chance.IntN(40)) + 80
		if r.chance.IntN(30) == 0 || at.Before(r.begin.AddDate(0, 2, 0)) {
			nav = float64(r.chance.IntN(7)) - 3
		}
		r.db.exec(`WITH gone AS (DELETE FROM portfolio_state WHERE "timestamp" = $1) SELECT`, at)
		r.db.exec(`INSERT INTO portfolio_state ("timestamp", strategy_id, instrument, weight, total_equity)
			SELECT $1, 'FX_1', 'I' || n, 0.1, $2 FROM generate_series(1, $3::int) n`, at, nav, 1+r.chance.IntN(3))
	}
}

// differences compares what the panels show over random ranges with what each snapshot says.
func (r randomBook) differences() []string {
	r.db.t.Helper()
	moments := collect(r.db, `SELECT "timestamp" FROM portfolio_state ORDER BY hashtext("timestamp"::text) LIMIT 8`, pgx.RowTo[time.Time])
	return differences(r.db, randomRanges(r.chance, r.begin, moments), r.panels)
}

// foreignBook makes a table of states as another tool has it, and reads from it from then on.
const foreignBook = `CREATE SCHEMA foreigner;
CREATE TABLE foreigner.portfolio_state AS SELECT * FROM portfolio_state;
INSERT INTO foreigner.portfolio_state SELECT "timestamp" + interval '1 hour', '', instrument, weight, 'NaN' FROM portfolio_state;
CREATE INDEX ON foreigner.portfolio_state ("timestamp");
SET search_path = foreigner, public`

// What the panels show with summaries is what they show when they read each snapshot: before and after summaries are made, with late
// and corrected snapshots that no summary has yet, after snapshots are deleted, and in another tool's table.
func TestSummariesOfNAVsShowWhatTheSnapshotsDo(t *testing.T) {
	t.Parallel()
	for n, zone := range zones() {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, zone)
			r := randomBook{db, rand.New(rand.NewPCG(uint64(n), 23)), time.Date(2016, 9, 1, 0, 0, 0, 0, time.UTC), navPanels(t)}
			compare := func(what string) {
				t.Helper()
				for _, d := range r.differences() {
					t.Errorf("%s: %s", what, d)
				}
			}
			compare("no snapshots")
			r.write(800)
			compare("snapshots without a summary")
			db.settle()
			compare("snapshots with summaries")
			r.write(25)
			compare("late and corrected snapshots")
			db.settle()
			r.write(4)
			db.exec(`UPDATE portfolio_state SET total_equity = total_equity + 7 WHERE "timestamp" = (SELECT min("timestamp") FROM portfolio_state WHERE total_equity > 0)`)
			db.exec(`DELETE FROM portfolio_state WHERE "timestamp" = (SELECT max("timestamp") FROM portfolio_state)`)
			compare("a few new ones")
			db.exec(`DELETE FROM portfolio_state WHERE hashtext("timestamp"::text) % 5 = 0`)
			compare("what is left after snapshots were deleted")
			db.settle()
			compare("what is left, with summaries")
			db.exec("UPDATE book_summary_zone SET zone = 'Asia/Kolkata'")
			db.exec("INSERT INTO book_summary_marks (snapshot_at) VALUES ('-infinity')")
			db.settle()
			compare("summaries of another zone")
			db.exec("UPDATE book_summary_zone SET zone = 'America/Sao_Paulo'")
			db.exec("INSERT INTO book_summary_marks (snapshot_at) VALUES ('-infinity')")
			compare("everything marked")
			db.settle()
			db.exec("UPDATE nav_summaries SET last_nav = last_nav + 1, highest_nav = highest_nav + 1")
			if len(r.differences()) == 0 {
				t.Error("the panels do not use the summaries")
			}
			db.exec(foreignBook)
			compare("another tool's table")
			db.exec("SET search_path = public")
			db.exec("TRUNCATE portfolio_state")
			r.write(50)
			compare("a table that was emptied")
			db.settle()
			compare("a table that was emptied, with summaries")
			if n := collect(db, "SELECT count(*) FROM book_summary_marks", pgx.RowTo[int64])[0]; n != 0 {
				t.Errorf("%d marks are left", n)
			}
		})
	}
}
