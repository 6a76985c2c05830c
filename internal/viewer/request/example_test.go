package request_test

import (
	"fmt"
	"time"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/request"
)

// A panel that always shows the last seven days, on a page that shows today.
func ExampleRequest_ForPanel() {
	dashboard, err := model.Parse([]byte(`{"schemaVersion": 39, "panels": [{"id": 1, "type": "timeseries", "timeFrom": "7d",
		"targets": [{"rawSql": "SELECT finished_at AS time, duration_seconds FROM pipeline_runs WHERE $__timeFilter(finished_at)"}]}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.March, 4, 15, 0, 0, 0, time.UTC)
	r := request.Request{Clock: dashboard.Clock(now, time.UTC), Width: 700}
	if r.Range, err = r.Clock.Range("now/d", "now"); err != nil {
		fmt.Println(err)
		return
	}
	panel := dashboard.Panel(1)
	macros, label, err := r.ForPanel(panel)
	if err != nil {
		fmt.Println(err)
		return
	}
	sql, _, err := macro.Expand(panel.Targets[0].SQL, macros)
	fmt.Println(label, "in steps of", macro.FormatInterval(macros.Interval), err)
	fmt.Println(sql)
	// Output:
	// Last 7 days in steps of 15m <nil>
	// SELECT finished_at AS time, duration_seconds FROM pipeline_runs WHERE finished_at BETWEEN '2026-02-25T15:00:00Z' AND '2026-03-04T15:00:00Z'
}
