package panel

import (
	"context"
	"strings"
)

// leftOutRef is the hidden query of a panel that says what its other queries leave out. Grafana runs no
// hidden query.
const leftOutRef = "LeftOut"

// tellLeftOut makes a notice of each text that the query gives.
func (j *job) tellLeftOut(ctx context.Context, q Querier, t target) {
	answer, err := j.query(ctx, q, t)
	if err != nil {
		j.notices.add("Whether rows are left out could not be looked up: %s", sentence(err))
		return
	}
	fr, err := fromData(answer, t.refID)
	if err != nil {
		j.notices.add("Whether rows are left out could not be looked up: %s", sentence(err))
		return
	}
	for _, f := range fr.fields {
		for _, v := range f.values {
			if text, _ := v.(string); strings.TrimSpace(text) != "" {
				j.notices.add("%s", text)
			}
		}
	}
}
