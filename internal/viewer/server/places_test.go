package server

import (
	"context"
	"strconv"
	"testing"
)

func TestOneDashboardLeavesPlacesToTheOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ all, own int }{{1, 1}, {2, 2}, {4, 3}, {8, 6}, {9, 7}} {
		t.Run(strconv.Itoa(c.all)+" places", func(t *testing.T) {
			p := newPlaces(c.all)
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			var leave []func()
			for {
				out, ok := tryTake(p, ended, "slow")
				if !ok {
					break
				}
				leave = append(leave, out)
			}
			if len(leave) != c.own {
				t.Errorf("of %d places one dashboard got %d, want %d", c.all, len(leave), c.own)
			}
			others := 0
			for ; ; others++ {
				if _, ok := tryTake(p, ended, "other"); !ok {
					break
				}
			}
			if others != c.all-c.own {
				t.Errorf("of %d places the other dashboard got %d, want %d", c.all, others, c.all-c.own)
			}
			leave[0]()
			if _, ok := tryTake(p, ended, "slow"); !ok {
				t.Errorf("of %d places the one that was left is not taken again", c.all)
			}
		})
	}
}

// tryTake takes a place if there is one now. If a place is free and the context has ended, take may do either, so one refusal
// proves nothing.
func tryTake(p *places, ended context.Context, dashboard string) (func(), bool) {
	for range 100 {
		if leave, ok := p.take(ended, dashboard); ok {
			return leave, true
		}
	}
	return nil, false
}
