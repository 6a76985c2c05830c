package server

import (
	"context"
	"sync"
)

// places bounds how many panels are computed at once. One dashboard gets at most three quarters of
// them, so that its slow queries leave room for the panels of the others.
type places struct {
	all          chan struct{}
	perDashboard int

	mu          sync.Mutex
	byDashboard map[string]chan struct{} // by dashboard uid
}

func newPlaces(n int) *places {
	return &places{all: make(chan struct{}, n), perDashboard: max(1, n-n/4), byDashboard: make(map[string]chan struct{})}
}

// take waits for a place for a panel of a dashboard. The caller calls leave when the panel is computed. take reports false if
// the context ends before there is a place.
func (p *places) take(ctx context.Context, dashboard string) (leave func(), ok bool) {
	places := p.placesOf(dashboard)
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return nil, false
	}
	select {
	case p.all <- struct{}{}:
	case <-ctx.Done():
		<-places
		return nil, false
	}
	return func() { <-p.all; <-places }, true
}

// placesOf returns the places that one dashboard may take.
func (p *places) placesOf(dashboard string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byDashboard[dashboard] == nil {
		p.byDashboard[dashboard] = make(chan struct{}, p.perDashboard)
	}
	return p.byDashboard[dashboard]
}
