package request

import (
	"context"
	"errors"
)

// Knower is a Querier that knows whether a condition holds which it was asked about before, as long as the data are the same.
type Knower interface {
	// Holds does the same as the function Holds.
	Holds(ctx context.Context, sql string) (bool, error)
}

// Holds asks whether a condition holds. The statement `sql` returns one boolean, which depends on nothing but the data. A Querier that is
// a Knower may answer without a query.
func Holds(ctx context.Context, q Querier, sql string) (bool, error) {
	if knower, ok := q.(Knower); ok {
		return knower.Holds(ctx, sql)
	}
	answer, err := q.Query(ctx, sql, "table", nil)
	if err != nil {
		return false, err
	}
	if len(answer.Fields) == 1 && answer.Rows() == 1 {
		if holds, ok := answer.Fields[0].At(0).(*bool); ok && holds != nil {
			return *holds, nil
		}
	}
	return false, errors.New("the query does not return one boolean")
}
