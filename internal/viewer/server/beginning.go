package server

import (
	"context"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type beginningAnswer struct {
	// Beginning is in milliseconds, or null if the dashboard has no records yet.
	Beginning *int64 `json:"beginning"`
}

// beginning answers with the time of the first record that a dashboard shows, so that a page can offer a range of all
// records. Records after the instant that the pages show as now don't count.
func (s *Server) beginning(w http.ResponseWriter, r *http.Request, a asked) error {
	return s.answerKept(w, r, a.question("beginning"), func(ctx context.Context) (any, bool, error) {
		var answer beginningAnswer
		if a.dashboard.Beginning == "" {
			return answer, true, nil
		}
		rows, err := a.data.Querier.Query(ctx, a.dashboard.Beginning, "table", nil)
		if err != nil {
			return nil, false, refuse(http.StatusServiceUnavailable, "the first record can't be found: %v", err)
		}
		if at, ok := firstTime(rows); ok && !at.After(a.Now) {
			ms := at.UnixMilli()
			answer.Beginning = &ms
		}
		return answer, true, nil
	})
}

// firstTime returns the first value of a frame if it is a time.
func firstTime(f *data.Frame) (at time.Time, ok bool) {
	if len(f.Fields) == 0 || f.Fields[0].Len() == 0 {
		return at, false
	}
	if value, there := f.Fields[0].ConcreteAt(0); there {
		at, ok = value.(time.Time)
	}
	return at, ok
}
