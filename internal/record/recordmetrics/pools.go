package recordmetrics

import (
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// poolMetric is a metric that each pool of connections has.
type poolMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(*pgxpool.Stat) float64
}

// Pools returns the metrics of pools of connections by their names.
func Pools(pools map[string]*pgxpool.Pool) prometheus.Collector {
	metric := func(name, help string, kind prometheus.ValueType, value func(*pgxpool.Stat) float64) poolMetric {
		return poolMetric{prometheus.NewDesc("macrowatch_pool_"+name, help, []string{"pool"}, nil), kind, value}
	}
	return poolCollector{pools, []poolMetric{
		metric("acquired_connections", "Connections to the database that are in use.", prometheus.GaugeValue,
			func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) }),
		metric("idle_connections", "Connections to the database that are open and not in use.", prometheus.GaugeValue,
			func(s *pgxpool.Stat) float64 { return float64(s.IdleConns()) }),
		metric("constructing_connections", "Connections to the database that are being made.", prometheus.GaugeValue,
			func(s *pgxpool.Stat) float64 { return float64(s.ConstructingConns()) }),
		metric("max_connections", "How many connections to the database may be open at once.", prometheus.GaugeValue,
			func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) }),
		metric("acquires_total", "How often a connection was taken from the pool.", prometheus.CounterValue,
			func(s *pgxpool.Stat) float64 { return float64(s.AcquireCount()) }),
		metric("waits_total", "How often a connection had to be waited for, because all were in use or none was open.", prometheus.CounterValue,
			func(s *pgxpool.Stat) float64 { return float64(s.EmptyAcquireCount()) }),
		metric("wait_seconds_total", "Time for which connections were waited for.", prometheus.CounterValue,
			func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() }),
		metric("cancelled_acquires_total", "How often somebody gave up waiting for a connection.", prometheus.CounterValue,
			func(s *pgxpool.Stat) float64 { return float64(s.CanceledAcquireCount()) }),
	}}
}

type poolCollector struct {
	pools   map[string]*pgxpool.Pool
	metrics []poolMetric
}

// Describe names the metrics.
func (c poolCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		descs <- m.desc
	}
}

// Collect sends the metrics of each pool.
func (c poolCollector) Collect(metrics chan<- prometheus.Metric) {
	for name, pool := range c.pools {
		stat := pool.Stat()
		for _, m := range c.metrics {
			metrics <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(stat), name)
		}
	}
}
