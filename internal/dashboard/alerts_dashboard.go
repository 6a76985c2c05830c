package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"macrowatch/internal/desk"
)

// Ids of the panels of Alerts; they never change.
const (
	alertsNowID        = 1
	alertsPerDayID     = 2
	alertsHistoryID    = 3
	silencesID         = 4
	alertsNowRowID     = 101
	alertsPerDayRowID  = 102
	alertsHistoryRowID = 103
	silencesRowID      = 104
)

// AlertsUID names the dashboard Alerts in its address.
const AlertsUID = "alerts"

// alertsListed is how many alerts a table lists.
const alertsListed = 200

// More returns the dashboards that a desk has besides those of All. Grafana keeps them in a folder of their own.
func More(rules desk.Rules) ([]Definition, error) {
	b, err := newBuilder(rules, false)
	if err != nil {
		return nil, err
	}
	alerts, err := b.alertsDashboard()
	if err != nil {
		return nil, err
	}
	step, err := b.stepDashboard()
	if err != nil {
		return nil, err
	}
	return []Definition{alerts, step}, nil
}

// alertsDashboard shows what is and what was out of order at the desk, and who was told.
func (b builder) alertsDashboard() (Definition, error) {
	return b.define(Definition{
		UID: AlertsUID, Slug: AlertsUID, Title: "Alerts", File: "alerts.json", Tags: []string{"macrowatch", "alerts"},
		Beginning: "SELECT min(since) AS beginning FROM alerts",
	}, contents{
		description: "What is out of order now, what was, since when and until when, and who was told of it?",
		from:        defaultRange,
		sections: []section{
			{alertsNowRowID, "Firing Now", b.alertsNow},
			{alertsPerDayRowID, "Alerts per Day", b.alertsPerDay},
			{alertsHistoryRowID, "History", b.alertsHistory},
			{silencesRowID, "Silences", b.silences},
		},
	})
}

// alertColumnsExplained says what the columns of both tables are.
const alertColumnsExplained = "From: since when it has been so. Lasted: for how long, or for how long so far. " +
	"Value and Limit: the last value, and the value from which the rule applies. Told: the targets that got the first message, and when on the desk's clock; waits, if it is not sent yet. " +
	"What leads to the page that shows it at that moment. From alerts and alert_deliveries."

func (b builder) alertsNow(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("alerts_now.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{alertTable(query, at(0, top, gridWidth, 8)).
		Id(alertsNowID).
		Title("Firing Now").
		Description("The alerts that fire at the end of the range, the critical ones first. Alerts within their grace time are not among them. "+
			"Silenced: until when nobody is told of it, who wanted that and why, from alert_silences. "+alertColumnsExplained).
		NoValue("Nothing fires").
		OverrideByName("Silenced", []sdk.DynamicConfigValue{property("custom.width", 170), property("custom.cellOptions", wrappedText()), property("mappings", emptyCells())}).
		OverrideByName("To", hiddenColumn()),
	}, nil
}

func (b builder) alertsHistory(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("alerts_history.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{alertTable(query, at(0, top, gridWidth, 16)).
		Id(alertsHistoryID).
		Title("History").
		Description(fmt.Sprintf("The alerts that began in the range, the latest first, at most %d. To: since when all is well again. ", alertsListed)+alertColumnsExplained).
		NoValue("No alerts in this range").
		OverrideByName("cut", hiddenColumn()),
	}, nil
}

