package dashboard

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Ids of Portfolio Performance's panels; they never change.
const (
	portfolioReturnID         = 1
	portfolioSharpeID         = 2
	portfolioLeverageID       = 3
	portfolioPositionsID      = 4
	portfolioNAVID            = 5
	portfolioDrawdownID       = 6
	portfolioAttributionID    = 7
	portfolioHeatmapID        = 8
	portfolioMonthsID         = 9
	portfolioAllocationID     = 10
	portfolioCurrentNAVID     = 11
	portfolioDayID            = 12
	portfolioMonthID          = 13
	portfolioYearID           = 14
	portfolioFallID           = 15
	portfolioStatsRowID       = 101
	portfolioEquityRowID      = 102
	portfolioAttributionRowID = 103
	portfolioHeatmapRowID     = 104
	portfolioAllocationRowID  = 105
)

// portfolioUID names Portfolio Performance in its address.
const portfolioUID = "portfolio-performance"

// historyVariable is the variable that says how far back the history goes, for the panel that shows all of it.
const historyVariable = "history"

// portfolioPerformance shows how the book is doing: its NAV and returns, its NAV over time, and what it holds.
func (b builder) portfolioPerformance() (Definition, error) {
	d := Definition{
		UID:   portfolioUID,
		Slug:  portfolioUID,
		Title: "Portfolio Performance",
		File:  "portfolio_performance.json",
		Tags:  []string{"macrowatch", "portfolio"},

		Beginning: beginningOf(record{"portfolio_state", `"timestamp"`}),
	}
	alerts, err := b.alertMarks([]string{"risk", "book"}, portfolioNAVID, portfolioDrawdownID)
	if err != nil {
		return d, err
	}
	d, err = b.define(d, contents{
		marks:       []sdk.AnnotationQuery{alerts},
		description: "How is the book doing? Its return, its NAV and drawdown over time, and what it is allocated to.",
		from:        defaultRange,
		sections: []section{
			{portfolioStatsRowID, "Portfolio Summary Stats", b.portfolioStats},
			{portfolioEquityRowID, "Equity Curve", b.equityPanels},
			{portfolioAttributionRowID, "Strategy Attribution", b.attributionPie},
			{portfolioHeatmapRowID, "Monthly Returns Heatmap", b.monthlyPanels},
			{portfolioAllocationRowID, "Asset Class Allocation Over Time", b.allocationAreas},
		},
	})
	if err != nil {
		return d, err
	}
	history, err := b.historyOfTheBook()
	if err != nil {
		return d, fmt.Errorf("define dashboard %s: %w", d.UID, err)
	}
	d.Dashboard.Templating.List = []sdk.VariableModel{history}
	return d, nil
}

// historyOfTheBook returns a hidden variable with the range of the heatmap, which shows all months whatever range
// is chosen. The variable is not in the page's address, where an old value would remain. Its saved value counts
// until its query has run.
func (b builder) historyOfTheBook() (sdk.VariableModel, error) {
	query, err := b.sql("portfolio_history.sql", subject{})
	if err != nil {
		return sdk.VariableModel{}, err
	}
	saved := "6y/y" // the sample desk's
	v, err := sdk.NewQueryVariableBuilder(historyVariable).
		Label("History").
		Description("From the beginning of the year of the first NAV: the range of Monthly Returns Heatmap. From portfolio_state.").
		Datasource(datasource()).
		Query(sdk.StringOrMap{String: ptr(query)}).
		Definition(query).
		Hide(sdk.VariableHideHideVariable).
		Refresh(sdk.VariableRefreshOnDashboardLoad).
		Regex("").
		IncludeAll(false).
		Current(sdk.VariableOption{
			Text:  sdk.StringOrArrayOfString{String: &saved},
			Value: sdk.StringOrArrayOfString{String: &saved},
		}).
		Build()
	v.SkipUrlSync = ptr(true)
	v.Auto, v.AutoMin, v.AutoCount = nil, nil, nil // of interval variables
	v.Multi, v.Sort = nil, nil                     // Grafana keeps neither where it is not set
	return v, err
}
