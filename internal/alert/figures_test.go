package alert_test

import (
	"errors"
	"testing"
	"time"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

func use(name string, value, limit float64) desk.LimitStatus {
	return desk.LimitStatus{Limit: name, CurrentValue: value, LimitValue: limit, UtilizationPct: 100 * value / limit}
}

func limits(of time.Time, all ...desk.LimitStatus) func(*theDesk) {
	return func(d *theDesk) { d.figures.LimitsAt, d.figures.Limits = of, all }
}

func ptr(x float64) *float64 { return &x }

func TestALimitThatWarnsThenBreachesAndComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.pass(at(2, 9, 0), at(2, 17, 0),
		change{at(2, 9, 0), limits(at(2, 9, 0), use("VaR 99%", 5.5, 7), use("Gross leverage", 4, 10))},
		change{at(2, 10, 0), limits(at(2, 10, 0), use("VaR 99%", 5.6, 7))},
		change{at(2, 11, 0), limits(at(2, 11, 0), use("VaR 99%", 7.0, 7))}, // 100 % is no breach
		change{at(2, 12, 0), limits(at(2, 12, 0), use("VaR 99%", 7.0001, 7))},
		change{at(2, 13, 0), limits(at(2, 13, 0), use("VaR 99%", 6.3, 7))},
		change{at(2, 14, 0), limits(at(2, 14, 0), use("VaR 99%", 5, 7))},
		change{at(2, 15, 0), limits(at(2, 15, 0), use("VaR 99%", 14, 7))}, // at once
		change{at(2, 16, 0), limits(at(2, 16, 0), use("VaR 99%", 5, 7))},
	)
	d.tells(
		"Mon 10:00 firing warning limit_warning VaR 99%: The limit VaR 99% is nearly used up: 5.6 of 7 (80 %).",
		"Mon 12:00 firing critical limit_breach VaR 99%: The limit VaR 99% is in breach: 7.0001 of 7 (100.001 %).",
		"Mon 13:05 resolved limit_breach VaR 99%, well since 13:00",
		"Mon 13:05 firing warning limit_warning VaR 99%: The limit VaR 99% is nearly used up: 6.3 of 7 (90 %).",
		"Mon 14:05 resolved limit_warning VaR 99%, well since 14:00",
		"Mon 15:00 firing critical limit_breach VaR 99%: The limit VaR 99% is in breach: 14 of 7 (200 %).",
		"Mon 16:05 resolved limit_breach VaR 99%, well since 16:00",
	)
}

