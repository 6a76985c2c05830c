package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the program's own numbers, in a registry of this server's own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	panels   *prometheus.HistogramVec
	panics   prometheus.Counter
	dbUp     prometheus.Gauge

	connections       prometheus.Gauge
	connectionsClosed prometheus.Counter
	cutOff            prometheus.Counter
	busy              prometheus.Counter
}

func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "macrowatch_http_request_duration_seconds",
			Help:    "Time to answer an HTTP request, by route and status class.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "code"}),
		panels: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "macrowatch_panel_duration_seconds",
			Help:    "Time to compute a panel, its query included, by dashboard and outcome.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30},
		}, []string{"dashboard", "outcome"}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "macrowatch_panics_total",
			Help: "Faults of the program that were met while a request or a panel was answered, and survived.",
		}),
		dbUp: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "macrowatch_database_up",
			Help: "1 while the database answers, 0 while it does not.",
		}),
		connections: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "macrowatch_http_connections",
			Help: "HTTP connections that are open.",
		}),
		connectionsClosed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "macrowatch_http_connections_closed_total",
			Help: "HTTP connections that were closed to make room for a new one.",
		}),
		cutOff: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "macrowatch_http_slow_readers_total",
			Help: "Answers that were cut off since their readers did not take them and others needed the memory.",
		}),
		busy: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "macrowatch_http_busy_total",
			Help: "Requests that were refused since too many were being answered.",
		}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "macrowatch_build_info",
		Help:        "Always 1; the version is its label.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.panels, m.panics, m.dbUp, info,
		m.connections, m.connectionsClosed, m.cutOff, m.busy,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler answers with the metrics, once it has asked how the database is.
func (m *metrics) handler(ping func(context.Context) error) http.Handler {
	answer := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = ping(r.Context()) // it notes the result as a metric
		answer.ServeHTTP(w, r)
	})
}

func (m *metrics) database(up bool) {
	if up {
		m.dbUp.Set(1)
	} else {
		m.dbUp.Set(0)
	}
}

func (m *metrics) panel(dashboard string, failed bool, took time.Duration) {
	outcome := "ok"
	if failed {
		outcome = "error"
	}
	m.panels.WithLabelValues(dashboard, outcome).Observe(took.Seconds())
}

func (m *metrics) observe(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(rec, r)
		m.requests.WithLabelValues(route, strconv.Itoa(rec.status/100)+"xx").Observe(time.Since(start).Seconds())
	})
}

// statusRecorder remembers the status. Unwrap lets http.ResponseController reach the flusher.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap gives the wrapped writer, for http.ResponseController.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
