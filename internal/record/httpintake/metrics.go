package httpintake

import (
	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/desk"
)

// metrics are what the intake counts.
type metrics struct {
	requests *prometheus.CounterVec
	rows     *prometheus.CounterVec
	events   *prometheus.CounterVec
	waiting  []prometheus.Collector
}

func newMetrics(r *room) *metrics {
	gauge := func(name, help string, value func() int64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
	}
	return &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "macrowatch_intake_requests_total",
			Help: "Requests to the HTTP intake, by operation and outcome."}, []string{"operation", "outcome"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "macrowatch_intake_rows_total",
			Help: "Rows that the HTTP intake has taken, by operation and by what they changed."}, []string{"operation", "change"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "macrowatch_intake_lineage_events_total",
			Help: "Events of OpenLineage that the HTTP intake has taken, by type: those of a run, job, dataset, and ignored for those that a rule ignores."}, []string{"type"}),
		waiting: []prometheus.Collector{
			gauge("macrowatch_intake_requests", "Requests that the HTTP intake is taking.", func() int64 { requests, _ := r.held(); return requests }),
			gauge("macrowatch_intake_body_bytes", "Memory that holds bodies of requests to the HTTP intake.", func() int64 { _, bytes := r.held(); return bytes }),
		},
	}
}

// count counts the rows of a request.
func (m *metrics) count(operation string, c desk.Counts) {
	for change, n := range map[string]int64{"inserted": c.Inserted, "updated": c.Updated, "unchanged": c.Unchanged, "removed": c.Removed} {
		if n > 0 {
			m.rows.WithLabelValues(operation, change).Add(float64(n))
		}
	}
}

// countEvents counts the events of OpenLineage of a request.
func (m *metrics) countEvents(types map[string]int64) {
	for name, n := range types {
		m.events.WithLabelValues(name).Add(float64(n))
	}
}

func (m *metrics) all() []prometheus.Collector {
	return append([]prometheus.Collector{m.requests, m.rows, m.events}, m.waiting...)
}

// Describe is for a registry of Prometheus.
func (in *Intake) Describe(out chan<- *prometheus.Desc) {
	for _, c := range in.metrics.all() {
		c.Describe(out)
	}
}

// Collect is for a registry of Prometheus.
func (in *Intake) Collect(out chan<- prometheus.Metric) {
	for _, c := range in.metrics.all() {
		c.Collect(out)
	}
}