func TestFiguresAreToldOfOnceWithTheirText(t *testing.T) {
	t.Parallel()
	day := func(pnl float64) *desk.BacktestDay {
		return &desk.BacktestDay{Day: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), VaR95Pct: 1.5, VaR99Pct: 2.2, HypotheticalPnLPct: pnl, ActualReturnPct: ptr(-1.1)}
	}
	zone := func(z desk.TrafficLight, exceptions int) []desk.BacktestSummary {
		return []desk.BacktestSummary{{ConfidencePct: 95, Days: 250, Exceptions: 40}, {ConfidencePct: 99, Days: 250, Exceptions: exceptions, Zone: z, ComputedAt: at(2, 18, 0)}}
	}
	for name, c := range map[string]struct {
		set  func(*desk.AlertFigures)
		want []string
	}{
		"nothing recorded":  {func(*desk.AlertFigures) {}, nil},
		"a loss at the VaR": {func(f *desk.AlertFigures) { f.Tested = day(-1.5) }, nil},
		"a gain":            {func(f *desk.AlertFigures) { f.Tested = day(3) }, nil},
		"a loss beyond VaR 95%": {func(f *desk.AlertFigures) { f.Tested = day(-1.51) },
			[]string{"Mon 20:00 firing warning loss_beyond_var 2026-03-02: The loss of Mon 2 Mar is beyond VaR: the book that was held made −1.51 %, and the VaR 95% was 1.5 %; the NAV made −1.1 %."}},
		"a loss beyond VaR 99%": {func(f *desk.AlertFigures) { f.Tested = day(-4); f.Tested.ActualReturnPct = nil },
			[]string{"Mon 20:00 firing warning loss_beyond_var 2026-03-02: The loss of Mon 2 Mar is beyond VaR: the book that was held made −4 %, and the VaR 99% was 2.2 %."}},
		"a loss of long ago":           {func(f *desk.AlertFigures) { f.Tested = day(-4); f.Tested.Day = f.Tested.Day.AddDate(0, 0, -8) }, nil},
		"a green backtest":             {func(f *desk.AlertFigures) { f.Backtests = zone(desk.Green, 4) }, nil},
		"a backtest that is too short": {func(f *desk.AlertFigures) { f.Backtests = zone("", 9) }, nil},
		"a yellow backtest": {func(f *desk.AlertFigures) { f.Backtests = zone(desk.Yellow, 6) },
			[]string{"Mon 20:00 firing warning backtest_yellow VaR 99%: The backtest of the VaR 99% is in Basel's yellow zone: 6 exceptions in 250 days, 2.5 expected."}},
		"a red backtest": {func(f *desk.AlertFigures) { f.Backtests = zone(desk.Red, 11) },
			[]string{"Mon 20:00 firing critical backtest_red VaR 99%: The backtest of the VaR 99% is in Basel's red zone: 11 exceptions in 250 days, 2.5 expected."}},
		"a drawdown before its mark": {func(f *desk.AlertFigures) { f.DrawdownPct = ptr(7.99) }, nil},
		"a drawdown": {func(f *desk.AlertFigures) { f.DrawdownPct, f.RiskAt = ptr(8.25), at(2, 19, 0) },
			[]string{"Mon 20:00 firing warning drawdown book: The book is 8.25 % below its peak, which is beyond the mark of 8 %."}},
		"a limit whose value is not known": {func(f *desk.AlertFigures) {
			f.Limits = []desk.LimitStatus{{Limit: "VaR 95%", LimitValue: 5, Unknown: true}}
		}, nil},
		"Friday's book on Monday": {func(f *desk.AlertFigures) {
			f.BookAt, f.RiskAt, f.SignalsAt = at(-1, 19, 0), at(-1, 19, 0), at(-1, 19, 0)
		}, nil},
		"Thursday's book on Monday": {func(f *desk.AlertFigures) {
			f.BookAt, f.RiskAt, f.SignalsAt = at(-2, 19, 0), at(-2, 19, 0), at(2, 19, 0)
		},
			[]string{"Mon 20:00 firing warning book_stale book: The book is stale: its last snapshot is of Thu 26 Feb 19:00."}},
		"Thursday's signals on Monday": {func(f *desk.AlertFigures) { f.SignalsAt = at(-2, 9, 0) },
			[]string{"Mon 20:00 firing warning signals_stale signals: The signals are stale: the newest is of Thu 26 Feb 09:00."}},
		"a book without its risk": {func(f *desk.AlertFigures) { f.BookAt, f.RiskAt = at(2, 19, 0), at(-1, 19, 0) },
			[]string{"Mon 20:30 firing warning risk_stale risk: The risk is stale: the book is of Mon 2 Mar 19:00, and the risk is that of Fri 27 Feb 19:00."}},
		"a book without any risk": {func(f *desk.AlertFigures) { f.BookAt = at(2, 19, 0) },
			[]string{"Mon 20:30 firing warning risk_stale risk: The risk is stale: the book is of Mon 2 Mar 19:00, and no risk is computed."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			c.set(&d.figures)
			d.pass(at(2, 20, 0), at(2, 21, 0))
			d.tells(c.want...)
		})
	}
}

