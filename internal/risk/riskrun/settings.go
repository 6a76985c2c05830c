package riskrun

import (
	"macrowatch/internal/risk"
	"macrowatch/internal/risk/riskfile"
)

// Settings are how risk is computed.
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

// SettingsOf are the settings of a risk file; allowMissing computes however much of the book has no price
// history.
func SettingsOf(f riskfile.File, allowMissing bool) Settings {
	return Settings{
		Options:   risk.Options{Proxies: f.Proxies, AllowMissing: allowMissing},
		Scenarios: f.Scenarios, ReplayDays: f.ReplayDays, Limits: f.Limits,
	}
}
