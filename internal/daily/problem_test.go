package daily

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/desk"
)

// morning is a moment on the desk's clock. The 27th of November 2026 is a Friday.
func morning(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, desk.BuiltInRules().Location())
}

func known(v float64) number { return number{v, true} }

// ran is a step that succeeded, and that runs every weekday.
func ran(name string, at time.Time) step {
	return step{Name: name, Title: name, Status: "SUCCESS", StartedAt: at, SuccessAt: at, Workdays: 10, Seconds: known(40), Median: known(42), Longest: known(90)}
}

// wellDay is the morning of Friday the 27th on a desk where everything is as it should be.
func wellDay() Day {
	workdays, err := desk.BuiltInRules().Workdays()
	if err != nil {
		panic(err)
	}
	d := Day{At: morning(27, 7, 30), Rules: desk.BuiltInRules(), workdays: workdays}
	d.Since = workdays.Before(d.At)
	d.Steps = []step{ran("fred", morning(27, 6, 12)), ran("risk", morning(26, 19, 2))}
	d.Book = book{At: morning(26, 19, 0), PeakAt: morning(20, 19, 0), NAV: known(127.05)}
	d.Risk = figures{
		Status: "CURRENT", Limits: []limit{{Name: "VaR 95%", Used: known(20), Current: known(1), Limit: known(5)}},
		Dials:    []dial{{"VaR 95% (1D)", "VaR 95%", known(1), known(2), known(5)}, {"Max Drawdown", "Max drawdown", known(0.4), known(5), known(10)}},
		Backtest: []backtest{{Name: "VaR 99%", Days: 250, Exceptions: 2, Expected: known(2.5), Zone: "green"}},
		Tested:   []testedDay{{morning(26, 19, 0), known(-0.2), known(-0.2), known(-0.5), known(-0.9)}},
		Methods:  []method{{Name: "Historical simulation"}},
	}
	d.Signals = signals{Newest: morning(27, 6, 5), Long: 40, Short: 30, Neutral: 7}
	d.heldPrice = []heldPrice{{"USDBRL", known(0.1), time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)}}
	return d
}

