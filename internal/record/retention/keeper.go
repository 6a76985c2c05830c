package retention

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/background"
	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

const (
	// roundInterval is how often a server asks whether it is time. So a machine that has slept misses no quiet hours.
	roundInterval = 10 * time.Minute
	// quietFor is how long after the quiet hour old rows are still removed. A server that begins later waits for the next
	// day, since people may be at work.
	quietFor = 4 * time.Hour
)

// Config says what a Keeper removes from where.
type Config struct {
	Store     *store.Store
	Retention desk.Retention
	// Now is the clock.
	Now    func() time.Time
	Logger *slog.Logger
}

// Keeper removes old rows once a day. Several servers of one database may each have one: one of them does it. It is a
// prometheus.Collector that tells what it has removed. Make one with New.
type Keeper struct {
	config Config
	rows   *prometheus.CounterVec
	done   *prometheus.GaugeVec // without a value before the first time
}

// New returns a keeper.
func New(config Config) *Keeper {
	return &Keeper{
		config: config,
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "macrowatch_retention_removed_rows_total",
			Help: "Old rows that this server has removed, by table, and by whether they were dropped or thinned."}, []string{"table", "action"}),
		done: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "macrowatch_retention_completed_timestamp_seconds",
			Help: "When this server last completed the removal of old rows, in Unix time. Absent before the first time."}, nil),
	}
}

// Run removes old rows once a day until ctx ends.
func (k *Keeper) Run(ctx context.Context, supervisor *background.Supervisor) {
	task := background.Task{Name: "retention", Fault: "Old rows are not removed"}
	supervisor.Every(ctx, task, 0, roundInterval, k.Round)
}

// Round removes old rows if it is time, unless this or another server has already done so for the newest quiet hour.
func (k *Keeper) Round(ctx context.Context) error {
	now := k.config.Now().Round(0) // without the monotonic clock, which stands while a machine sleeps
	due := k.config.Store.Rules().RetentionDue(now, k.config.Retention)
	if now.Sub(due) >= quietFor {
		return nil
	}
	done, err := k.config.Store.RetentionDone(ctx)
	if err != nil || !done.Before(due) {
		return err
	}
	parts, err := k.config.Store.Retain(ctx, k.config.Retention.Rules, now, store.RetainOptions{Removed: k.count})
	if errors.Is(err, store.ErrRetainedElsewhere) {
		return nil // in a later round, it is done or this server goes on
	}
	k.log(parts)
	if err != nil {
		return err
	}
	if err := k.config.Store.NoteRetention(ctx, due); err != nil {
		return err
	}
	k.done.WithLabelValues().Set(float64(k.config.Now().UnixMilli()) / 1000)
	return nil
}

// log logs what was removed, and which tables were left alone.
func (k *Keeper) log(parts []store.RetentionPart) {
	for _, p := range parts {
		switch {
		case p.LeftAlone != "":
			k.config.Logger.Warn("no old rows are removed", "table", p.Table, "reason", p.LeftAlone)
		case p.Rows > 0:
			k.config.Logger.Info("old rows are removed", "table", p.Table, "action", p.Action(), "rows", p.Rows, "before", p.Before.Format(time.DateOnly))
		}
	}
}

// count counts what a transaction has removed.
func (k *Keeper) count(parts []store.RetentionPart) {
	for _, p := range parts {
		k.rows.WithLabelValues(p.Table, p.Action()).Add(float64(p.Rows))
	}
}

// Describe is for a registry of Prometheus.
func (k *Keeper) Describe(out chan<- *prometheus.Desc) {
	k.rows.Describe(out)
	k.done.Describe(out)
}

// Collect is for a registry of Prometheus.
func (k *Keeper) Collect(out chan<- prometheus.Metric) {
	k.rows.Collect(out)
	k.done.Collect(out)
}
