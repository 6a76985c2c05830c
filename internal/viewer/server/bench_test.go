package server_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/benchtarget"
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
	return answersOf(b, d, connections, func() string { return url })
}

// answersOf is answersIn for addresses that differ.
func answersOf(b *testing.B, d time.Duration, connections int, url func() string) float64 {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	ends := time.Now().Add(d)
	counts := make([]int, connections)
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			for time.Now().Before(ends) {
				resp, err := client.Get(url())
				if err != nil {
					b.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK {
					b.Error(resp.Status, err)
					return
				}
				counts[i]++
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum)
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
