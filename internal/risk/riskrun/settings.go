package riskrun

import (
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
)

// Settings say how risk is computed.
type Settings struct {
	// Options are the window's length, the proxies, and whether missing instruments are allowed.
	Options risk.Options
	// Scenarios are computed in this order.
	Scenarios []risk.Scenario
	// ReplayDays are lengths in days. For each of them the worst stretch of the history is replayed.
	ReplayDays []int
	// Limits are what the book should stay below.
	Limits risk.Limits
}

// SettingsOf returns the settings of a risk file. With allowMissing, risk is computed however much of the book has no price
// history.
func SettingsOf(f riskfile.File, allowMissing bool) Settings {
	return Settings{
		Options:   risk.Options{Proxies: f.Proxies, AllowMissing: allowMissing},
		Scenarios: f.Scenarios, ReplayDays: f.ReplayDays, Limits: f.Limits,
	}
}
