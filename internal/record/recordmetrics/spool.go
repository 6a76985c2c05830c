package recordmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/record/spool"
)

// keptRuns are the runs in a spool.
type keptRuns struct {
	left   spool.Undelivered
	oldest time.Time // zero if none waits
}

// spoolCollector tells how many runs are kept.
type spoolCollector struct {
	kept         *remembered[keptRuns]
	runs, oldest *prometheus.Desc
}

// Spool returns the metrics of the runs that wait for the database. find returns the spool. While it fails, the metrics are
// absent.
func Spool(ctx context.Context, now func() time.Time, find func() (*spool.Spool, error)) prometheus.Collector {
	ask := func(context.Context) (keptRuns, error) {
		s, err := find()
		if err != nil {
			return keptRuns{}, err
		}
		left := s.Undelivered()
		return keptRuns{left, left.Oldest()}, nil
	}
	return spoolCollector{
		kept: &remembered[keptRuns]{ask: ask, now: now, end: ctx},
		runs: prometheus.NewDesc("macrowatch_spool_runs", "Runs that are kept on disk, by whether they wait for the database or can't be delivered.",
			[]string{"state"}, nil),
		oldest: prometheus.NewDesc("macrowatch_spool_oldest_run_timestamp_seconds", "When the oldest run that waits was written, in Unix time; absent if none waits.", nil, nil),
	}
}

// Describe names the metrics.
func (c spoolCollector) Describe(descs chan<- *prometheus.Desc) {
	descs <- c.runs
	descs <- c.oldest
}

// Collect sends the metrics.
func (c spoolCollector) Collect(metrics chan<- prometheus.Metric) {
	kept, known := c.kept.get()
	if !known {
		return
	}
	metrics <- prometheus.MustNewConstMetric(c.runs, prometheus.GaugeValue, float64(kept.left.Waiting), "waiting")
	metrics <- prometheus.MustNewConstMetric(c.runs, prometheus.GaugeValue, float64(kept.left.SetAside), "set_aside")
	if !kept.oldest.IsZero() {
		metrics <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, float64(kept.oldest.UnixMilli())/1000)
	}
}
