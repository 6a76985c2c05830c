package recordmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// newestCollector tells of when the newest row of each table is.
type newestCollector struct {
	rows *remembered[map[string]time.Time]
	desc *prometheus.Desc
}

// NewestRows returns the metric of the newest row of each table. ask returns the times by table. While it fails or does not
// answer, the metric is absent.
func NewestRows(ctx context.Context, now func() time.Time, ask func(context.Context) (map[string]time.Time, error)) prometheus.Collector {
	return newestCollector{
		rows: &remembered[map[string]time.Time]{ask: ask, now: now, end: ctx},
		desc: prometheus.NewDesc("macrowatch_table_newest_row_timestamp_seconds",
			"Of when the newest row of a table is, in Unix time: when a run began, when a signal was generated, the day of a price. Absent while the database does not answer.",
			[]string{"table"}, nil),
	}
}

// Describe names the metric.
func (c newestCollector) Describe(descs chan<- *prometheus.Desc) { descs <- c.desc }

// Collect sends the metric of each table.
func (c newestCollector) Collect(metrics chan<- prometheus.Metric) {
	rows, known := c.rows.get()
	if !known {
		return
	}
	for table, at := range rows {
		metrics <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(at.UnixMilli())/1000, table)
	}
}
