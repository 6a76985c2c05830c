package server

import (
	"context"
	"strconv"
	"time"

	"macrowatch/internal/viewer/request"
)

// knower runs the queries of a panel. Of the conditions that it is asked about, it keeps for all panels whether they hold.
type knower struct {
	request.Querier
	keeper *keeper
	data   dataVersion
}

// Holds returns whether a condition holds in the panel's data. What was found out before the last change does not count, not even in a rush.
func (k knower) Holds(ctx context.Context, sql string) (bool, error) {
	q := question{about: "whether " + sql, data: k.data}
	if a, found := k.keeper.answers.GetIfPresent(q.about); found && a.answers(q, false) {
		return a.value.(bool), nil
	}
	flight := strconv.FormatInt(k.data.changes, 36) + " " + k.data.Snapshot + " " + q.about
	holds, err, _ := k.keeper.flights.Do(flight, func() (any, error) {
		a := keptAnswer{bytes: 1, data: k.data, began: time.Now()}
		holds, err := request.Holds(ctx, k.Querier, sql)
		if err == nil {
			a.value = holds
			k.keeper.answers.Set(q.about, a)
		}
		return holds, err
	})
	return holds.(bool), err
}
