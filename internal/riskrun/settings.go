package riskrun

import "macrowatch/internal/risk"

// Settings are what a risk file says.
type Settings struct {
	// Options are the window's length, the proxies, and whether missing instruments are allowed.
	Options risk.Options
	// Scenarios are computed in this order.
	Scenarios []risk.Scenario
	// ReplayDays are the lengths of the worst stretches of history that are looked for.
	ReplayDays []int
	// Limits are what the book is held against.
	Limits risk.Limits
}
