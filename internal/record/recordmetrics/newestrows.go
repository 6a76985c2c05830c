package recordmetrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Newest is a metric of the newest row of each table.
type Newest struct {
	rows  *remembered[map[string]time.Time]
	desc  *prometheus.Desc
	value func(at time.Time) float64 // what it says of a row from a time
}

// NewestRows returns the metric of when the newest row of each table is. ask returns the times by table. While it fails or does
// not answer, the metric is absent.
func NewestRows(ctx context.Context, now func() time.Time, ask func(context.Context) (map[string]time.Time, error)) Newest {
	return Newest{
		rows: &remembered[map[string]time.Time]{ask: ask, now: now, end: ctx},
		desc: prometheus.NewDesc("macrowatch_table_newest_row_timestamp_seconds",
			"Of when the newest row of a table is, in Unix time: when a run began, when a signal was generated, the day of a price. Absent while the database does not answer.",
			[]string{"table"}, nil),
		value: func(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 },
	}
}

// Ages returns the metric of the age of these rows. The function age gives the desk's working time between two instants. Several
// goroutines may call it at once.
func (c Newest) Ages(age func(from, to time.Time) time.Duration) Newest {
	return Newest{
		rows: c.rows,
		desc: prometheus.NewDesc("macrowatch_table_newest_row_working_age_seconds",
			"How old the newest row of a table is. Only the time of the days on which the desk works counts. Absent while the database does not answer.",
			[]string{"table"}, nil),
		value: func(at time.Time) float64 { return age(at, c.rows.now()).Seconds() },
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
		metrics <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, c.value(at), table)
	}
}
