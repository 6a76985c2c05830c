package panel

import (
	"context"
	"strings"
)

// leftOutRef is the hidden query of a panel that says what its other queries leave out. Grafana runs no
// hidden query.
const leftOutRef = "LeftOut"

// tellLeftOut makes a notice of each text that the query gives.
func (j *Job) tellLeftOut(ctx context.Context, q Querier, t Target) {
	answer, err := j.query(ctx, q, t)
	if err != nil {
		j.Notices.Add("Whether rows are left out could not be looked up: %s", sentence(err))
		return
	}
	fr, err := fromData(answer, t.RefID)
	if err != nil {
		j.Notices.Add("Whether rows are left out could not be looked up: %s", sentence(err))
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
