package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"macrowatch/internal/testkit/testenv"
	"macrowatch/internal/viewer/view"
)

// dashboards returns the UIDs of the dashboards that a server offers.
func dashboards(t testing.TB, url string) []string {
	t.Helper()
	status, body := get(t, strings.TrimRight(url, "/")+"/api/search")
	var hits []struct{ UID string }
	if err := json.Unmarshal([]byte(body), &hits); status != http.StatusOK || err != nil {
		t.Fatalf("search: %d %v %s", status, err, body)
	}
	var uids []string
	for _, h := range hits {
		uids = append(uids, h.UID)
	}
	return uids
}

// panelIDs returns the sorted ids of the panels in a dashboard's definition, without the rows.
func panelIDs(t testing.TB, url, uid string) []int {
	t.Helper()
	status, body := get(t, strings.TrimRight(url, "/")+"/api/dashboards/uid/"+uid)
	var answer struct {
		Dashboard struct {
			Panels []struct {
				ID   int
				Type string
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); status != http.StatusOK || err != nil {
		t.Fatalf("dashboard %s: %d %v %s", uid, status, err, body)
	}
	var ids []int
	for _, p := range answer.Dashboard.Panels {
		if p.Type != "row" {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// panelsOf fetches all panels of a dashboard.
func panelsOf(t testing.TB, url, uid, query string) map[int]view.Panel {
	t.Helper()
	return answers(t, strings.TrimRight(url, "/")+"/api/dashboards/uid/"+uid+"/panels"+query)
}

// emptiness says what is missing in a panel. It is "" if the panel shows something and has no notice. Only the Error
// Log and Rows Left Out may be empty, because a day without failures is a good day.
func emptiness(p view.Panel) string {
	v := p.View
	switch {
	case p.Error != "" || v == nil:
		return fmt.Sprintf("the error %q", p.Error)
	case v.Kind == "empty" && v.Message == emptyText(p.Title), v.Table != nil && len(v.Table.Rows) == 0 && v.Table.NoRows == emptyText(p.Title):
		return ""
	case v.Kind == "empty" || v.Kind == "unsupported":
		return fmt.Sprintf("%s: %q", v.Kind, v.Message)
	case len(v.Notices) > 0:
		return fmt.Sprintf("the notices %q", v.Notices)
	}
	number := func(v view.Value) bool { return v.Number != nil }
	filled := false
	switch {
	case v.Stat != nil:
		// The texts of a tile have no numbers.
		filled = len(v.Stat.Items) > 0 && !slices.ContainsFunc(v.Stat.Items, func(i view.StatItem) bool { return i.Value.Text == "" })
	case v.Gauge != nil:
		filled = len(v.Gauge.Items) > 0 && !slices.ContainsFunc(v.Gauge.Items, func(i view.GaugeItem) bool { return !number(i.Value) })
	case v.BarGauge != nil:
		filled = len(v.BarGauge.Items) > 0 && !slices.ContainsFunc(v.BarGauge.Items, func(i view.BarGaugeItem) bool { return !number(i.Value) })
	case v.PieChart != nil:
		filled = slices.ContainsFunc(v.PieChart.Slices, func(s view.Slice) bool { return s.Share > 0 })
	case v.Heatmap != nil:
		filled = len(v.Heatmap.Cells) > 0
	case v.BarChart != nil:
		filled = values(v.BarChart.Series) > 0
	case v.TimeSeries != nil:
		filled = values(v.TimeSeries.Series) > 0
	case v.StateTimeline != nil:
		filled = len(v.StateTimeline.Rows) > 0
	case v.Table != nil:
		filled = len(v.Table.Rows) > 0
	case v.Text != nil:
		filled = v.Text.HTML != ""
	}
	if !filled {
		return "an empty " + v.Kind
	}
	return ""
}

// values counts the values of some series.
func values(series []view.Series) (n int) {
	for _, s := range series {
		for _, v := range s.Values {
			if v != nil {
				n++
			}
		}
	}
	return n
}

// moments are instants of every kind, in the order of time: the turn of a year, when B3 is closed for two days,
// Carnival, an evening, a Saturday night, a Sunday, a Monday morning.
var moments = []struct {
	at    string
	stale bool // whether the newest signals are older than 24 hours
}{
	{"2025-12-31T23:59:30-03:00", true},
	{"2026-01-01T00:00:30-03:00", true},
	{"2026-01-01T23:50:00-03:00", true},
	{"2026-02-17T22:00:00-03:00", true},
	{"2026-03-01T00:10:00-03:00", true}, // a month without a workday
	{friday, false},
	{saturday, true},
	{"2026-11-14T23:50:00-03:00", true},
	{"2026-11-15T04:00:00-03:00", true},
	{"2026-11-16T05:00:00-03:00", true},
	{monday, true},
}

// The sample desk must leave no panel empty, whatever the day. The test looks at its record as of each of moments.
func TestSampleDeskFillsEveryPanelOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, m := range moments {
		t.Run(m.at, func(t *testing.T) {
			s := sampleDesk(t, m.at)
			fillsEveryPanel(t, s, m.at, m.stale, "")
			if m.at != monday {
				s.stop(t)
			}
		})
	}
}

// A demo that is started at one of moments must have written what fills the panels. Each start goes on where the
// start before ended. To write a year takes long, so an ordinary run begins with the last days.
func TestDemoFillsEveryPanelOnAnyDay(t *testing.T) {
	t.Parallel()
	dir, days := deskDir(t), moments[5:]
	if testenv.Long() {
		dir, days = dataDir(t), moments
	}
	for i, m := range days {
		if !testenv.Long() && i%2 == 1 { // this leaves friday, a Saturday night and a Monday at five
			continue
		}
		s := demoAt(t, dir, "--as-of", m.at)
		for _, query := range []string{"", "?from=now-7d&to=now", "?from=now-30d&to=now"} {
			fillsEveryPanel(t, s, m.at, m.stale, query)
		}
		s.stop(t)
	}
}

// fillsEveryPanel checks that no panel of any dashboard is empty, in one range.
func fillsEveryPanel(t *testing.T, s *service, at string, stale bool, query string) {
	t.Helper()
	uids := dashboards(t, s.url)
	if len(uids) < 4 || uids[0] != "pipeline-health" {
		t.Fatalf("the dashboards are %v", uids)
	}
	for _, uid := range uids {
		ids := panelIDs(t, s.url, uid)
		where := at + " " + uid + query
		got := panelsOf(t, s.url, uid, query)
		if len(got) != len(ids) || len(ids) == 0 {
			t.Errorf("%s: %d panels, want %d", where, len(got), len(ids))
		}
		for _, p := range got {
			if lacks := emptiness(p); lacks != "" {
				t.Errorf("%s: %s: %s", where, p.Title, lacks)
			}
		}
		switch uid {
		case "pipeline-health":
			freshTiles(t, where, got)
		case "signal-overview":
			if says := isStale(got[matrixID]); says != stale {
				t.Errorf("%s: the matrix says STALE: %t, want %t", where, says, stale)
			}
		}
	}
}

// freshTiles checks that no connector is stale. Friday's run stays fresh until Monday's, because the hours of the
// weekend don't count.
func freshTiles(t *testing.T, where string, got map[int]view.Panel) {
	t.Helper()
	for id := tileBCB; id <= tileTreasury; id++ {
		p := got[id]
		if p.View == nil || p.View.Stat == nil || len(p.View.Stat.Items) != 3 {
			t.Fatalf("%s: tile %s: %+v", where, p.Title, p.View)
		}
		if text := p.View.Stat.Items[0].Value.Text; text != "SUCCESS" && text != "FAILED" && text != "RUNNING" {
			t.Errorf("%s: tile %s says %s", where, p.Title, text)
		}
	}
}

// isStale reports whether the signal matrix says that its signals are old.
func isStale(matrix view.Panel) bool {
	return matrix.View != nil && matrix.View.Table != nil && len(matrix.View.Table.Rows) > 0 &&
		strings.HasPrefix(matrix.View.Table.Rows[0][0].Text, "STALE ")
}

// friday is the evening of a workday, after the day's closing prices.
const friday = "2026-11-13T20:00:00-03:00"
