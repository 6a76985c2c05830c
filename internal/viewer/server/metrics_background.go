package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/background"
)

// backgroundMetric is a metric that each piece of background work has.
type backgroundMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(background.State) float64
}

// backgroundCollector asks for the states of the background work whenever the metrics are read.
type backgroundCollector struct {
	states  func() []background.State
	metrics []backgroundMetric
}

func newBackgroundCollector(states func() []background.State) backgroundCollector {
	metric := func(name, help string, kind prometheus.ValueType, value func(background.State) float64) backgroundMetric {
		return backgroundMetric{prometheus.NewDesc("macrowatch_background_"+name, help, []string{"task"}, nil), kind, value}
	}
	return backgroundCollector{states, []backgroundMetric{
		metric("up", "1 while a piece of background work goes well, 0 while it fails and is tried again.", prometheus.GaugeValue,
			func(s background.State) float64 {
				if s.Since.IsZero() {
					return 1
				}
				return 0
			}),
		metric("failing_since_seconds", "When a piece of background work began to fail, in Unix time; 0 while it goes well.", prometheus.GaugeValue,
			func(s background.State) float64 {
				if s.Since.IsZero() {
					return 0
				}
				return float64(s.Since.UnixMilli()) / 1000
			}),
		metric("failures_total", "How often a piece of background work has failed, ended or panicked.", prometheus.CounterValue,
			func(s background.State) float64 { return float64(s.Failures) }),
		metric("panics_total", "How often a piece of background work has panicked, and survived.", prometheus.CounterValue,
			func(s background.State) float64 { return float64(s.Panics) }),
	}}
}

// Describe names the metrics.
func (c backgroundCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, m := range c.metrics {
		descs <- m.desc
	}
}

// Collect sends the metrics of each task.
func (c backgroundCollector) Collect(metrics chan<- prometheus.Metric) {
	for _, state := range c.states() {
		for _, m := range c.metrics {
			metrics <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(state), state.Name)
		}
	}
}
