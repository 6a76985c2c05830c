package render

import (
	"context"
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/model"
	"macrowatch/internal/viewer/notice"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/request"
)

// leftOutRef is the refId of the query that says what a panel's other queries leave out. The query is hidden, so Grafana
// does not run it.
const leftOutRef = "LeftOut"

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
