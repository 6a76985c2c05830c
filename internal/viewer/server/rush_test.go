package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/server"
)

// countingQuerier answers each query with how many there were.
type countingQuerier struct {
	queries atomic.Int64
	fails   atomic.Bool
}

func (q *countingQuerier) Query(context.Context, string, string, *data.FillMissing) (*data.Frame, error) {
	n := q.queries.Add(1)
	if q.fails.Load() {
		return nil, fmt.Errorf("failure %d", n)
	}
	return data.NewFrame("", data.NewField("n", nil, []float64{float64(n)})), nil
}

// rushed starts a server in a bubble of synctest, where time passes as the test says.
func rushed(t *testing.T) (s *server.Server, q *countingQuerier, ask func(path string) string) {
	t.Helper()
	q = &countingQuerier{}
	cfg := config(t, small, nil)
	cfg.Querier, cfg.Ping = q, func(context.Context) error { return nil }
	s, err := server.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, q, func(path string) string {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
}

const onePanelPath = "/api/dashboards/uid/small/panels/1?width=800"

func TestReadersShareAnswersInARushOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, ask := rushed(t)
		calm := ask(onePanelPath)
		if again := ask(onePanelPath); again == calm {
			t.Error("without a rush an answer was given twice")
		}
		server.BeginRush(s)
		first := ask(onePanelPath)
		s.Changed()
		if second := ask(onePanelPath); second != first {
			t.Errorf("in a rush the panel was computed again: %s", second)
		}
		if other := ask(onePanelPath + "&from=now-7d"); other == first {
			t.Error("another range got the same answer")
		}
		if light := ask(onePanelPath + "&theme=light"); light == first {
			t.Error("another theme got the same answer")
		}
		time.Sleep(server.RushAge)
		if later := ask(onePanelPath); later == first {
			t.Errorf("in a rush a panel is given that is %s old", server.RushAge)
		}
	})
}

// A page whose panels are older than the last change must learn of the change once more, or it would stay out of date.
func TestAPageWithSharedPanelsLearnsOfTheChangeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, ask := rushed(t)
		server.BeginRush(s)
		first := ask(onePanelPath)
		s.Changed()
		known := ask("/api/changes")
		if ask(onePanelPath) != first {
			t.Fatal("the panel was not shared")
		}
		time.Sleep(server.RushPace + time.Second) // the rush is over
		if told := ask("/api/changes"); told == known {
			t.Error("the page does not learn that its panels are out of date")
		}
		if ask(onePanelPath) == first {
			t.Error("the panel is still the old one")
		}
		known = ask("/api/changes")
		time.Sleep(time.Minute)
		if told := ask("/api/changes"); told != known {
			t.Error("pages load again although nothing has changed")
		}
	})
}

// A page may ask another server each time.
func TestServersOfADatabaseTellPagesTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		one, _, askOne := rushed(t)
		two, _, askTwo := rushed(t)
		const path = "/api/changes"
		for _, s := range []*server.Server{one, two} {
			s.ChangedTo("41")
		}
		known := askOne(path)
		if other := askTwo(path); other != known {
			t.Errorf("of the same record one server tells %s, and the other %s", known, other)
		}
		one.ChangedTo("41")
		if again := askOne(path); again != known {
			t.Errorf("the record is where it was, and %s is told", again)
		}
		two.Changed() // the other does not know of it
		if told := askTwo(path); told == known {
			t.Error("a change that was not counted is not told")
		}
		time.Sleep(server.Nudge)
		if told := askTwo(path); told != known {
			t.Errorf("one server goes on to tell %s, and the other %s: pages that ask both would load all the time", told, known)
		}
		one.ChangedTo("42")
		two.ChangedTo("42")
		if now := askOne(path); now == known || now != askTwo(path) {
			t.Errorf("after a change one server tells %s, and the other %s", now, askTwo(path))
		}
	})
}

func TestPagesLearnOfChangesLessOftenInARush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, ask := rushed(t)
		told := func() int {
			versions := map[string]bool{}
			for range 60 {
				s.Changed()
				versions[ask("/api/changes")] = true
				time.Sleep(time.Second)
			}
			return len(versions)
		}
		if n := told(); n != 60 {
			t.Errorf("without a rush a page learns of %d changes of 60", n)
		}
		keepOn := time.NewTicker(server.RushPace / 2)
		defer keepOn.Stop()
		server.BeginRush(s)
		done := make(chan struct{})
		go func() {
			for {
				select {
				case <-done:
					return
				case <-keepOn.C:
					server.BeginRush(s)
				}
			}
		}()
		if n := told(); n < 6 || n > 8 {
			t.Errorf("in a rush of a minute a page learns of %d changes", n)
		}
		close(done)
	})
}

func TestAFailureIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, q, ask := rushed(t)
		server.BeginRush(s)
		q.fails.Store(true)
		if failed := ask(onePanelPath); !strings.Contains(failed, `"error"`) {
			t.Fatalf("the panel did not fail: %s", failed)
		}
		q.fails.Store(false)
		if again := ask(onePanelPath); strings.Contains(again, `"error"`) {
			t.Errorf("the failure was shared: %s", again)
		}
	})
}
