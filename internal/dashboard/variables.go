package dashboard

import (
	"fmt"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// everything is the SQL that stands for the choice All: an empty text. A condition that compares a variable with it is
// decided before the query runs, so that All costs nothing.
const everything = "''"

// chosen is the condition that a column has the value of a variable, or that the choice is All.
func (b builder) chosen(variable, column string) string {
	switch {
	case b.unfiltered:
		return "true"
	case b.oneStep && variable == stepVariable:
		return column + " = " + askedStep
	}
	return fmt.Sprintf("($%s = %s OR %s = $%[1]s)", variable, everything, column)
}

// failedInRange is a condition for the runs that failed in the range, of the chosen steps. Of one step it is written so that only the
// index fits whose first column is the step: the planner takes the failures of any range for a few, and would read those of all steps.
func (b builder) failedInRange() string {
	const failedAt = "coalesce(finished_at, started_at)"
	if !b.oneStep {
		return failedAt + " BETWEEN $__timeFrom() AND $__timeTo() AND " + b.chosen(stepVariable, "step_name::text")
	}
	return fmt.Sprintf("step_name::text = %[1]s AND (step_name::text, %[2]s) >= (%[1]s, $__timeFrom()::timestamptz) AND (step_name::text, %[2]s) <= (%[1]s, $__timeTo()::timestamptz)",
		askedStep, failedAt)
}

// askedStep is the step that a page about one step is about, as SQL. Grafana and the viewer fill in the text and double its quotes.
const askedStep = "'$" + stepVariable + "'"

// choice returns a variable with which the reader picks one of the query's rows, or all of them. Links set it.
func choice(name, label, description, query string) (sdk.VariableModel, error) {
	all, text := "$__all", "All"
	v, err := sdk.NewQueryVariableBuilder(name).
		Label(label).
		Description(description).
		Datasource(datasource()).
		Query(sdk.StringOrMap{String: ptr(query)}).
		Definition(query).
		Hide(sdk.VariableHideDontHide).
		Refresh(sdk.VariableRefreshOnDashboardLoad).
		Regex("").
		IncludeAll(true).
		AllValue(everything).
		Current(sdk.VariableOption{
			Text:  sdk.StringOrArrayOfString{String: &text},
			Value: sdk.StringOrArrayOfString{String: &all},
		}).
		Build()
	v.Auto, v.AutoMin, v.AutoCount = nil, nil, nil // of interval variables
	v.Multi, v.Sort = nil, nil                     // Grafana keeps neither where it is not set
	return v, err
}
