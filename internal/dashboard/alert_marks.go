package dashboard

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// alertMarks marks on some panels when alerts of some groups began. Without groups it marks those of the steps, except
// failures.
func (b builder) alertMarks(groups []string, on ...uint8) (sdk.AnnotationQuery, error) {
	query, err := b.sql("alert_marks.sql", subject{groups: groups})
	if err != nil {
		return sdk.AnnotationQuery{}, fmt.Errorf("mark the alerts: %w", err)
	}
	return annotation("Alerts", colourWatch, NewQuery(Table, query), on...), nil
}
