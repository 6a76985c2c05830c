package query

import (
	"context"
	"errors"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Fallback runs queries on a replica. A query that the replica can't answer, because it restarts or what it replays removes rows that
// the query needs, runs once more on the primary. It is safe for concurrent use.
type Fallback struct {
	Replica, Primary *Runner
	// While returns a context that ends when the replica is found not to answer. Its queries are then not waited for.
	While func() context.Context
}

// Query sends one statement, as Runner.Query does.
func (f *Fallback) Query(ctx context.Context, sql, format string, fill *data.FillMissing) (*data.Frame, error) {
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.While(), cancel)()
	frame, err := f.Replica.Query(asking, sql, format, fill)
	if err == nil || ctx.Err() != nil || asking.Err() == nil && !unanswered(err) {
		return frame, err
	}
	return f.Primary.Query(ctx, sql, format, fill)
}

// serializationFailure is also the SQLSTATE of a query that was ended because it conflicts with recovery.
const serializationFailure = "40001"

// unanswered reports whether the error is that of a replica, and not that of the query.
func unanswered(err error) bool {
	var away *UnreachableError
	var refused *Error
	if errors.As(err, &away) {
		return true
	}
	// While it recovers, a standby may also find its own queries in a deadlock with what it replays.
	return errors.As(err, &refused) && (refused.Code == serializationFailure || strings.HasPrefix(refused.Code, "40P"))
}