func (b builder) silences(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("alerts_silences.sql", subject{})
	if err != nil {
		return nil, err
	}
	instant := []sdk.DynamicConfigValue{property("unit", "time:YYYY-MM-DD HH:mm"), property("custom.width", 128)}
	return []cog.Builder[sdk.Panel]{listTable(NewQuery(Table, query), at(0, top, gridWidth, 8)).
		Id(silencesID).
		Title("Silences").
		Description(fmt.Sprintf("Of what nobody was told for a time in the range, the latest first, at most %d. Until: when the silence ends or ended. A * in a subject stands for any text. From alert_silences.", alertsListed)).
		NoValue("Nothing was silenced in this range").
		Unit("string").
		OverrideByName("From", instant).
		OverrideByName("Until", instant).
		OverrideByName("Rule", []sdk.DynamicConfigValue{property("custom.width", 130)}).
		OverrideByName("Subject", []sdk.DynamicConfigValue{property("custom.width", 150)}).
		OverrideByName("Made by", []sdk.DynamicConfigValue{property("custom.width", 150)}).
		OverrideByName("Reason", []sdk.DynamicConfigValue{property("custom.minWidth", 180), property("custom.cellOptions", wrappedText()), property("mappings", emptyCells())}).
		OverrideByName("Ended early by", []sdk.DynamicConfigValue{property("custom.width", 150), property("mappings", emptyCells())}),
	}, nil
}

func (b builder) alertsPerDay(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("alerts_per_day.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{timeseries.NewPanelBuilder().
		Id(alertsPerDayID).
		Title("Alerts per Day").
		Description("How many alerts began on each day of the desk, by severity, stacked. An alert that comes and goes within a few minutes counts once. From alerts.").
		Datasource(datasource()).
		GridPos(at(0, top, gridWidth, 6)).
		WithTarget(NewQuery(TimeSeries, query)).
		NoValue("No alerts in this range").
		Unit("none").
		Decimals(0).
		Min(0).
		ColorScheme(sdk.NewFieldColorBuilder().Mode("palette-classic")).
		DrawStyle(common.GraphDrawStyleBars).
		BarWidthFactor(0.7).
		FillOpacity(80).
		LineWidth(0).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		Legend(bottomLegend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderNone)).
		OverrideByName("CRITICAL", statusColour(colourBad)).
		OverrideByName("WARNING", statusColour(colourWatch)),
	}, nil
}

// alertTable is a table of alerts.
func alertTable(query string, pos sdk.GridPos) *table.PanelBuilder {
	instant := []sdk.DynamicConfigValue{property("unit", "time:YYYY-MM-DD HH:mm"), property("custom.width", 128)}
	number := []sdk.DynamicConfigValue{property("unit", "none"), property("decimals", 2), property("custom.align", "right"), property("custom.width", 66), property("mappings", emptyCells())}
	return listTable(NewQuery(Table, query), pos).
		Unit("string").
		OverrideByName("Severity", []sdk.DynamicConfigValue{
			property("custom.width", 86),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
			property("mappings", mappings(mapping{"CRITICAL", "CRITICAL", colourBad}, mapping{"WARNING", "WARNING", colourWatch})),
		}).
		OverrideByName("From", instant).
		OverrideByName("To", append([]sdk.DynamicConfigValue{
			property("mappings", []sdk.ValueMapping{specialValue(sdk.SpecialValueMatchNull, stillOpen, colourPlain, 0)}),
		}, instant...)).
		OverrideByName("Lasted", []sdk.DynamicConfigValue{property("unit", "dtdurations"), property("decimals", 0), property("custom.width", 80)}).
		OverrideByName("Rule", []sdk.DynamicConfigValue{property("custom.width", 118)}).
		OverrideByName("Subject", []sdk.DynamicConfigValue{property("custom.width", 118)}).
		OverrideByName("What", []sdk.DynamicConfigValue{property("custom.minWidth", 220), property("custom.cellOptions", wrappedText()), links(linkTo("The page at that moment", pathOf(pageColumn, pageColumn), rangeOf("page_from", "page_to")))}).
		OverrideByName("Value", number).
		OverrideByName("Limit", number).
		OverrideByName("Owner", []sdk.DynamicConfigValue{property("custom.width", 72), property("mappings", emptyCells())}).
		OverrideByName("Told", []sdk.DynamicConfigValue{property("custom.width", 132), property("custom.cellOptions", wrappedText())}).
		OverrideByRegexp("/^page(_from|_to)?$/", hiddenColumn())
}
