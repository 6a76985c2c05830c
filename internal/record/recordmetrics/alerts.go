package recordmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/record/store"
)

// alertCollector tells of the alerts and of the messages about them.
type alertCollector struct {
	counts                  *remembered[store.AlertCounts]
	firing, waiting, oldest *prometheus.Desc
}

// Alerts returns the metrics of the alerts that fire and of the messages that are not sent. ask counts them. While it fails
// or does not answer, the metrics are absent.
func Alerts(ctx context.Context, now func() time.Time, ask func(context.Context) (store.AlertCounts, error)) prometheus.Collector {
	return alertCollector{
		counts:  &remembered[store.AlertCounts]{ask: ask, now: now, end: ctx},
		firing:  prometheus.NewDesc("macrowatch_alerts_firing", "Alerts about the desk that fire.", []string{"severity"}, nil),
		waiting: prometheus.NewDesc("macrowatch_alert_messages_waiting", "Messages about alerts that are not sent yet.", nil, nil),
		oldest: prometheus.NewDesc("macrowatch_alert_oldest_message_timestamp_seconds",
			"When the oldest message about an alert that is not sent came about, in Unix time. Absent if none waits.", nil, nil),
	}
}

// Describe names the metrics.
func (c alertCollector) Describe(descs chan<- *prometheus.Desc) {
	descs <- c.firing
	descs <- c.waiting
	descs <- c.oldest
}

// Collect sends the metrics.
func (c alertCollector) Collect(metrics chan<- prometheus.Metric) {
	counts, known := c.counts.get()
	if !known {
		return
	}
	for severity, n := range counts.Firing {
		metrics <- prometheus.MustNewConstMetric(c.firing, prometheus.GaugeValue, float64(n), string(severity))
	}
	metrics <- prometheus.MustNewConstMetric(c.waiting, prometheus.GaugeValue, float64(counts.Waiting))
	if !counts.OldestWaiting.IsZero() {
		metrics <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, float64(counts.OldestWaiting.UnixMilli())/1000)
	}
}
