package macro_test

import (
	"fmt"
	"time"

	"macrowatch/internal/viewer/macro"
	"macrowatch/internal/viewer/timerange"
)

func ExampleExpand() {
	day := timerange.Range{
		From: time.Date(2026, time.March, 3, 0, 0, 0, 0, time.UTC),
		To:   time.Date(2026, time.March, 4, 0, 0, 0, 0, time.UTC),
	}
	sql, fill, err := macro.Expand(
		"SELECT $__timeGroupAlias(started_at, $__interval, 0), count(*) FROM pipeline_runs WHERE $__timeFilter(started_at) AND step = '$step' GROUP BY 1",
		macro.Context{
			Range:     day,
			Interval:  macro.Interval(day, 100, time.Minute),
			Variables: map[string]macro.Variable{"step": {Values: []string{"fred"}}},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sql)
	fmt.Println("A bucket without a row holds", fill.Value)
	// Output:
	// SELECT floor(extract(epoch from started_at)/900)*900 AS "time", count(*) FROM pipeline_runs WHERE started_at BETWEEN '2026-03-03T00:00:00Z' AND '2026-03-04T00:00:00Z' AND step = 'fred' GROUP BY 1
	// A bucket without a row holds 0
}

// What a reader writes into a text box can't become SQL.
func ExampleExpand_textBox() {
	c := macro.Context{Variables: map[string]macro.Variable{
		"name": {Values: []string{"'; DROP TABLE signals; --"}, Free: true},
	}}
	inQuotes, _, _ := macro.Expand("SELECT * FROM signals WHERE instrument = '$name'", c)
	fmt.Println(inQuotes)
	_, _, err := macro.Expand("SELECT * FROM signals WHERE instrument = $name", c)
	fmt.Println(err)
	// Output:
	// SELECT * FROM signals WHERE instrument = '''; DROP TABLE signals; --'
	// the text box "name" stands outside of quotes, where only a number may, in the query: write '$name' or ${name:sqlstring}, so that a reader's text stays a text
}

func ExampleInterpolate() {
	title, err := macro.Interpolate("Runs of ${step:csv} in $__range", macro.Context{
		Range:     timerange.Range{From: time.Unix(0, 0), To: time.Unix(3600, 0)},
		Variables: map[string]macro.Variable{"step": {Values: []string{"fred", "bcb"}, List: true}},
	})
	fmt.Println(title, err)
	// Output: Runs of fred,bcb in 3600s <nil>
}
