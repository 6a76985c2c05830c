package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// querierFunc answers queries without a database.
type querierFunc func(ctx context.Context, sql string) (*data.Frame, error)

func (f querierFunc) Query(ctx context.Context, sql, _ string, _ *data.FillMissing) (*data.Frame, error) {
	return f(ctx, sql)
}

func serveQuerier(t *testing.T, q querierFunc) *httptest.Server {
	t.Helper()
	cfg := config(t, small, nil)
	cfg.Querier, cfg.Ping = q, func(context.Context) error { return nil }
	return serve(t, cfg)
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Timeout: 90 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAPanicInOnePanelIsThatPanelsError(t *testing.T) {
	t.Parallel()
	for what, panics := range map[string]func(){
		"a text":          func() { panic("a fault") },
		"a division":      func() { var n int; _ = 1 / n },
		"an index":        func() { var s []int; _ = s[len(s)] },
		"an uncomparable": func() { a, b := any([]int{1}), any([]int{1}); _ = a == b },
	} {
		t.Run(what, func(t *testing.T) {
			ts := serveQuerier(t, func(_ context.Context, sql string) (*data.Frame, error) {
				if strings.Contains(sql, "nonsense") {
					panics()
				}
				return data.NewFrame("", data.NewField("runs", nil, []*float64{new(float64)})), nil
			})
			for range 2 { // the process goes on
				status, body := fetch(t, ts.URL+"/api/dashboards/uid/small/panels")
				if status != http.StatusOK || strings.Count(body, "\n") != 3 || strings.Count(body, "fault of the program") != 1 {
					t.Errorf("%s: %d %s", what, status, body)
				}
			}
			if status, body := fetch(t, ts.URL+"/api/dashboards/uid/small/panels/2"); status != http.StatusOK || !strings.Contains(body, "fault of the program") {
				t.Errorf("%s: %d %s", what, status, body)
			}
			if _, body := fetch(t, ts.URL+"/metrics"); !strings.Contains(body, "macrowatch_panics_total 3") {
				t.Errorf("%s: the panics are not counted", what)
			}
		})
	}
}

func TestIdenticalPanelsAskedForAtOnceAreComputedOnce(t *testing.T) {
	t.Parallel()
	var computed atomic.Int64
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	ts := serveQuerier(t, func(context.Context, string) (*data.Frame, error) {
		computed.Add(1)
		arrived <- struct{}{}
		<-release
		return data.NewFrame("", data.NewField("runs", nil, []*float64{new(float64)})), nil
	})
	var all sync.WaitGroup
	answers := make(chan string, 20)
	ask := func(query string) {
		all.Go(func() {
			_, body := fetch(t, ts.URL+"/api/dashboards/uid/small/panels/1"+query)
			answers <- body
		})
	}
	for range 8 {
		ask("?from=now-6h&to=now")
	}
	ask("?from=now-7h&to=now")
	<-arrived
	<-arrived // of the two ranges
	// The other requests have joined these two, or are on their way. The two wait until release is closed.
	for range 200 {
		if computed.Load() > 2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	close(answers)
	for body := range answers {
		if !strings.Contains(body, `"id":1`) {
			t.Errorf("an answer: %s", body)
		}
	}
	if n := computed.Load(); n >= 9 {
		t.Errorf("9 requests for 2 different panels were computed %d times", n)
	}
}

func TestAReaderWhoGoesAwayLeavesTheOthersTheirAnswer(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	ts := serveQuerier(t, func(ctx context.Context, _ string) (*data.Frame, error) {
		arrived <- struct{}{}
		select {
		case <-release:
			return data.NewFrame("", data.NewField("runs", nil, []*float64{new(float64)})), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	url := ts.URL + "/api/dashboards/uid/small/panels/1"
	leaving, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(leaving, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	})
	<-arrived
	all.Go(func() {
		if _, body := fetch(t, url); strings.Contains(body, `"error"`) {
			t.Errorf("the reader who stayed got %s", body)
		}
	})
	leave()
	close(release)
	all.Wait()
}
