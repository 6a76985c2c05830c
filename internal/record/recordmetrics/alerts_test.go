package recordmetrics

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
)

func TestMetricsOfAlerts(t *testing.T) {
	t.Parallel()
	c := startingAt(1000)
	counts := store.AlertCounts{Firing: map[desk.AlertSeverity]int{desk.AlertWarning: 3, desk.AlertCritical: 0}, Waiting: 2, OldestWaiting: time.Unix(900, 500e6)}
	var failed error
	collector := Alerts(t.Context(), c.now, func(context.Context) (store.AlertCounts, error) { return counts, failed })
	text := gathered(t, collector)
	for _, want := range []string{`macrowatch_alerts_firing{severity="warning"} 3`, `macrowatch_alerts_firing{severity="critical"} 0`, "macrowatch_alert_messages_waiting 2", "macrowatch_alert_oldest_message_timestamp_seconds 900.5"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	counts.OldestWaiting = time.Time{}
	c.advance(askAgain)
	if text := gathered(t, collector); strings.Contains(text, "oldest_message") {
		t.Errorf("no message waits:\n%s", text)
	}
	failed = errors.New("away")
	c.advance(askAgain)
	if text := gathered(t, collector); text != "" {
		t.Errorf("while the database is away:\n%s", text)
	}
}
