package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/benchtarget"
	"macrowatch/internal/testkit/httpload"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/viewer/server"
)

// BenchmarkUnchangedPanel compares the answers of a panel whose data does not change with the answers of /livez, which cost
// nothing but HTTP itself. Both are asked by turns in one run, with 1, 8 and 32 connections. The target is 70 %.
func BenchmarkUnchangedPanel(b *testing.B) {
	url := serve(b, keepingConfig(b)).URL
	for _, connections := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("connections=%d", connections), func(b *testing.B) {
			const slice = 200 * time.Millisecond
			var panel, livez float64
			for b.Loop() {
				livez += answersIn(b, slice, connections, url+"/livez")
				panel += answersIn(b, slice, connections, url+onePanelPath)
			}
			benchtarget.AtLeast(b, 100*panel/livez, "%_of_livez", 70)
			b.ReportMetric(panel/(float64(b.N)*slice.Seconds()), "answers/s")
		})
	}
}

// keepingConfig describes a server that keeps answers, on a database of its own.
func keepingConfig(b *testing.B) server.Config {
	pool := pgtest.Migrated(b)
	health := store.New(pool, nil).Health()
	b.Cleanup(health.Close)
	cfg := config(b, small, pool)
	cfg.Snapshot, cfg.Now = health.Snapshot, time.Now
	return cfg
}

// answersIn returns how many answers come in a time over a number of connections.
func answersIn(b *testing.B, d time.Duration, connections int, url string) float64 {
	b.Helper()
	return httpload.Answers(b, d, connections, httpload.Get(func() string { return url }))
}

// BenchmarkUnchangedPanelInProcess leaves the connections out: what an answer costs the program itself.
func BenchmarkUnchangedPanelInProcess(b *testing.B) {
	s, err := server.New(keepingConfig(b))
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"livez": "/livez", "panel": onePanelPath, "all panels": "/api/dashboards/uid/small/panels?width=800"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = "localhost"
			r.Header.Set("Accept-Encoding", "gzip")
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}
