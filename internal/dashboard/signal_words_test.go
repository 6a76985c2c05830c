package dashboard

import (
	"fmt"
	"testing"
	"time"
)

// signalsOfOtherTools replaces strategy_signals by a table of another tool's, whose directions have a
// type of their own, with a signal of FX_A for USDBRL at each hour from 06:00 on.
func signalsOfOtherTools(d *database, sqlType string, directions ...any) {
	d.t.Helper()
	d.exec("DROP TABLE IF EXISTS strategy_signals")
	d.exec("CREATE TABLE strategy_signals (strategy_id text, instrument text, direction " + sqlType + `,
		strength float8, confidence float8, generated_at timestamptz)`)
	for i, direction := range directions {
		if direction != nil {
			direction = fmt.Sprint(direction)
		}
		d.exec("INSERT INTO strategy_signals VALUES ('FX_A', 'USDBRL', $1::text::"+sqlType+", NULL, 0.5, $2)",
			direction, clock(d.t, "2024-03-04 06:00:00").Add(time.Duration(i)*time.Hour))
	}
}

func TestDirectionsOfOtherToolsAreReadAlikeOnEveryPanel(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sqlType    string
		directions []any
		flips      []string // from and to, the newest first
		unread     float64  // changes to or from a direction that is not known
		cell       string
		notice     string // of the matrix
	}{
		"orders":          {"text", []any{"BUY", "SELL", "Sell Short", "BOT", "sld"}, []string{"LONG SHORT", "SHORT LONG", "LONG SHORT"}, 0, "-0.5", ""},
		"orders, padded":  {"char(12)", []any{"hold", "buy to open", "sell"}, []string{"LONG SHORT", "NEUTRAL LONG"}, 0, "-0.5", ""},
		"whole numbers":   {"smallint", []any{1, -1, 0}, []string{"SHORT NEUTRAL", "LONG SHORT"}, 0, "0", ""},
		"other numbers":   {"numeric(4,2)", []any{"-1", "1"}, []string{"SHORT LONG"}, 0, "0.5", ""},
		"floats":          {"float8", []any{"1", "-0", "-1"}, []string{"NEUTRAL SHORT", "LONG NEUTRAL"}, 0, "-0.5", ""},
		"a side of FIX's": {"integer", []any{1, 2}, []string{`LONG "2"`}, 1, "NaN", `1 signal has a direction that is not known: "2" 1`},
		"nobody's words":  {"text", []any{"long", "sideways", nil, "", "short"}, []string{"NO DIRECTION SHORT", `"sideways" NO DIRECTION`, `LONG "sideways"`}, 3, "-0.5", ""},
		"none":            {"varchar(9)", []any{"flat", nil}, []string{"NEUTRAL NO DIRECTION"}, 1, "NaN", "1 signal has a direction that is not known: NO DIRECTION 1"},
		"true and false":  {"boolean", []any{true, true}, nil, 0, "NaN", `1 signal has a direction that is not known: "true" 1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newDatabase(t, "UTC")
			signalsOfOtherTools(db, c.sqlType, c.directions...)
			over := dayTo(clock(t, "2024-03-04 20:00:00"))
			var flips []string
			for _, f := range ask[struct {
				Time                           time.Time
				Strategy, Instrument, From, To string
				Cut, Notice                    *string
			}](db, signalUID, "Latest Flips", over) {
				flips = append(flips, f.From+" "+f.To)
			}
			same(t, flips, c.flips)
			counted := map[string]float64{}
			for _, b := range ask[point](db, signalUID, "Signal Flip Timeline", over) {
				if b.Value != nil {
					counted[b.Metric] += *b.Value
				}
			}
			if counted[directionNotKnown] != c.unread || counted["FX"] != float64(len(c.flips))-c.unread {
				t.Errorf("the flips are counted as %v, want %v of %d apart", counted, c.unread, len(c.flips))
			}
			var cells, lines []string
			for _, m := range ask[matrixCell](db, signalUID, "Signal Heatmap", over) {
				if m.Value != nil {
					cells = append(cells, fmt.Sprint(*m.Value))
				} else {
					lines = append(lines, m.Class)
				}
				if c.notice == "" && m.Notice != nil || c.notice != "" && len(cells)+len(lines) == 1 && deref(m.Notice) != c.notice {
					t.Errorf("the notice is %q, want %q", deref(m.Notice), c.notice)
				}
			}
			same(t, cells, []string{c.cell})
			if (c.notice != "") != (len(lines) == 1) {
				t.Errorf("lines without cells are %v, and the notice is %q", lines, c.notice)
			}
		})
	}
}

// A direction that nobody knows is no vote: neither for the mean of the others nor for zero.
func TestADirectionThatIsNotKnownCountsForNoMean(t *testing.T) {
	t.Parallel()
	db := newDatabase(t, "UTC")
	signalsOfOtherTools(db, "text", "BUY")
	db.exec("INSERT INTO strategy_signals SELECT 'FX_A', 'USDMXN', 'sideways', NULL, 0.9, max(generated_at) FROM strategy_signals")
	over := dayTo(clock(t, "2024-03-04 20:00:00"))
	got := ask[matrixCell](db, signalUID, "Signal Heatmap", over)
	if len(got) != 2 || got[0].Class != `1 unknown: "sideways" 1` || got[0].Value != nil || got[1].Value == nil || *got[1].Value != 0.5 {
		t.Errorf("%+v", got)
	}
}
