package dashboard

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// historyPoints is how many points the lines of VaR have at most: every day of five years.
const historyPoints = 2000

// The colours of the lines at the two confidences, the same in every chart.
const (
	colour95 = "blue"
	colour99 = "dark-purple"
)

// riskHistory are the VaR over time, and the latest VaR by every method.
func (b builder) riskHistory(top uint32) ([]cog.Builder[sdk.Panel], error) {
	lines, err := b.sql("risk_history.sql", subject{points: historyPoints})
	if err != nil {
		return nil, err
	}
	methods, err := b.sql("risk_methods.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{
		curve(NewQuery(TimeSeries, lines), at(0, top, gridWidth, 8)).
			Id(riskHistoryID).
			Title("VaR History").
			Description("The one-day VaR at 95 % and 99 % as it was computed for each book, in percent of NAV; "+varExplained+
				"There is a point for each computation. In ranges of more than five years the line shows, of each cell of time (two days at ten years), the first and the last computation "+
				"and those with the lowest and the highest VaR. From risk_metrics_daily.").
			MaxDataPoints(historyPoints).
			Interval("1m").
			NoValue("No VaR computed in this range").
			Unit("percent").
			Decimals(2).
			FillOpacity(10).
			Tooltip(common.NewVizTooltipOptionsBuilder().
				Mode(common.TooltipDisplayModeMulti).
				Sort(common.SortOrderNone)).
			OverrideByName("VaR 95%", []sdk.DynamicConfigValue{fixedColour(colour95)}).
			OverrideByName("VaR 99%", []sdk.DynamicConfigValue{fixedColour(colour99)}),
		methodTable(NewQuery(Table, methods), at(0, top+8, gridWidth, 6)),
	}, nil
}

func methodTable(q Query, pos sdk.GridPos) cog.Builder[sdk.Panel] {
	return percentTable(q, pos).
		Id(riskMethodsID).
		Title("VaR by Method").
		Description("The one-day VaR of the same book on the same returns by three methods, in percent of NAV; a loss is positive, carry is left out. "+
			"The dials and the limits take the historical simulation. Parametric: a normal distribution of the simulated returns. "+
			"Modified: the parametric VaR, corrected for skewness and kurtosis (Cornish-Fisher). "+
			"Returns, From and To: how many daily returns were used, and the days that they span. Computed: when. "+latestComputation+"From risk_measures.").
		NoValue("No VaR by method").
		OverrideByName("Method", leftColumn(200)).
		OverrideByName("Returns", []sdk.DynamicConfigValue{property("unit", "none"), property("decimals", 0), property("custom.width", 72)}).
		OverrideByName("From", []sdk.DynamicConfigValue{property("custom.width", 100)}).
		OverrideByName("To", []sdk.DynamicConfigValue{property("custom.width", 100)}).
		OverrideByName("Computed", []sdk.DynamicConfigValue{property("unit", "time:YYYY-MM-DD HH:mm"), property("custom.width", 144)})
}

// riskNotes lists what a reader must know of the figures.
func (b builder) riskNotes(top uint32) ([]cog.Builder[sdk.Panel], error) {
	query, err := b.sql("risk_notes.sql", subject{})
	if err != nil {
		return nil, err
	}
	return []cog.Builder[sdk.Panel]{percentTable(NewQuery(Table, query), at(0, top, gridWidth, 10)).
		Id(riskNotesID).
		Title("Notes on the Computation").
		Description("What the computation noticed: instruments without enough history and what stands in for them, returns that were dropped, price jumps of more than ten standard deviations, "+
			"what a scenario does not move, and which position a limit is about. The first note says it if the inputs of the computation have changed since. "+latestComputation+"From risk_notes and risk_inputs.").
		NoValue("No notes").
		Align(common.FieldTextAlignmentLeft).
		OverrideByName("About", []sdk.DynamicConfigValue{property("custom.width", 100)}).
		OverrideByName("Note", []sdk.DynamicConfigValue{
			property("custom.cellOptions", wrappedText()),
		}),
	}, nil
}
