package dashboard

import (
	"fmt"

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
	riskWorstScenariosID  = 19
	riskPositionsID       = 20
	riskLimitHistoryID    = 21
	riskBreachesID        = 22
	riskGaugesRowID       = 101
	riskStressRowID       = 102
	riskLimitsRowID       = 103
	riskHistoryRowID      = 104
	riskDriversRowID      = 105
	riskBacktestRowID     = 106
	riskNotesRowID        = 107
	riskBreachesRowID     = 108
)

// riskUID names the Risk Dashboard in its address.
const riskUID = "risk-dashboard"

// riskDashboard shows how much risk is on: what the book may lose and what drives that, how the book would fare in
// a crisis, how close it is to its limits, and whether the figures have held so far.
func (b builder) riskDashboard() (Definition, error) {
	d := Definition{
		UID:   riskUID,
		Slug:  riskUID,
		Title: "Risk Dashboard",
		File:  "risk_dashboard.json",
		Tags:  []string{"macrowatch", "risk"},

		Beginning: beginningOf(record{"risk_metrics_daily", "computed_at"}, record{"stress_test_results", "run_date"}, record{"risk_limits_status", "checked_at"}),
	}
	scenario, err := b.scenarioChoice()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	alerts, err := b.alertMarks([]string{"risk"}, riskHistoryID, riskLimitHistoryID)
	if err != nil {
		return d, err
	}
	return b.define(d, contents{
		marks:       []sdk.AnnotationQuery{alerts},
		choices:     []sdk.VariableModel{scenario},
		description: "How much risk is on? What the book may lose in a day and in a crisis, what drives it, how close it is to its limits, and how well the figures have held.",
		from:        defaultRange,
		sections: []section{
			{riskGaugesRowID, "VaR Gauges", b.riskGauges},
			{riskLimitsRowID, "Limit Utilization", b.limitPanels},
			{riskStressRowID, "Stress Test Results", b.stressPanels},
			{riskHistoryRowID, "VaR History", b.riskHistory},
			{riskBreachesRowID, "Limits over Time", b.limitHistory},
			{riskDriversRowID, "What drives the VaR", b.driverTables},
			{riskBacktestRowID, "Backtest", b.backtestPanels},
			{riskNotesRowID, "Notes", b.riskNotes},
		},
	})
}