func TestADayOnWhichAllIsWellHasNoProblem(t *testing.T) {
	t.Parallel()
	d := wellDay()
	if got := problemsOf(d); len(got) > 0 {
		t.Errorf("problems: %+v", got)
	}
	want := "Checked: 2 steps of the pipeline, the book of Thu 26 Nov 19:00, 1 limit, VaR and drawdown, the backtest, 77 signals and the prices of 1 held instrument."
	if got := checkedText(d); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestEveryProblemHasItsSentence changes one thing of a good day at a time.
func TestEveryProblemHasItsSentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(d *Day)
		want   Problem
	}{
		"a step failed": {func(d *Day) {
			d.Steps[0].Status, d.Steps[0].Error, d.Steps[0].Failures, d.Steps[0].SuccessAt = "FAILED", "HTTP 503", 1, morning(26, 6, 12)
		}, Problem{Critical, "Pipeline", "fred failed on Fri 27 Nov 06:12; it last succeeded on Thu 26 Nov 06:12: HTTP 503"}},
		"a step fails again and again": {func(d *Day) {
			s := &d.Steps[1]
			s.Status, s.Failures, s.FailingSince, s.SuccessAt = "FAILED", 3, morning(24, 19, 3), time.Time{}
		}, Problem{Critical, "Pipeline", "risk failed on Thu 26 Nov 19:02, and has failed since Tue 24 Nov 19:03 (3 times); no run has succeeded. No message was recorded."}},
		"a step that did not run": {func(d *Day) {
			d.Expected = []desk.StepState{{Step: desk.Step{Name: "fred", Title: "FRED"}, State: desk.Missed, DueAt: morning(27, 6, 0)}}
		}, Problem{Critical, "Pipeline", "FRED did not run: it was due on Fri 27 Nov 06:00."}},
		"a step that is late": {func(d *Day) {
			d.Expected = []desk.StepState{{Step: desk.Step{Name: "fred", Title: "FRED"}, State: desk.Late, DueAt: morning(27, 7, 0)}}
		}, Problem{Warning, "Pipeline", "FRED is late: it was due on Fri 27 Nov 07:00 and has not started."}},
		"a step that is overdue is not also one that takes too long": {func(d *Day) {
			d.Steps[0].Status, d.Steps[0].Seconds, d.Steps[0].StartedAt = "RUNNING", known(7800), morning(27, 5, 20)
			d.Expected = []desk.StepState{{Step: desk.Step{Name: "fred", Title: "FRED"}, State: desk.Overdue, DueAt: morning(27, 5, 15), EndBy: morning(27, 6, 15), StartedAt: morning(27, 5, 20)}}
		}, Problem{Critical, "Pipeline", "FRED is overdue: it has been running since Fri 27 Nov 05:20, and should have ended by Fri 27 Nov 06:15."}},
		"a stale connector": {func(d *Day) { d.Steps[0].StartedAt, d.Steps[0].IsStale = morning(24, 6, 12), true },
			Problem{Warning, "Pipeline", "fred is stale: it last ran on Tue 24 Nov 06:12, 3 days ago."}},
		"a stale run that hangs": {func(d *Day) {
			d.Steps[1].Status, d.Steps[1].StartedAt, d.Steps[1].IsStale = "RUNNING", morning(24, 6, 12), true
		}, Problem{Warning, "Pipeline", "risk is stale: it last ran on Tue 24 Nov 06:12, 3 days ago."}},
		"a run that takes too long": {func(d *Day) {
			d.Steps[0].Status, d.Steps[0].Seconds, d.Steps[0].StartedAt = "RUNNING", known(7800), morning(27, 5, 20)
		}, Problem{Warning, "Pipeline", "fred has been running since Fri 27 Nov 05:20, for 2 h 10 min; it usually takes 42 s."}},
		"a failure that was mended": {func(d *Day) { d.Steps[1].RecentFailures = 2 },
			Problem{Warning, "Pipeline", "risk failed 2 times since Thu 26 Nov 07:30; it has succeeded since, on Thu 26 Nov 19:02."}},
		"connectors that never ran": {func(d *Day) {
			d.NeverRun = []desk.Step{{Name: "yahoo", Title: "Yahoo Finance"}, {Name: "bcb_sgs", Title: "BCB SGS"}}
		},
			Problem{Warning, "Pipeline", "No run of Yahoo Finance and BCB SGS is recorded in the last 30 days."}},
		"statuses that are not known": {func(d *Day) { d.Unread = []string{`2 runs have a status that is not known: "weird" 2.`} },
			Problem{Warning, "Pipeline", `2 runs have a status that is not known: "weird" 2.`}},
		"kept runs": {func(d *Day) { d.keptRuns = "2 runs are kept on this machine." }, Problem{Warning, "Pipeline", "2 runs are kept on this machine."}},
		"a stale book": {func(d *Day) { d.Book.At = morning(24, 19, 0) },
			Problem{Warning, "Book", "The book is stale: its last snapshot is of Tue 24 Nov 19:00, 2 days ago."}},
		"stale signals": {func(d *Day) { d.Signals.Newest = morning(20, 6, 5) },
			Problem{Warning, "Signals", "The signals are stale: the newest is of Fri 20 Nov 06:05, 7 days ago."}},
		"directions that are not known": {func(d *Day) { d.Signals.Unknown = 1 },
			Problem{Warning, "Signals", "1 signal has a direction that is not known, and counts in no mean."}},
		"a breach": {func(d *Day) {
			d.Risk.Limits[0] = limit{Name: "Stress loss", Used: known(111), Current: known(22.2), Limit: known(20), Since: morning(25, 19, 0)}
		}, Problem{Critical, "Limits", "Stress loss is in breach since Wed 25 Nov 19:00: 22.20 of 20 (111.0 %), 2.20 over."}},
		"an old breach of another tool's limit": {func(d *Day) {
			d.Risk.Limits[0] = limit{Name: "Liquidity", Used: known(130), Since: time.Date(2025, 3, 3, 22, 0, 0, 0, time.UTC), Longer: true}
		}, Problem{Critical, "Limits", "Liquidity is in breach since before Mon 3 Mar 2025 19:00: 130.0 %, 30.0 % of it over."}},
		"a limit that is nearly used up": {func(d *Day) {
			d.Risk.Limits[0] = limit{Name: "Gross leverage", Used: known(81.25), Current: known(6.5), Limit: known(8)}
		}, Problem{Critical, "Limits", "Gross leverage is nearly used up: 6.50 of 8 (81.3 %), headroom 1.50."}},
		"limits that fill up": {func(d *Day) {
			d.Risk.Limits = append(d.Risk.Limits, limit{Name: "Net FX", Used: known(62.5), Current: known(2.5), Limit: known(4)}, limit{Name: "Net Rates", Used: known(75), Current: known(3), Limit: known(4)})
		}, Problem{Warning, "Limits", "2 limits are between 60 % and 80 % used: Net FX 2.50 of 4 (62.5 %), headroom 1.50; Net Rates 3.00 of 4 (75.0 %), headroom 1.00."}},
		"a limit that can't be checked": {func(d *Day) { d.Risk.Limits[0].Used = number{} },
			Problem{Warning, "Limits", "1 limit can't be checked, since the history has too few returns: VaR 95%."}},
		"a yellow dial": {func(d *Day) { d.Risk.Dials[0].Value = known(2.31) },
			Problem{Warning, "Risk", "VaR 95% (1D) is 2.31 % of NAV, above the mark of 2.00 %; the limit is 5.00 %, headroom 2.69 %."}},
		"a red drawdown": {func(d *Day) { d.Risk.Dials[1].Value = known(12) },
			Problem{Critical, "Risk", "The book is 12.00 % below its peak of Fri 20 Nov 19:00, above its limit of 10.00 %."}},
		"stale risk": {func(d *Day) { d.Risk.Status, d.Risk.StatusText = "STALE", "2026-11-20 19:00 UTC-03" },
			Problem{Warning, "Risk", "The risk figures are stale: 2026-11-20 19:00 UTC-03."}},
		"a part of the book": {func(d *Day) { d.Risk.Status, d.Risk.StatusText = "PARTIAL", "2026-11-26: 12.5 % left out" },
			Problem{Warning, "Risk", "The risk figures leave out a part of the book: 2026-11-26: 12.5 % left out."}},
		"corrected inputs": {func(d *Day) {
			d.Risk.Status, d.Risk.StatusText = "OTHER INPUTS", "2026-11-26: computed on other inputs"
		},
			Problem{Warning, "Risk", "The risk figures no longer fit their inputs, which have been corrected since: 2026-11-26: computed on other inputs."}},
		"a torn snapshot": {func(d *Day) { d.Risk.Status, d.Risk.StatusText = "TORN", "2026-11-26 19:00: the snapshot looks torn" },
			Problem{Warning, "Risk", "The book that the risk was computed for is only a part of a snapshot: 2026-11-26 19:00: the snapshot looks torn."}},
		"too few returns": {func(d *Day) { d.Risk.Status, d.Risk.StatusText = "NO VAR", "2026-11-26: 12 of 60 returns" },
			Problem{Warning, "Risk", "No VaR is computed: 2026-11-26: 12 of 60 returns."}},
		"no risk": {func(d *Day) { d.Risk.Status = "NO VAR" }, Problem{Warning, "Risk", "No risk is computed for the book."}},
		"a loss beyond VaR 95%": {func(d *Day) { d.Risk.Tested[0].PnL = known(-0.6) },
			Problem{Critical, "Risk", "The loss of Thu 26 Nov is beyond VaR: the book that was held made −0.60 %, and the VaR 95% was 0.50 %; the NAV made −0.20 %."}},
		"a loss beyond VaR 99%": {func(d *Day) { d.Risk.Tested[0].PnL, d.Risk.Tested[0].Actual = known(-1), number{} },
			Problem{Critical, "Risk", "The loss of Thu 26 Nov is beyond VaR: the book that was held made −1.00 %, and the VaR 99% was 0.90 %."}},
		"a yellow backtest": {func(d *Day) { d.Risk.Backtest[0].Zone, d.Risk.Backtest[0].Exceptions = "yellow", 5 },
			Problem{Warning, "Risk", "The backtest of the VaR 99% is in Basel's yellow zone: 5 exceptions in 250 days, 2.5 expected."}},
		"a red backtest": {func(d *Day) { d.Risk.Backtest[0].Zone, d.Risk.Backtest[0].Exceptions = "red", 11 },
			Problem{Critical, "Risk", "The backtest of the VaR 99% is in Basel's red zone: 11 exceptions in 250 days, 2.5 expected."}},
		"an instrument without a price": {func(d *Day) { d.heldPrice = append(d.heldPrice, heldPrice{Instrument: "DI_5Y"}) },
			Problem{Warning, "Data", "1 held instrument has no price: DI_5Y."}},
		"old prices": {func(d *Day) { d.heldPrice[0].Day = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
			Problem{Warning, "Data", "1 held instrument has no recent price: USDBRL (Mon 23 Nov)."}},
		"values that can't be used": {func(d *Day) {
			d.Unusable = []unusable{{"portfolio_state", "2026-11-26", "weight", "NaN", "a number is needed"}, {"portfolio_state", "2026-11-25", "weight", "NaN", "a number is needed"}}
		}, Problem{Warning, "Data", "portfolio_state has 2 values that can't be used, such as weight of 2026-11-26: it is NaN, but a number is needed."}},
		"a query that fails": {func(d *Day) { d.failed = []Problem{{Critical, "Report", "The NAV could not be read: no table."}} },
			Problem{Critical, "Report", "The NAV could not be read: no table."}},
	} {
		t.Run(name, func(t *testing.T) {
			d := wellDay()
			c.change(&d)
			if diff := cmp.Diff([]Problem{c.want}, problemsOf(d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWhatIsAsItShouldBeHasNoSentence looks at things that are near a problem and are none.
func TestWhatIsAsItShouldBeHasNoSentence(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(d *Day){
		"a run that goes on": func(d *Day) { d.Steps[0].Status, d.Steps[0].Seconds = "RUNNING", known(30) },
		"a first run that goes on": func(d *Day) {
			d.Steps[0].Status, d.Steps[0].Seconds, d.Steps[0].Longest = "RUNNING", known(900), number{}
		},
		"twice as long, but only seconds": func(d *Day) {
			d.Steps[0].Status, d.Steps[0].Seconds, d.Steps[0].Longest = "RUNNING", known(30), known(9)
		},
		"a skipped step":                  func(d *Day) { d.Steps[0].Status = "SKIPPED" },
		"a limit just below its mark":     func(d *Day) { d.Risk.Limits[0].Used = known(59.9) },
		"a dial just below its mark":      func(d *Day) { d.Risk.Dials[0].Value = known(1.99) },
		"a dial without a figure":         func(d *Day) { d.Risk.Dials[0].Value = number{} },
		"a loss at the VaR":               func(d *Day) { d.Risk.Tested[0].PnL = known(-0.5) },
		"a loss beyond VaR that is older": func(d *Day) { d.Risk.Tested[0].At, d.Risk.Tested[0].PnL = morning(25, 19, 0), known(-3) },
		"Friday's signals on Monday": func(d *Day) {
			d.At, d.Signals.Newest, d.Book.At, d.heldPrice = morning(30, 7, 30), morning(27, 19, 0), morning(27, 19, 0), nil
		},
		"a book that was never recorded":   func(d *Day) { d.Book, d.Risk = book{}, figures{Status: "NO VAR"} },
		"no signal was ever recorded":      func(d *Day) { d.Signals = signals{} },
		"a dial that its own limit covers": func(d *Day) { d.Risk.Limits[0].Used = number{20, true}; d.Risk.Dials[0].Watch = number{} },
	} {
		t.Run(name, func(t *testing.T) {
			d := wellDay()
			change(&d)
			if got := problemsOf(d); len(got) > 0 {
				t.Errorf("problems: %+v", got)
			}
		})
	}
}

// TestALimitAndItsDialShareASentence has the dial of a limit that has a sentence say nothing more.
func TestALimitAndItsDialShareASentence(t *testing.T) {
	t.Parallel()
	d := wellDay()
	d.Risk.Limits[0], d.Risk.Dials[0].Value = limit{Name: "VaR 95%", Used: known(110), Current: known(5.5), Limit: known(5)}, known(5.5)
	if got := problemsOf(d); len(got) != 1 || got[0].Topic != "Limits" {
		t.Errorf("problems: %+v", got)
	}
}

func TestTheMostSeriousProblemComesFirst(t *testing.T) {
	t.Parallel()
	d := wellDay()
	d.Steps[0].RecentFailures = 1
	d.Risk.Limits[0] = limit{Name: "Stress loss", Used: known(120), Current: known(24), Limit: known(20)}
	if got := problemsOf(d); len(got) != 2 || got[0].Severity != Critical || got[1].Severity != Warning {
		t.Errorf("problems: %+v", got)
	}
}

func TestTextsOfFigures(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		lasted(4.04): "4.0 s", lasted(59): "59 s", lasted(60): "1 min", lasted(151): "2 min 31 s", lasted(3600): "1 h", lasted(7800): "2 h 10 min", lasted(172800): "2 days", lasted(-3): "0.0 s",
		fixed(-0.001, 2): "0.00", fixed(-12345.678, 1): "−12,345.7", fixed(1234567, 0): "1,234,567", known(0.001).signed(): "0.00 %", known(0.01).signed(): "+0.01 %", number{}.signed(): "–",
		amount(113456789012.25): "113,456.8 m", amount(-234567.8): "−234.6 k", amount(127.05): "127.05", known(1234567).plain(): "1,234.6 k",
		known(20).plain(): "20", known(0.5).plain(): "0.5",
		firstLine("\n\n  Traceback:\t x \nmore"): "Traceback:  x", firstLine("\n \n"): "", shortened("abcdef", 4): "abc…",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestManyFailuresHideNoBreach has more problems than there is room for.
func TestManyFailuresHideNoBreach(t *testing.T) {
	t.Parallel()
	var all []Problem
	for range 40 {
		all = append(all, Problem{Critical, "Pipeline", "A step failed."})
	}
	breach := Problem{Critical, "Limits", "A limit is in breach."}
	loss := Problem{Critical, "Risk", "A loss is beyond VaR."}
	stale := Problem{Warning, "Book", "The book is stale."}
	all = append(all, breach, loss, stale)
	shown, more := chosen(all, 6)
	if diff := cmp.Diff([]Problem{all[0], all[1], all[2], all[3], breach, loss}, shown); diff != "" {
		t.Error(diff)
	}
	if want := "and 37 things more: Pipeline 36 and Book 1"; more != want {
		t.Errorf("%q, want %q", more, want)
	}
	if shown, more := chosen(all, len(all)); len(shown) != len(all) || more != "" {
		t.Errorf("%d shown, %q", len(shown), more)
	}
}
