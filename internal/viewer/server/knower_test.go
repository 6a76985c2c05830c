package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/server"
)

const leavingOut = `{"uid":"small","title":"Small","schemaVersion":39,"time":{"from":"now-24h","to":"now"},"templating":{"list":[]},"panels":[
	{"id":1,"type":"stat","title":"Tile","gridPos":{"x":0,"y":0,"w":24,"h":4},"datasource":{"type":"grafana-postgresql-datasource"},"targets":[
		{"refId":"A","format":"table","rawSql":"SELECT figure WHERE $__timeFilter(t)"},
		{"refId":"MayLeaveOut","hide":true,"format":"table","rawSql":"SELECT condition"},
		{"refId":"LeftOut","hide":true,"format":"table","rawSql":"SELECT notice WHERE $__timeFilter(t)"}]}]}`

// adoptable stands for a database whose table may become one of another tool, with a row that can't be used.
type adoptable struct {
	mu      sync.Mutex
	adopted bool
	asked   []string
}

func (a *adoptable) Query(_ context.Context, sql, _ string, _ *data.FillMissing) (*data.Frame, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	about := strings.Fields(sql)[1]
	a.asked = append(a.asked, about)
	switch about {
	case "condition":
		return data.NewFrame("", data.NewField("may_leave_out", nil, []*bool{&a.adopted})), nil
	case "notice":
		return data.NewFrame("", data.NewField("notice", nil, []string{"A row is left out."})), nil
	}
	return data.NewFrame("", data.NewField("n", nil, []float64{1})), nil
}

// adopt makes the table one of another tool.
func (a *adoptable) adopt() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.adopted = true
}

// queries returns what was asked since the last call.
func (a *adoptable) queries() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := strings.Join(a.asked, " ")
	a.asked = nil
	return all
}

// Whether rows may be left out is asked once for all ranges, and again as soon as something is committed, also in a rush.
func TestWhetherRowsMayBeLeftOutIsAskedOnceForAllRanges(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*server.Server){"calm": func(*server.Server) {}, "rush": server.BeginRush} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, q := &commits{}, &adoptable{}
				cfg := config(t, leavingOut, nil)
				cfg.Querier, cfg.Snapshot, cfg.Now = q, c.snapshot, time.Now
				s, err := server.New(withPing(cfg))
				if err != nil {
					t.Fatal(err)
				}
				begin(s)
				ask := func(from string) string {
					r := httptest.NewRequest(http.MethodGet, onePanelPath+"&from="+from, nil)
					r.Host = "localhost"
					w := httptest.NewRecorder()
					s.ServeHTTP(w, r)
					return w.Body.String()
				}
				first := ask("now-1h")
				if got := q.queries(); got != "figure condition" || strings.Contains(first, "left out") {
					t.Errorf("at first it asks for %s: %s", got, first)
				}
				ask("now-2h")
				if got := q.queries(); got != "figure" {
					t.Errorf("for another range it asks for %s", got)
				}
				q.adopt()
				c.n.Add(1)
				time.Sleep(server.AskAgain)
				after := ask("now-3h")
				if got := q.queries(); got != "figure condition notice" || !strings.Contains(after, "A row is left out.") {
					t.Errorf("after the change it asks for %s: %s", got, after)
				}
				ask("now-4h")
				if got := q.queries(); got != "figure notice" {
					t.Errorf("after the change it asks for %s for another range", got)
				}
			})
		})
	}
}
