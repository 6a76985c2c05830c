package dashboard

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The Sharpe ratio is computed from a year of daily returns. Less than a quarter of a year would say nothing.
const (
	sharpeReturns = 252
	sharpeLeast   = 60
)

// dailyNAVExplained says from which NAVs daily figures are computed.
func (b builder) dailyNAVExplained() string {
	return "A daily NAV is the last of each weekday in " + b.rules.Zone + "; what is stored on Saturday and Sunday belongs to Friday. "
}

// tornSnapshotExplained says what it means that a number is torn.
const tornSnapshotExplained = "Yellow, torn: the snapshot looks like a piece of a larger one, since another snapshot within ten seconds before it has the same NAV and other positions. "

// number is a stat of one number.
type number struct {
	id                 uint32
	title, description string
	file, field        string
	unit               string
	decimals           float64
	missing            string // what the stat says where there is no number
	signed             bool   // red below zero, green from zero
	basis              string // the field that says from which data the number was computed; "" if there is no such field
	ofSnapshot         bool   // whether the number is from the latest snapshot, which may look torn
}

// portfolioStats are the four numbers, beside each other.
func (b builder) portfolioStats(top uint32) ([]cog.Builder[sdk.Panel], error) {
	const width, height = gridWidth / 4, 4
	var tiles []cog.Builder[sdk.Panel]
	for i, n := range []number{
		{
			id: portfolioReturnID, title: "Total Return", file: "portfolio_return.sql", field: "total_return_pct",
			unit: "percent", decimals: 2, missing: "No NAV", signed: true,
			description: "What the book has made since its first NAV, in percent: the latest NAV by the end of the chosen range over the first NAV, minus 1. " +
				"The NAV is a return index after costs, without subscriptions and withdrawals, and earns no cash interest. From portfolio_state.",
		},
		{
			id: portfolioSharpeID, title: "Sharpe Ratio", file: "portfolio_sharpe.sql", field: "sharpe_ratio",
			unit: "none", decimals: 2, missing: "–", basis: "basis",
			description: fmt.Sprintf("Mean over sample standard deviation of the last %d returns by the end of the chosen range, times the root of how many there are in a year: "+
				"252 of daily NAVs, 52 of weekly, 12 of monthly and 4 of quarterly ones. The weekdays between the NAVs decide which they are; the line below the number says it. "+
				"No risk-free rate is taken off, since the book's NAV earns no cash interest. "+b.dailyNAVExplained()+
				"There is no ratio with fewer than %d returns, with NAVs at irregular intervals, with returns that do not vary, and after a NAV that is not above zero. From portfolio_state.", sharpeReturns, sharpeLeast),
		},
		{
			id: portfolioLeverageID, title: "Current Leverage", file: "portfolio_leverage.sql", field: "gross_leverage",
			unit: "suffix:x", decimals: 2, missing: "No snapshot", ofSnapshot: true,
			description: "Gross leverage, in times of NAV: the sum of the absolute weights of the latest snapshot by the end of the chosen range, per strategy and instrument. " +
				"Two strategies on opposite sides of one instrument both count here. If the weights were netted across strategies first, the two would cancel and the figure would be lower. " + tornSnapshotExplained + "From portfolio_state.",
		},
		{
			id: portfolioPositionsID, title: "Active Positions", file: "portfolio_positions.sql", field: "active_positions",
			unit: "none", decimals: 0, missing: "No snapshot", ofSnapshot: true,
			description: "How many instruments the book holds in the latest snapshot by the end of the chosen range: those whose weights, summed over the strategies with their signs, do not give zero. " + tornSnapshotExplained + "From portfolio_state.",
		},
	} {
		tile, err := b.numberStat(n, at(uint32(i)*width, top, width, height))
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, tile)
	}
	return tiles, nil
}

// numberStat shows one number.
func (b builder) numberStat(n number, pos sdk.GridPos) (cog.Builder[sdk.Panel], error) {
	query, err := b.sql(n.file, subject{})
	if err != nil {
		return nil, err
	}
	fields, placed := theField(n.field), asItFits
	if n.basis != "" {
		fields, placed = theField("("+n.field+"|"+n.basis+")"), belowEachOther
	}
	p := statOf(query, pos, fields, placed).
		Id(n.id).
		Title(n.title).
		Description(n.description).
		Unit(n.unit).
		Decimals(n.decimals).
		NoValue(n.missing)
	if n.signed {
		p = p.Thresholds(redBelowZero())
	}
	if !n.ofSnapshot {
		return p, nil
	}
	unit := "suffix:torn"
	if n.unit != "none" {
		unit = n.unit + ", torn"
	}
	torn, err := b.sql("portfolio_torn.sql", subject{unit: unit})
	if err != nil {
		return nil, err
	}
	return p.WithTarget(NewQuery(Table, torn).As(settingsRef)).
		WithTransformation(settingsFrom(settingFrom("torn_unit", "unit"), settingFrom("torn_colour", "color"))), nil
}

// redBelowZero is red below zero and green from zero on.
func redBelowZero() cog.Builder[sdk.ThresholdsConfig] {
	return sdk.NewThresholdsConfigBuilder().
		Mode(sdk.ThresholdsModeAbsolute).
		Steps([]sdk.Threshold{{Value: nil, Color: colourBad}, {Value: ptr(0.0), Color: colourGood}})
}
