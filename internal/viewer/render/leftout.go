package render

import (
	"context"
	"slices"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/request"
)

// leftOutRef is the refId of the query that says what a panel's other queries leave out, and mayLeaveOutRef that of the query that says
// whether that can be anything. Both are hidden, so Grafana does not run them.
const (
	leftOutRef     = "LeftOut"
	mayLeaveOutRef = "MayLeaveOut"
)

// isHidden reports whether a query is the hidden one with a refId.
func isHidden(t model.Target, refID string) bool {
	return t.Hide && t.RefID == refID && t.SQL != "" && request.IsPostgres(t.Datasource)
}

// mayLeaveOut reports whether the query LeftOut has to be run. It has to unless the query MayLeaveOut says that it would find nothing.
func mayLeaveOut(ctx context.Context, j *panel.Job, q request.Querier) bool {
	at := slices.IndexFunc(j.Panel.Targets, func(t model.Target) bool { return isHidden(t, mayLeaveOutRef) })
	if at < 0 {
		return true
	}
	sql, _, err := macro.Expand(j.Panel.Targets[at].SQL, j.Macros)
	if err != nil {
		return true
	}
	may, err := request.Holds(ctx, q, sql)
	return may || err != nil
}

// noteLeftOut adds a notice for each text that the query returns.
func noteLeftOut(ctx context.Context, j *panel.Job, q request.Querier, t model.Target) {
	answer, err := query(ctx, j, q, t)
	if err != nil {
		j.Notices.Add("Whether rows are left out could not be looked up: %s", notice.Sentence(err))
		return
	}
	fr, err := frame.FromData(answer, t.RefID)
	if err != nil {
		j.Notices.Add("Whether rows are left out could not be looked up: %s", notice.Sentence(err))
		return
	}
	for _, f := range fr.Fields {
		for _, v := range f.Values {
			if text, _ := v.(string); strings.TrimSpace(text) != "" {
				j.Notices.Add("%s", text)
			}
		}
	}
}
