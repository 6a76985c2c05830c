package store

import (
	"context"
	"fmt"
	"strings"

	"macrowatch/internal/desk"
)

const (
	// bookZone is where the days of the summaries of the book begin.
	bookZone = `(SELECT zone FROM book_summary_zone)`

	// navSums are the columns that sum up summaries r, or snapshots that look like summaries of one snapshot.
	navSums = `min(r.first_at) AS first_at, (array_agg(r.first_nav ORDER BY r.first_at))[1] AS first_nav,
    max(r.last_at) AS last_at, (array_agg(r.last_nav ORDER BY r.last_at DESC))[1] AS last_nav,
    (array_agg(r.lowest_at ORDER BY r.lowest_nav, r.lowest_at))[1] AS lowest_at, min(r.lowest_nav) AS lowest_nav,
    (array_agg(r.highest_at ORDER BY r.highest_nav DESC, r.highest_at))[1] AS highest_at, max(r.highest_nav) AS highest_nav`

	// navsAsSummaries has the columns of summaries for each snapshot. An index probe finds each next one, so what is read does not
	// depend on how many rows a snapshot has.
	navsAsSummaries = `SELECT at AS first_at, nav AS first_nav, at AS last_at, nav AS last_nav, at AS lowest_at, nav AS lowest_nav, at AS highest_at, nav AS highest_nav`

	navsAll = `SELECT {width} AS width_seconds, {begins} AS begins_at, ` + navSums + `
FROM ({navs}) r
GROUP BY 2`
	navsOfAllSnapshots = `WITH RECURSIVE snapshots AS (
    (SELECT "timestamp" AS at, total_equity::float8 AS nav FROM {states} p ORDER BY "timestamp" LIMIT 1)
    UNION ALL
    SELECT next.at, next.nav
    FROM snapshots
    CROSS JOIN LATERAL (SELECT "timestamp" AS at, total_equity::float8 AS nav FROM {states} p WHERE "timestamp" > snapshots.at ORDER BY "timestamp" LIMIT 1) next
) ` + navsAsSummaries + ` FROM snapshots`
	navsOfAllHours = `SELECT * FROM nav_summaries WHERE width_seconds = 3600`

	navsSome = `SELECT {width} AS width_seconds, r.begins_at, ` + navSums + `
FROM ({navs}) r
GROUP BY r.begins_at`
	navsOfSomeSnapshots = `WITH RECURSIVE snapshots AS (
    SELECT within.begins_at, within.ends_at, next.at, next.nav
    FROM (SELECT begins_at, {ends} AS ends_at FROM stretches) within
    CROSS JOIN LATERAL (SELECT "timestamp" AS at, total_equity::float8 AS nav FROM {states} p WHERE "timestamp" >= within.begins_at AND "timestamp" < within.ends_at ORDER BY "timestamp" LIMIT 1) next
    UNION ALL
    SELECT snapshots.begins_at, snapshots.ends_at, next.at, next.nav
    FROM snapshots
    CROSS JOIN LATERAL (SELECT "timestamp" AS at, total_equity::float8 AS nav FROM {states} p WHERE "timestamp" > snapshots.at AND "timestamp" < snapshots.ends_at ORDER BY "timestamp" LIMIT 1) next
) ` + navsAsSummaries + `, begins_at FROM snapshots`
	navsOfSomeHours = `SELECT stretches.begins_at, {hour}
    FROM stretches
    JOIN nav_summaries h ON h.width_seconds = 3600 AND h.begins_at >= stretches.begins_at AND h.begins_at < {ends}`
)

// navSummary sums up the NAVs of the book by hour and day.
func navSummary() summary {
	return summary{
		of: portfolioTable.name, rows: "snapshots", into: "nav_summaries", marks: "book_summary_marks", mark: "snapshot_at",
		values: []string{"first_at", "first_nav", "last_at", "last_nav", "lowest_at", "lowest_nav", "highest_at", "highest_nav"},
		kept:   desk.NAVSummariesKept(),
		levels: func(context.Context, queryer) ([]summaryLevel, error) { return navLevels(), nil },
	}
}

// navLevels are the hours, which are made from the snapshots, and the days, which are made from the hours.
func navLevels() []summaryLevel {
	level := func(width int, all, some string) summaryLevel {
		begins, _ := desk.BookStretch(width, "r.first_at", bookZone)
		_, ends := desk.BookStretch(width, "stretches.begins_at", bookZone)
		fill := func(sql, navs string) string {
			sql = strings.NewReplacer("{navs}", navs, "{begins}", begins).Replace(sql)
			hour := "h." + strings.Join(navSummary().values, ", h.")
			return strings.NewReplacer("{states}", desk.UsableRows(portfolioTable.name), "{ends}", ends, "{hour}", hour, "{width}", fmt.Sprint(width)).Replace(sql)
		}
		return summaryLevel{width: width, all: fill(navsAll, all), some: fill(navsSome, some), begins: func(at string) string {
			begins, _ := desk.BookStretch(width, at, bookZone)
			return begins
		}}
	}
	return []summaryLevel{
		level(desk.HourOfBook, navsOfAllSnapshots, navsOfSomeSnapshots),
		level(desk.DayOfBook, navsOfAllHours, navsOfSomeHours),
	}
}
