package recordmetrics

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// clock is a clock that a test sets.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time           { return time.Unix(c.seconds.Load(), 0) }
func (c *clock) advance(by time.Duration) { c.seconds.Add(int64(by / time.Second)) }
func startingAt(seconds int64) (started *clock) {
	started = &clock{}
	started.seconds.Store(seconds)
	return
}

func at(seconds int64) map[string]time.Time {
	return map[string]time.Time{"pipeline_runs": time.Unix(seconds, 0)}
}

// However often and by however many the metrics are read, the database is asked once in 15 seconds.
func TestTheDatabaseIsAskedOnceInAWhile(t *testing.T) {
	t.Parallel()
	c := startingAt(1000)
	var asked atomic.Int64
	rows := NewestRows(t.Context(), c.now, func(context.Context) (map[string]time.Time, error) { return at(asked.Add(1)), nil })
	read := func() float64 { return testutil.ToFloat64(rows) }
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { testutil.CollectAndCount(rows) })
	}
	all.Wait()
	if got := read(); got != 1 {
		t.Errorf("after 20 readings at once: %v, want the first answer", got)
	}
	c.advance(14 * time.Second)
	if got := read(); got != 1 {
		t.Errorf("after 14 s: %v, want the first answer", got)
	}
	c.advance(time.Second)
	if got := read(); got != 2 {
		t.Errorf("after 15 s: %v, want the second answer", got)
	}
}

// What is not known is absent: a wrong number would be believed. A reader gets an answer although the database hangs.
func TestWhatIsNotKnownIsAbsent(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(context.Context) (map[string]time.Time, error){
		"the database refuses": func(context.Context) (map[string]time.Time, error) { return nil, errors.New("away") },
		"the database hangs":   func(ctx context.Context) (map[string]time.Time, error) { <-ctx.Done(); return nil, ctx.Err() },
		"the program is wrong": func(context.Context) (map[string]time.Time, error) { panic("no") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startingAt(1000)
			var away atomic.Bool
			rows := NewestRows(t.Context(), c.now, func(ctx context.Context) (map[string]time.Time, error) {
				if away.Load() {
					return fails(ctx)
				}
				return at(7), nil
			})
			if n := testutil.CollectAndCount(rows); n != 1 {
				t.Fatalf("%d metrics before", n)
			}
			away.Store(true)
			c.advance(15 * time.Second)
			if n := testutil.CollectAndCount(rows); n != 0 {
				t.Errorf("%d metrics while it does not answer, want none", n)
			}
			away.Store(false)
			waitUntil(t, func() bool {
				c.advance(15 * time.Second) // the answer that hangs counts from when it is given up
				return testutil.CollectAndCount(rows) == 1
			})
		})
	}
}

// A question that is under way ends with the program.
func TestAQuestionEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	rows := NewestRows(ctx, time.Now, func(ctx context.Context) (map[string]time.Time, error) {
		end()
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	})
	testutil.CollectAndCount(rows)
	<-ended
}

// waitUntil waits until a condition holds, for as long as the test may run.
func waitUntil(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(deadline) {
			t.Fatal("it never came to hold")
		}
	}
}

// lint fails if the names or the help of metrics break the conventions of Prometheus.
func lint(t *testing.T, c prometheus.Collector) {
	t.Helper()
	problems, err := testutil.CollectAndLint(c)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// expect compares metrics of a name with the text that Prometheus gets.
func expect(t *testing.T, c prometheus.Collector, want, name string) {
	t.Helper()
	if err := testutil.CollectAndCompare(c, strings.NewReader(want), name); err != nil {
		t.Error(err)
	}
}

// gathered returns the text that Prometheus gets.
func gathered(t *testing.T, c prometheus.Collector) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if answer.Code != 200 {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}
