package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of the Risk Dashboard's panels; they never change.
const (
	riskVaR95ID           = 1
	riskVaR99ID           = 2
	riskCVaR95ID          = 3
	riskDrawdownID        = 4
	riskWorstDrawdownID   = 5
	riskComputedID        = 6
	riskStressID          = 7
	riskStressClassesID   = 8
	riskLimitsID          = 9
	riskHistoryID         = 10
	riskMethodsID         = 11
	riskDriverClassesID   = 12
	riskDriverStrategyID  = 13
	riskDriverInstrID     = 14
	riskBacktestID        = 15
	riskBacktestSummaryID = 16
	riskNotesID           = 17
	riskWorstLimitID      = 18
	riskGaugesRowID       = 101
	riskStressRowID       = 102
	riskLimitsRowID       = 103
	riskHistoryRowID      = 104
	riskDriversRowID      = 105
	riskBacktestRowID     = 106
	riskNotesRowID        = 107
)

// riskDashboard says how much risk is on: how much the book may lose, what drives that, how it would
// fare in a crisis, how close it is to its limits, and whether the figures have held so far.
func (b builder) riskDashboard() (Definition, error) {
	d := Definition{
		UID:   "risk-dashboard",
		Slug:  "risk-dashboard",
		Title: "Risk Dashboard",
		File:  "risk_dashboard.json",
		Tags:  []string{"macrowatch", "risk"},
	}
	var list []section
	for _, part := range []struct {
		id     uint32
		title  string
		y      uint32
		panels func(top uint32) ([]cog.Builder[sdk.Panel], error)
	}{
		{riskGaugesRowID, "VaR Gauges", 0, b.riskGauges},
		{riskStressRowID, "Stress Test Results", 10, b.stressPanels},
		{riskLimitsRowID, "Limit Utilization", 39, b.limitBars},
		{riskHistoryRowID, "VaR History", 54, b.riskHistory},
		{riskDriversRowID, "What drives the VaR", 69, b.driverTables},
		{riskBacktestRowID, "Backtest", 96, b.backtestPanels},
		{riskNotesRowID, "Notes", 113, b.riskNotes},
	} {
		built, err := part.panels(part.y + 1)
		if err != nil {
			return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
		}
		list = append(list, section{row(part.id, part.title, part.y), built})
	}
	all, err := sections(list...)
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	return b.define(d,
		"How much risk is on? What the book may lose in a day and in a crisis, what drives it, how close it is to its limits, and how well the figures have held.",
		deskDefaultRange, nil, all)
}
