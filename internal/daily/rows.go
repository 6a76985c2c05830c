package daily

import (
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// rows are the rows of a query's answer. The methods read a cell by its column and return the zero value if the column
// is missing or the cell is null.
type rows struct{ frame *data.Frame }

// count is the number of rows.
func (r rows) count() int {
	if r.frame == nil || len(r.frame.Fields) == 0 {
		return 0
	}
	return r.frame.Fields[0].Len()
}

// cell returns a cell, nil if it is null.
func (r rows) cell(row int, column string) any {
	for _, f := range r.frame.Fields {
		if f.Name == column && row < f.Len() {
			if v, ok := f.ConcreteAt(row); ok {
				return v
			}
		}
	}
	return nil
}

func (r rows) text(row int, column string) string {
	s, _ := r.cell(row, column).(string)
	return s
}

func (r rows) time(row int, column string) time.Time {
	t, _ := r.cell(row, column).(time.Time)
	return t
}

func (r rows) flag(row int, column string) bool {
	b, _ := r.cell(row, column).(bool)
	return b
}

// number returns a number. One that is null, infinite or not a number is not known.
func (r rows) number(row int, column string) number {
	v, ok := r.cell(row, column).(float64)
	return number{v, ok && !math.IsNaN(v) && !math.IsInf(v, 0)}
}

// date returns a day that the query wrote as 2026-01-31, at midnight UTC.
func (r rows) date(row int, column string) time.Time {
	day, _ := time.Parse(time.DateOnly, r.text(row, column)) // the zero time says that there is none
	return day
}

// number is a figure that may not be known.
type number struct {
	Value float64
	Known bool
}

// numbers are all known values of a column, with the times beside them.
func (r rows) numbers(column string) (at []time.Time, values []float64) {
	for row := range r.count() {
		if v := r.number(row, column); v.Known {
			at, values = append(at, r.time(row, "time")), append(values, v.Value)
		}
	}
	return at, values
}
