package riskrun

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/risk"
)

// job is a book time whose risk is to be computed, or whose stored VaR is to be tested.
type job struct {
	at     time.Time
	stored *desk.DailyVaR // the VaR to test; nil if the risk is to be computed
	// positions says that the computation gets what each position makes in each scenario.
	positions bool
}

// outcome is what came of a job.
type outcome struct {
	computation desk.RiskComputation // if the risk was to be computed, and err is nil
	err         error
	tested      desk.BacktestDay
	isTested    bool
}

// doJobs does the jobs on several goroutines, by default one per processor, and returns their outcomes in the
// order of the jobs. progress is called from these goroutines, one call at a time. It returns an error when
// ctx ends, and when a goroutine panics, which would otherwise end the program.
func (in *input) doJobs(ctx context.Context, jobs []job, settings Settings, workers int, progress func()) ([]outcome, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	outcomes := make([]outcome, len(jobs))
	workers = min(workers, len(jobs))
	faults := make([]error, workers)
	var next atomic.Int64
	var telling sync.Mutex
	tell := func() {
		telling.Lock()
		defer telling.Unlock()
		progress()
	}
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			faults[worker] = background.Recovered(func() error {
				for n := next.Add(1) - 1; n < int64(len(jobs)) && ctx.Err() == nil; n = next.Add(1) - 1 {
					outcomes[n] = in.doJob(jobs[n], settings)
					tell()
				}
				return nil
			})
		})
	}
	all.Wait()
	return outcomes, errors.Join(append(faults, ctx.Err())...)
}

func (in *input) doJob(j job, settings Settings) (o outcome) {
	s, there := in.books[instantOf(j.at)]
	if j.stored != nil {
		if there { // another tool may have stored a VaR for a time without a snapshot
			o.tested, o.isTested = in.testVaR(s, *j.stored, settings.Options, func(day time.Time) (risk.Hypothetical, error) {
				return in.history.HypotheticalPnL(s.book, in.rules.LastPricedDay(s.at), day)
			})
		}
		return o
	}
	if !there { // it was deleted, or moved to another time, after its time was read
		o.err = ErrNoBook
		return o
	}
	var simulation *risk.Simulation
	if o.computation, simulation, o.err = in.compute(s, settings, j.positions); o.err != nil {
		return o
	}
	m := o.computation.Metric
	if m.NoVaR { // nothing to test
		return o
	}
	v := desk.DailyVaR{ComputedAt: m.ComputedAt, VaR95Pct: m.VaR95Pct, VaR99Pct: m.VaR99Pct}
	o.tested, o.isTested = in.testVaR(s, v, settings.Options, simulation.Hypothetical)
	return o
}
