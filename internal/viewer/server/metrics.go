package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"macrowatch/internal/viewer/panel/kinds"
)

// metrics are what the server counts and measures about itself. Each server has its own registry.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	panels   *prometheus.HistogramVec
	shared   prometheus.Counter
	panics   prometheus.Counter
	dbUp     prometheus.Gauge

	connections       prometheus.Gauge
	connectionsClosed prometheus.Counter
	cutOff            prometheus.Counter
	busy              prometheus.Counter
}

func newMetrics(b Build) *metrics {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	register := promauto.With(registry) // each metric that it makes is registered
	counter := func(name, help string) prometheus.Counter {
		return register.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return register.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	durations := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return register.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	register.NewGauge(prometheus.GaugeOpts{
		Name:        "macrowatch_build_info",
		Help:        "Always 1; the labels say what the program was built from.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "goversion": b.Go},
	}).Set(1)
	return &metrics{
		registry: registry,
		requests: durations("macrowatch_http_request_duration_seconds", "Time to answer an HTTP request, by route, method and status class.",
			[]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}, "route", "method", "code"),
		panels: durations("macrowatch_panel_duration_seconds", "Time to compute a panel with its queries, by dashboard, kind of panel and outcome.",
			[]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30}, "dashboard", "kind", "outcome"),
		shared:            counter("macrowatch_answers_shared_total", "Panels, and values of variables, that were given again without a query, because nothing had been committed since they were computed."),
		panics:            counter("macrowatch_panics_total", "Faults of the program that it met while it answered a request or a panel, and survived."),
		dbUp:              gauge("macrowatch_database_up", "1 while the database answers, 0 while it does not."),
		connections:       gauge("macrowatch_http_connections", "HTTP connections that are open."),
		connectionsClosed: counter("macrowatch_http_connections_closed_total", "HTTP connections that were closed to make room for a new one."),
		cutOff:            counter("macrowatch_http_slow_readers_total", "Answers that were cut off because their readers were slow to receive them and others needed the memory."),
		busy:              counter("macrowatch_http_busy_total", "Requests that were refused because too many were being answered."),
	}
}

// handler asks whether the database answers, and then writes the metrics.
func (m *metrics) handler(ping func(context.Context) error) http.Handler {
	answer := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = ping(r.Context()) // ping sets the metric of the database
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

// forgetDashboard drops what was measured of a dashboard.
func (m *metrics) forgetDashboard(uid string) {
	m.panels.DeletePartialMatch(prometheus.Labels{"dashboard": uid})
}

// panel counts a panel. Kinds that are not drawn share one name, as a dashboard's file may invent any number of them.
func (m *metrics) panel(dashboard, kind string, failed bool, took time.Duration) {
	if _, known := kinds.Find(kind); !known {
		kind = "other"
	}
	outcome := "ok"
	if failed {
		outcome = "error"
	}
	m.panels.WithLabelValues(dashboard, kind, outcome).Observe(took.Seconds())
}

func (m *metrics) observe(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		next.ServeHTTP(rec, r)
		m.requests.WithLabelValues(route, methodLabel(r.Method), strconv.Itoa(rec.status/100)+"xx").Observe(time.Since(start).Seconds())
	})
}

// methodLabel returns a method's name. A client may invent methods; they share one name, so that there are only a few.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
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

// Unwrap returns the wrapped writer, for http.ResponseController.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