// A loss is something that happened: its end is not told, and the next day's loss is told again.
func TestEachLossIsToldOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	loss := func(day int, pnl float64) func(*theDesk) {
		return func(d *theDesk) {
			d.figures.Tested = &desk.BacktestDay{Day: time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC), VaR95Pct: 1, VaR99Pct: 2, HypotheticalPnLPct: pnl}
		}
	}
	d.config.Settings[alert.LossBeyondVaR] = func(s alert.Setting) alert.Setting { s.Repeat = 0; return s }(d.config.Settings[alert.LossBeyondVaR])
	d.pass(at(2, 18, 0), at(5, 10, 0), change{at(2, 19, 0), loss(2, -3)}, change{at(3, 19, 0), loss(3, -1.2)}, change{at(4, 19, 0), loss(4, 1)})
	d.tells(
		"Mon 19:00 firing warning loss_beyond_var 2026-03-02: The loss of Mon 2 Mar is beyond VaR: the book that was held made −3 %, and the VaR 99% was 2 %.",
		"Tue 19:00 firing warning loss_beyond_var 2026-03-03: The loss of Tue 3 Mar is beyond VaR: the book that was held made −1.2 %, and the VaR 95% was 1 %.",
	)
}

func TestTheThresholdsAreTheDesks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	set := func(rule string, threshold float64) {
		s := d.config.Settings[rule]
		s.Threshold = threshold
		d.config.Settings[rule] = s
	}
	set(alert.LimitWarning, 60)
	set(alert.DrawdownMark, 5)
	set(alert.LossBeyondVaR, 99)
	set(alert.BookStale, 3)
	d.figures = desk.AlertFigures{BookAt: at(2, 16, 0), RiskAt: at(2, 16, 0), DrawdownPct: ptr(6), LimitsAt: at(2, 16, 0), Limits: []desk.LimitStatus{use("Stress loss", 13, 20)},
		Tested: &desk.BacktestDay{Day: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), VaR95Pct: 1, VaR99Pct: 2, HypotheticalPnLPct: -1.9}}
	d.pass(at(2, 20, 0), at(2, 20, 1))
	d.tells(
		"Mon 20:00 firing warning limit_warning Stress loss: The limit Stress loss is nearly used up: 13 of 20 (65 %).",
		"Mon 20:00 firing warning drawdown book: The book is 6 % below its peak, which is beyond the mark of 5 %.",
		"Mon 20:00 firing warning book_stale book: The book is stale: its last snapshot is of Mon 2 Mar 16:00.",
	)
}

func TestRunsThatWaitInTheSpool(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	waits := func(n int, oldest time.Time) func(*theDesk) {
		return func(d *theDesk) { d.spool = alert.Spool{Waiting: n, Oldest: oldest} }
	}
	d.pass(at(2, 9, 0), at(2, 12, 0), change{at(2, 9, 5), waits(3, at(2, 9, 5))}, change{at(2, 9, 19), waits(0, time.Time{})},
		change{at(2, 10, 0), waits(1, at(2, 9, 59))}, change{at(2, 10, 30), waits(0, time.Time{})})
	d.tells(
		"Mon 10:14 firing warning spool_waiting desk-1: 1 run waits on desk-1 for the database, the oldest since Mon 2 Mar 09:59.",
		"Mon 10:35 resolved spool_waiting desk-1, well since 10:30",
	)
}

// While the answers fail, alerts neither begin nor end.
func TestWhatCannotBeReadChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.spool = alert.Spool{Waiting: 1, Oldest: at(2, 8, 0)}
	becomes("fred", "FAILED", failedAt(at(2, 6, 2), 1, "401"))(d)
	limits(at(2, 9, 0), use("VaR 99%", 9, 7))(d)
	d.pass(at(2, 9, 0), at(2, 9, 1))
	before := len(d.told)
	if before != 3 {
		t.Fatalf("told %q", d.told)
	}
	d.failing = errors.New("no answer")
	d.states, d.figures, d.spool = nil, desk.AlertFigures{}, alert.Spool{}
	d.pass(at(2, 9, 2), at(2, 9, 30))
	if len(d.told) != before {
		t.Errorf("told %q", d.told[before:])
	}
}
