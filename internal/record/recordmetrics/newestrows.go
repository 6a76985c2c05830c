package recordmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Newest tells of when the newest row of each table is.
type Newest struct {
	rows *remembered[map[string]time.Time]
	desc *prometheus.Desc
}

// NewestRows returns the metric of the newest row of each table. ask returns the times by table. While it fails or does not
// answer, the metric is absent.
func NewestRows(ctx context.Context, now func() time.Time, ask func(context.Context) (map[string]time.Time, error)) Newest {
	return Newest{
		rows: &remembered[map[string]time.Time]{ask: ask, now: now, end: ctx},
		desc: prometheus.NewDesc("macrowatch_table_newest_row_timestamp_seconds",
			"Of when the newest row of a table is, in Unix time: when a run began, when a signal was generated, the day of a price. Absent while the database does not answer.",
			[]string{"table"}, nil),
	}
}

// Describe names the metric.
func (c Newest) Describe(descs chan<- *prometheus.Desc) { descs <- c.desc }

// Collect sends the metric of each table.
func (c Newest) Collect(metrics chan<- prometheus.Metric) {
	rows, known := c.rows.get()
	if !known {
		return
	}
	for table, at := range rows {
		metrics <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(at.UnixMilli())/1000, table)
	}
}

// ageCollector tells how old the newest row of each table is in working time.
type ageCollector struct {
	rows *remembered[map[string]time.Time]
	now  func() time.Time
	age  func(from, to time.Time) time.Duration
	desc *prometheus.Desc
}

// Ages returns the metric of the age of these rows. The function age gives the desk's working time between two instants. Several
// goroutines may call it at once.
func (c Newest) Ages(age func(from, to time.Time) time.Duration) prometheus.Collector {
	return ageCollector{
		rows: c.rows, now: c.rows.now, age: age,
		desc: prometheus.NewDesc("macrowatch_table_newest_row_working_age_seconds",
			"How old the newest row of a table is. Only the time of the days on which the desk works counts. Absent while the database does not answer.",
			[]string{"table"}, nil),
	}
}

// Describe names the metric.
func (c ageCollector) Describe(descs chan<- *prometheus.Desc) { descs <- c.desc }

// Collect sends the metric of each table.
func (c ageCollector) Collect(metrics chan<- prometheus.Metric) {
	rows, known := c.rows.get()
	if !known {
		return
	}
	now := c.now()
	for table, at := range rows {
		metrics <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, c.age(at, now).Seconds(), table)
	}
}
