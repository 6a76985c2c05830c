package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/desk"
)

const (
	// allocationZone is where the days of the summaries begin. Only those who settle marks change it, one at a time.
	allocationZone = `(SELECT zone FROM allocation_basis)`

	// allocationWanted is what the summaries are to be made with.
	allocationWanted = `SELECT z.zone, r.rules, {named} AS named FROM book_summary_zone z CROSS JOIN allocation_rules r`

	// allocationStale tells whether the summaries were made with anything else.
	allocationStale = `SELECT EXISTS (SELECT FROM (` + allocationWanted + `) w WHERE NOT EXISTS (
    SELECT FROM allocation_basis b WHERE b.zone = w.zone AND b.rules = w.rules AND b.named = w.named))`

	allocationRenew = `DELETE FROM allocation_basis;
INSERT INTO allocation_basis (zone, rules, named, classes)
SELECT zone, rules, named, ARRAY(
    SELECT rule ->> 'class' FROM jsonb_array_elements(rules) rule
    UNION SELECT value FROM jsonb_each_text(named)
    UNION SELECT '{other}'
    ORDER BY 1)
FROM (` + allocationWanted + `) w`

	allocationBasis = `SELECT rules FROM allocation_basis`

	// allocationOf is the sums of a snapshot, in the order of the classes, which the whole precedes.
	allocationOf = `(SELECT array_agg(coalesce(summed.gross, 0) ORDER BY listed.place)
    FROM unnest(ARRAY['']::text[] || basis.classes) WITH ORDINALITY listed(class, place)
    LEFT JOIN (
        SELECT coalesce(class, '') AS class, sum(gross) AS gross
        FROM (SELECT coalesce(basis.named ->> held.instrument, {class}) AS class, held.gross
            FROM (SELECT p.instrument::text AS instrument, sum({units}) AS gross FROM {states} p WHERE p."timestamp" = {at} GROUP BY 1) held) classified
        GROUP BY GROUPING SETS ((class), ())
    ) summed USING (class))`

	// The snapshots by themselves. An index probe finds each next one.
	allocationsOfAll = `WITH RECURSIVE snapshots AS (
    (SELECT "timestamp" AS at FROM {states} p ORDER BY "timestamp" LIMIT 1)
    UNION ALL
    SELECT next.at
    FROM snapshots
    CROSS JOIN LATERAL (SELECT "timestamp" AS at FROM {states} p WHERE "timestamp" > snapshots.at ORDER BY "timestamp" LIMIT 1) next
) SELECT 0 AS width_seconds, snapshots.at AS begins_at, snapshots.at, {gross} AS gross FROM snapshots CROSS JOIN allocation_basis basis`
	allocationsOfSome = `SELECT 0 AS width_seconds, snapshots.begins_at, snapshots.begins_at AS at, {gross} AS gross
FROM stretches snapshots CROSS JOIN allocation_basis basis
WHERE EXISTS (SELECT FROM {states} p WHERE p."timestamp" = snapshots.begins_at)`

	// allocationsKept are, of a stretch, the snapshots that a chart shows of it. They are all among those of the narrower stretches in it.
	allocationsKept = `SELECT {width} AS width_seconds, stretches.begins_at, kept.at, kept.gross
FROM {stretches}
CROSS JOIN LATERAL (
    WITH within AS MATERIALIZED (
        SELECT n.at, n.gross FROM allocation_summaries n
        WHERE n.width_seconds = {narrower} AND n.begins_at >= stretches.begins_at AND n.begins_at < {ends}
    )
    SELECT at, gross FROM within WHERE at IN (
        SELECT unnest(ARRAY[min(within.at), max(within.at), (array_agg(within.at ORDER BY s.gross, within.at))[1], (array_agg(within.at ORDER BY s.gross DESC, within.at))[1]])
        FROM within CROSS JOIN LATERAL unnest(within.gross) WITH ORDINALITY s(gross, place)
        GROUP BY s.place)
) kept`
	allocationStretches = `(SELECT DISTINCT {begins} AS begins_at FROM allocation_summaries n WHERE n.width_seconds = {narrower}) stretches`
)

// allocationSummary sums up the book's gross allocation by asset class.
func allocationSummary() summary {
	fill := strings.NewReplacer("{named}", desk.NamedClassesMap(), "{other}", desk.OtherClass)
	return summary{
		of: portfolioTable.name, rows: "allocations", into: "allocation_summaries", marks: "allocation_marks", mark: "snapshot_at",
		keys: []string{"at"}, values: []string{"gross"}, kept: desk.NAVSummariesKept(), levels: allocationLevels,
		also:  `has_table_privilege('instruments', 'SELECT') AND has_table_privilege('allocation_basis', 'INSERT') AND has_table_privilege('allocation_basis', 'DELETE')`,
		stale: fill.Replace(allocationStale), renew: fill.Replace(allocationRenew),
	}
}

// allocationLevels are the snapshots by themselves, and the stretches. Those of whole days are made from those of days, which are made
// from the snapshots, since a day may begin between two stretches of hours.
func allocationLevels(ctx context.Context, q queryer) ([]summaryLevel, error) {
	var stored []byte
	err := q.QueryRow(ctx, allocationBasis).Scan(&stored)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil // nothing was ever summed up
	}
	if err != nil {
		return nil, err
	}
	rules, err := desk.ReadAllocationRules(stored)
	if err != nil {
		return nil, err
	}
	gross := strings.NewReplacer("{class}", desk.ClassSQL(rules, "held.instrument"), "{units}", desk.GrossUnits("p.weight")).Replace(allocationOf)
	of := func(sql, at string) string {
		return strings.NewReplacer("{at}", at, "{states}", desk.UsableRows(portfolioTable.name)).Replace(strings.ReplaceAll(sql, "{gross}", gross))
	}
	levels := []summaryLevel{{
		all: of(allocationsOfAll, "snapshots.at"), some: of(allocationsOfSome, "snapshots.begins_at"), begins: func(at string) string { return at },
	}}
	narrower := 0
	for _, width := range desk.AllocationWidths() {
		if width == desk.DayOfBook {
			narrower = 0
		}
		levels = append(levels, allocationLevel(width, narrower))
		narrower = width
	}
	return levels, nil
}

// allocationLevel are the stretches of a width, made from those of a narrower one.
func allocationLevel(width, narrower int) summaryLevel {
	begins := func(at string) string {
		begins, _ := desk.AllocationStretch(width, at, allocationZone)
		return begins
	}
	_, ends := desk.AllocationStretch(width, "stretches.begins_at", allocationZone)
	fill := func(stretches string) string {
		sql := strings.ReplaceAll(allocationsKept, "{stretches}", stretches)
		return strings.NewReplacer("{width}", fmt.Sprint(width), "{narrower}", fmt.Sprint(narrower), "{ends}", ends, "{begins}", begins("n.begins_at")).Replace(sql)
	}
	return summaryLevel{width: width, all: fill(allocationStretches), some: fill("stretches"), begins: begins}
}
