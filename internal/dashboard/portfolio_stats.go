package dashboard

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"macrowatch/internal/suggest"
)

// The Sharpe ratio is computed from a year of daily returns. Less than a quarter of a year would say nothing.
const (
	sharpeReturns = 252
	sharpeLeast   = 60
)

// dailyNAVExplained says from which NAVs daily figures are computed.
func (b builder) dailyNAVExplained() string {
	if len(b.rules.Calendar.Weekend) == 0 {
		return "A daily NAV is the last of each day in " + b.rules.Zone + ". "
	}
	return "A daily NAV is the last of each day outside the weekend in " + b.rules.Zone + "; what is stored " + b.weekendExplained() + ". "
}

// weekendExplained says where what is stored in the weekend belongs, such as "on Saturday and Sunday belongs to Friday".
func (b builder) weekendExplained() string {
	var days []string
	befores := map[string][]string{}
	for _, day := range week() {
		if back := b.rules.Calendar.DaysBack(day); back > 0 {
			before := ((day + time.Weekday(daysInAWeek-back)) % daysInAWeek).String()
			if _, known := befores[before]; !known {
				days = append(days, before)
			}
			befores[before] = append(befores[before], day.String())
		}
	}
	for n, before := range days {
		days[n] = "on " + suggest.Listed(befores[before], "and") + " belongs to " + before
	}
	return strings.Join(days, ", and ")
}

// tornSnapshotExplained says what it means that a number is torn.
const tornSnapshotExplained = "Yellow, torn: the snapshot looks like a piece of a larger one, since another snapshot within ten seconds before it has the same NAV and other positions. "

// number is a stat of one number.
type number struct {
	id, width          uint32
	title, description string
	file, field        string
	unit               string
	decimals           float64
	missing            string // what the stat says where there is no number
	signed             bool   // red below zero, green from zero
	basis              string // the field that says from which data the number was computed; "" if there is no such field
	ofSnapshot         bool   // whether the number is from the latest snapshot, which may look torn
}

// portfolioStats are two lines of numbers: first how the book is doing, then what it is made of.
func (b builder) portfolioStats(top uint32) ([]cog.Builder[sdk.Panel], error) {
	const doing, composed = 4, 3 // the heights of the lines
	var tiles []cog.Builder[sdk.Panel]
	for _, line := range []struct {
		numbers     []number
		top, height uint32
	}{
		{b.resultNumbers(), top, doing},
		{b.bookNumbers(), top + doing, composed},
	} {
		left := uint32(0)
		for _, n := range line.numbers {
			tile, err := b.numberStat(n, at(left, line.top, n.width, line.height))
			if err != nil {
				return nil, err
			}
			tiles = append(tiles, tile)
			left += n.width
		}
	}
	return tiles, nil
}

// noNAV is shown in place of a number that is computed from NAVs, if there is none.
const noNAV = "No NAV"

// resultNumbers say how the book is doing: its NAV, and what it has made over periods that become longer.
func (b builder) resultNumbers() []number {
	const periods = "portfolio_periods.sql"
	period := func(id, width uint32, title, field, since string) number {
		return number{
			id: id, width: width, title: title, file: periods, field: field, unit: "percent", decimals: 2, missing: noNAV, signed: true,
			description: "What the book has made " + since + ", in percent: the latest NAV by the end of the chosen range over that NAV, minus 1. Red is a loss, green a gain. " +
				b.dailyNAVExplained() + "From portfolio_state.",
		}
	}
	return []number{
		{
			id: portfolioCurrentNAVID, width: 4, title: "NAV", file: periods, field: "nav", unit: "short", decimals: 2, missing: noNAV,
			description: "The book's latest NAV by the end of the chosen range: a return index after costs, without subscriptions and withdrawals. From portfolio_state.",
		},
		period(portfolioDayID, 3, "Day", "day_pct", "since the daily NAV before that of the latest day"),
		period(portfolioMonthID, 4, "Month to Date", "month_pct", "since the last NAV of the month before (in the first month: since the first NAV)"),
		period(portfolioYearID, 4, "Year to Date", "year_pct", "since the last NAV of the year before (in the first year: since the first NAV)"),
		{
			id: portfolioFallID, width: 5, title: "Current Drawdown", file: "portfolio_fall.sql", field: "drawdown_pct", unit: "percent", decimals: 2, missing: noNAV,
			description: "How far the latest NAV by the end of the chosen range stands below its peak, in percent: 0 at a peak, negative below it. " +
				"The peak is the highest daily NAV of the whole history, or the latest NAV itself. " + b.dailyNAVExplained() + "From portfolio_state.",
		},
		{
			id: portfolioReturnID, width: 4, title: "Total Return", file: "portfolio_return.sql", field: "total_return_pct",
			unit: "percent", decimals: 2, missing: noNAV, signed: true,
			description: "What the book has made since its first NAV, in percent: the latest NAV by the end of the chosen range over the first NAV, minus 1. " +
				"The NAV is a return index after costs, without subscriptions and withdrawals, and earns no cash interest. From portfolio_state.",
		},
	}
}

// bookNumbers say what the book is made of, and how its returns compare with their swings.
func (b builder) bookNumbers() []number {
	const width = gridWidth / 3
	return []number{
		{
			id: portfolioSharpeID, width: width, title: "Sharpe Ratio", file: "portfolio_sharpe.sql", field: "sharpe_ratio",
			unit: "none", decimals: 2, missing: "–", basis: "basis",
			description: fmt.Sprintf("Mean over sample standard deviation of the last %d returns by the end of the chosen range, times the root of how many there are in a year: "+
				"%d of daily NAVs, 52 of weekly, 12 of monthly and 4 of quarterly ones. The days outside the weekend between the NAVs decide which they are; the line below the number says it. "+
				"No risk-free rate is taken off, since the book's NAV earns no cash interest. "+b.dailyNAVExplained()+
				"There is no ratio with fewer than %d returns, with NAVs at irregular intervals, with returns that do not vary, and after a NAV that is not above zero. From portfolio_state.", sharpeReturns, b.daysInAYear(), sharpeLeast),
		},
		{
			id: portfolioLeverageID, width: width, title: "Current Leverage", file: "portfolio_leverage.sql", field: "gross_leverage",
			unit: "suffix:x", decimals: 2, missing: "No snapshot", ofSnapshot: true,
			description: "Gross leverage, in times of NAV: the sum of the absolute weights of the latest snapshot by the end of the chosen range, per strategy and instrument. " +
				"Two strategies on opposite sides of one instrument both count here. If the weights were netted across strategies first, the two would cancel and the figure would be lower. " + tornSnapshotExplained + "From portfolio_state.",
		},
		{
			id: portfolioPositionsID, width: width, title: "Active Positions", file: "portfolio_positions.sql", field: "active_positions",
			unit: "none", decimals: 0, missing: "No snapshot", ofSnapshot: true,
			description: "How many instruments the book holds in the latest snapshot by the end of the chosen range: those whose weights, summed over the strategies with their signs, do not give zero. " + tornSnapshotExplained + "From portfolio_state.",
		},
	}
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
		p = p.Thresholds(redBelowZero()).Mappings(noNumberMapping(n.missing))
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
