package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"macrowatch/internal/background"
)

var (
	backgroundUp = prometheus.NewDesc("macrowatch_background_up",
		"1 while a piece of background work goes well, 0 while it fails and is tried again.", []string{"task"}, nil)
	backgroundSince = prometheus.NewDesc("macrowatch_background_failing_since_seconds",
		"When a piece of background work began to fail, in Unix time; 0 while it goes well.", []string{"task"}, nil)
	backgroundFailures = prometheus.NewDesc("macrowatch_background_failures_total",
		"How often a piece of background work has failed, ended or panicked.", []string{"task"}, nil)
	backgroundPanics = prometheus.NewDesc("macrowatch_background_panics_total",
		"How often a piece of background work has panicked, and survived.", []string{"task"}, nil)
)

// backgroundCollector gives how the background work fares when it is asked.
type backgroundCollector func() []background.State

// Describe names the metrics.
func (backgroundCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{backgroundUp, backgroundSince, backgroundFailures, backgroundPanics} {
		descs <- d
	}
}

// Collect gives the metrics of each task.
func (c backgroundCollector) Collect(metrics chan<- prometheus.Metric) {
	for _, state := range c() {
		up, since := 1.0, 0.0
		if !state.Since.IsZero() {
			up, since = 0, float64(state.Since.UnixMilli())/1000
		}
		metrics <- prometheus.MustNewConstMetric(backgroundUp, prometheus.GaugeValue, up, state.Name)
		metrics <- prometheus.MustNewConstMetric(backgroundSince, prometheus.GaugeValue, since, state.Name)
		metrics <- prometheus.MustNewConstMetric(backgroundFailures, prometheus.CounterValue, float64(state.Failures), state.Name)
		metrics <- prometheus.MustNewConstMetric(backgroundPanics, prometheus.CounterValue, float64(state.Panics), state.Name)
	}
}
