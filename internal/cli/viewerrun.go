package cli

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/alert/silence"
	"macrowatch/internal/background"
	"macrowatch/internal/dashboard"
	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/recordmetrics"
	"macrowatch/internal/record/spool"
	"macrowatch/internal/viewer/query"
	"macrowatch/internal/viewer/server"
	"macrowatch/web"
)

// collectPercent is the GOGC of demo and serve: Go collects garbage when the memory has grown by half. Go's
// own default is to wait until the memory has doubled.
const collectPercent = 50

// usualPercent is Go's own default of GOGC, for the commands that choose no other.
const usualPercent = 100

// startPercent is the GOGC of every command before it runs, of exec, and of demo and serve until their page is up. demo and serve make
// more garbage in that time than they have in use, and collecting it would take a fifth of the processor time of the start. freeStart
// gives the memory back.
const startPercent = 400

// startWork is how long the first round of the tasks beside the page takes at most, on a machine that has time for it.
const startWork = time.Second

// freeStart gives the memory back that the start took: the page and the tasks beside it need less from then on.
func (a *app) freeStart(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(startWork):
		debug.FreeOSMemory()
		if err := freeProgram(); err != nil {
			a.log.Info("the pages of the program's file stay in memory", "error", err)
		}
	}
}

// collectEvery sets GOGC, and returns what it was. It does nothing if the user has set it.
func collectEvery(percent int) (before int) {
	if os.Getenv("GOGC") != "" {
		return percent
	}
	return debug.SetGCPercent(percent)
}

// run serves until ctx ends, and runs the tasks beside that. It prints the page's address last, when
// everything else has been said.
func (v *viewer) run(ctx context.Context, beside ...func(context.Context)) error {
	shown, err := v.shown()
	if err != nil {
		return err
	}
	boards := newOwnBoards(v.flags.boards.dir, shown.builtIn, v.app.Now)
	page, err := web.Dist()
	if err != nil {
		return err
	}
	pool := v.db.viewerStore().Pool()
	health := v.db.viewerStore().Health()
	defer health.Close()
	ping, read := health.Ping, server.Replica(nil)
	if v.db.follower != nil {
		ping, read = v.db.follower.Ping, newReadReplica(v.db)
	}
	going, stop := context.WithCancel(ctx)
	defer stop()
	taken, err := v.intake()
	if err != nil {
		return err
	}
	panels := int(pool.Config().MaxConns) // if more were computed at once, they would only wait for each other
	if v.db.replica != nil {
		panels = min(panels, int(v.db.replica.Pool().Config().MaxConns))
	}
	if v.flags.login.keepsSessions() {
		checking, err := v.keepSessions(ctx, v.login)
		if err != nil {
			return err
		}
		beside = append(beside, checking)
		panels = max(panels-1, 1) // one connection is for the sessions
	}
	accessLog, closeLog, err := v.app.openAccessLog(v.flags.watch)
	if err != nil {
		return err
	}
	defer closeLog()
	s, err := server.New(server.Config{
		Dashboards:   boards.read(),
		Home:         dashboard.Home,
		Querier:      query.NewRunner(pool, query.Options{}),
		Ping:         ping,
		Snapshot:     health.Snapshot,
		Replica:      read,
		Page:         page,
		BasePath:     v.flags.basePath,
		AllowedHosts: v.flags.hosts(),
		Door:         v.flags.door.door(),
		Login:        v.login,
		AccessLog:    accessLog,
		OwnMetrics:   v.metrics != nil,
		Now:          v.app.Now,
		AsOf:         v.asOf,
		SampleData:   v.holdsSampleData(),
		OwnSteps:     v.ownSteps(),
		DeliverKept:  v.deliverNow,
		Alerting:     v.alerting(),
		Verdict:      shown.verdict,
		Zone:         v.app.rules().Zone,
		Version:      v.app.build.Version,
		Build:        server.Build{Version: v.app.build.Version, Revision: v.app.build.Revision, Go: v.app.build.Go},
		Preparing:    v.left,
		Background:   v.app.background.States,
		Logger:       v.app.log,
		Intake:       taken,
		Collectors:   v.collectors(going, taken),

		MaxConcurrentPanels: panels,
	})
	if err != nil {
		return err
	}
	collectEvery(collectPercent)
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer stop()
	atOnce := []func(context.Context){
		func(ctx context.Context) { boards.follow(ctx, v.app, s) },
		func(ctx context.Context) { v.app.deliverKept(ctx, v.database, v.db) },
		func(ctx context.Context) { v.app.guardAgainstReaders(ctx, v.db) },
	}
	if v.asOf.IsZero() {
		atOnce = append(atOnce, func(ctx context.Context) { v.listen(ctx, s) })
	}
	if v.db.follower != nil {
		atOnce = append(atOnce, func(ctx context.Context) { v.db.follower.Run(ctx, v.app.background, s.ChangedTo) })
	}
	if v.alerts != nil { // what is out of order shows only in a whole record
		beside = append(beside, v.alerts.evaluate, v.alerts.send, v.alerts.report)
	}
	for _, task := range atOnce {
		tasks.Go(func() { task(going) })
	}
	if v.metrics != nil {
		tasks.Go(func() {
			if err := s.ServeMetrics(going, v.metrics); err != nil {
				v.app.fail(err)
			}
		})
	}
	fmt.Fprintf(v.app.Out, "macrowatch is at %s\n", v.address)
	if v.flags.open {
		openBrowser(ctx, v.address)
	}
	beside = append(beside, v.app.freeStart)
	serving, end := context.WithCancelCause(ctx)
	defer end(nil)
	tasks.Go(func() {
		if err := v.completeRecord(going, s); err != nil {
			end(err)
			return
		}
		for _, task := range beside {
			tasks.Go(func() { task(going) })
		}
	})
	if err := s.Serve(serving, v.listener); err != nil {
		return err
	}
	if ctx.Err() == nil {
		return context.Cause(serving)
	}
	return nil
}

