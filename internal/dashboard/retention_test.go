package dashboard

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

// dailyFigures returns what every panel of a dashboard shows at the end of some of the desk's book days, a text for each
// panel and day. Of a curve it takes the last point of each book day.
func dailyFigures(d *database, uid string, ends []time.Time) map[string]string {
	d.t.Helper()
	curves := map[string]bool{"Equity Curve": true, "Drawdown": true, "Asset Class Allocation Over Time": true}
	figures := map[string]string{}
	for _, panel := range definitionOf(d.t, uid).Dashboard.Panels {
		if panel.Panel == nil || len(panel.Panel.Targets) == 0 {
			continue
		}
		title := *panel.Panel.Title
		for _, end := range ends {
			over := span{end.AddDate(0, 0, -5), end}
			if !curves[title] {
				over.from = end.AddDate(0, -3, 0)
			}
			rows := collect(d, findPanel(d.t, uid, title).sql(d.t, over), pgx.RowToMap)
			text := fmt.Sprint(rows)
			if curves[title] {
				text = lastOfDays(rows, over)
			}
			figures[fmt.Sprintf("%s at the end of %s", title, end.Format(time.DateOnly))] = text
		}
	}
	return figures
}

// lastOfDays has the last point of each metric and book day of a curve that lies within a range as a whole.
func lastOfDays(rows []map[string]any, over span) string {
	rules, last := desk.BuiltInRules(), map[string]string{}
	for _, row := range rows {
		at := row["time"].(time.Time)
		if day := rules.BookDay(at); day.After(rules.BookDay(over.from)) {
			for name, value := range row {
				if value != nil && name != "time" {
					last[fmt.Sprint(day.Format(time.DateOnly), row["metric"], name)] = fmt.Sprint(value)
				}
			}
		}
	}
	return fmt.Sprint(last)
}

// emitted makes up signals of three pairs, every third hour.
func emitted(days int, first string, t testing.TB) []desk.Signal {
	chance, begin := rand.New(rand.NewPCG(11, 7)), local(t, first+" 09:30:00")
	var all []desk.Signal
	for _, h := range holdings()[:3] {
		direction := desk.Long
		for n := range days * 8 {
			if chance.IntN(9) == 0 {
				direction = []desk.Direction{desk.Long, desk.Short, desk.Neutral}[chance.IntN(3)]
			}
			all = append(all, desk.Signal{Strategy: h.strategy, Instrument: h.instrument, Direction: direction, Confidence: float64(chance.IntN(100)) / 100,
				GeneratedAt: begin.Add(time.Duration(n) * 3 * time.Hour)})
		}
	}
	return all
}

// Thinning changes no figure of a day: neither the returns, the drawdowns and the book, nor the signals and their flips.
func TestThinningLeavesTheFiguresOfEachDay(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "Asia/Tokyo")
	r := madeUp(t, 9, "2023-06-10", 400) // begins on a Saturday
	r.signals = emitted(400, "2023-06-10", t)
	db.fill(r)
	rules := desk.BuiltInRules()
	var ends []time.Time
	for _, day := range []string{"2023-06-10", "2023-09-08", "2023-12-29", "2024-01-02", "2024-03-30", "2024-07-10"} {
		at := local(t, day+" 23:59:59")
		for rules.BookDay(at.Add(time.Second)).Equal(rules.BookDay(at)) { // a weekend goes on
			at = at.AddDate(0, 0, 1)
		}
		ends = append(ends, at)
	}
	before := map[string]map[string]string{}
	for _, uid := range []string{portfolioUID, signalUID} {
		before[uid] = dailyFigures(db, uid, ends)
	}
	thin := []desk.RetentionRule{{Table: "strategy_signals", ThinAfter: 31}, {Table: "portfolio_state", ThinAfter: 31}}
	parts, err := store.New(db.pool, nil).Retain(t.Context(), thin, local(t, "2025-01-01 12:00:00"), store.RetainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) != 2 || parts[0].Rows < 4000 || parts[1].Rows < 1000 {
		t.Errorf("hardly anything was removed: %+v", parts)
	}
	for uid, figures := range before {
		same := 0
		for what, now := range dailyFigures(db, uid, ends) {
			if was := figures[what]; now != was {
				t.Errorf("%s: %s was\n%.2000s\nand is\n%.2000s", uid, what, was, now)
			}
			if strings.ContainsAny(now, "123456789") {
				same++
			}
		}
		if same < len(figures)/2 {
			t.Errorf("%s: only %d of %d panels show anything", uid, same, len(figures))
		}
	}
}