// completeRecord completes the sample desk's record, if that is to be done, and then lets the pages show it.
func (v *viewer) completeRecord(ctx context.Context, s *server.Server) error {
	if v.prepare == nil {
		return nil
	}
	if err := background.Recovered(func() error { return v.prepare(ctx) }); err != nil {
		return err
	}
	debug.FreeOSMemory() // years of the record took more memory than its pages do
	s.Changed()          // whatever the pages have heard of before
	v.preparation.end()
	return nil
}

// left says what is still to be done before the pages can show anything; nil if nothing is.
func (v *viewer) left() *server.Preparing {
	if v.preparation == nil {
		return nil
	}
	return v.preparation.left()
}

// collectors returns the metrics of the record, and those of the intake.
func (v *viewer) collectors(ctx context.Context, taken prometheus.Collector) []prometheus.Collector {
	pools := map[string]*pgxpool.Pool{"record": v.db.Pool()}
	if v.db.viewer != nil {
		pools["viewer"] = v.db.viewer.Pool()
	}
	var own []prometheus.Collector
	if v.db.follower != nil {
		pools["replica"] = v.db.replica.Pool()
		own = append(own, v.db.follower)
	}
	if v.alerts != nil {
		own = append(own, v.alerts.courier, recordmetrics.Alerts(ctx, time.Now, v.db.AlertCounts))
	}
	if v.retention != nil {
		own = append(own, v.retention)
	}
	newest := recordmetrics.NewestRows(ctx, time.Now, v.db.viewerStore().NewestRows)
	return append(own,
		taken,
		recordmetrics.Pools(pools),
		recordmetrics.Spool(ctx, time.Now, func() (*spool.Spool, error) { return v.app.spool(v.database) }),
		newest,
		newest.Ages(v.app.workingAge),
	)
}

// workingAge returns the desk's working time between two instants, and all time where the desk's calendar can't be read.
func (a *app) workingAge(from, to time.Time) time.Duration {
	workdays, err := a.rules().Workdays()
	if err != nil {
		return to.Sub(from)
	}
	return workdays.Age(from, to)
}

// mostWriters is how many requests of the intake write at once. Half of the connections stay for everything else.
const mostWriters = 4

// intake returns the handler that takes rows over HTTP. It writes with the connections of the database's own login,
// never with those of the viewer's role.
func (v *viewer) intake() (*httpintake.Intake, error) {
	writers := min(mostWriters, max(1, int(v.db.Pool().Config().MaxConns)/2))
	return httpintake.New(httpintake.Config{Store: v.db.Store, Now: v.app.Now, Logger: v.app.log, BasePath: strings.TrimRight(v.flags.basePath, "/"),
		Operations: silence.Calls(), LineageRules: v.rules, Limits: httpintake.Limits{Writers: writers}})
}

// listen waits until ctx ends for what any macrowatch process writes into the database. It then tells the
// open pages, the task that computes the risk and the one that evaluates the alerts.
func (v *viewer) listen(ctx context.Context, s *server.Server) {
	news := make(chan struct{}, 1)
	changed := func() {
		waiting := []chan struct{}{news, v.changed}
		if v.alerts != nil {
			waiting = append(waiting, v.alerts.changed)
		}
		for _, task := range waiting {
			select {
			case task <- struct{}{}:
			default: // the task already has a message waiting
			}
		}
	}
	var counting sync.WaitGroup
	defer counting.Wait()
	counting.Go(func() { v.countChanges(ctx, s, news) })
	task := background.Task{Name: "changes", Fault: "What is recorded is not noticed at once"}
	listened := false // at an earlier time
	v.app.background.Run(ctx, task, func(ctx context.Context, tell func(error)) error {
		listening := false
		err := v.db.viewerStore().Listen(ctx, func() {
			tell(nil)
			if listened {
				changed() // something may have been written while nobody listened
			}
			listened, listening = true, true
		}, changed)
		if listening {
			changed() // makes the pages ask, so that they learn that the database is away
		}
		return err
	})
}

// countLimit is how long the database may take to say how far the record is.
const countLimit = 2 * time.Second

// countChanges tells the pages how far the record is, whenever there is news of it, until ctx ends. If the pages are read from a replica,
// its follower tells them.
func (v *viewer) countChanges(ctx context.Context, s *server.Server, news <-chan struct{}) {
	last := ""
	for first := true; ; first = false {
		if v.db.follower == nil || v.db.follower.ReadsPrimary() {
			before := last
			if last = v.countOnce(ctx, s); !first && (last == "" || last == before) {
				s.Changed() // something is new that was not counted, or the database does not answer
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
	}
}

// countOnce asks how far the record is, and tells it. The result is "" if that is not known.
func (v *viewer) countOnce(ctx context.Context, s *server.Server) string {
	ctx, cancel := context.WithTimeout(ctx, countLimit)
	defer cancel()
	count, err := v.db.viewerStore().ChangesCounted(ctx)
	if err != nil || count == "" {
		return ""
	}
	s.ChangedTo(count)
	return count
}
