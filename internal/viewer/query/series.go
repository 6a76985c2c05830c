package query

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// maxCells bounds a wide frame, whose size is the number of series times the number of times.
const maxCells = 5_000_000

// timeColumns turns the numbers in the column "time" into instants. In a table it also does so with the column "timeend",
// which annotations have. Times of day in a table stay texts: they have no date, so they are no instants.
func timeColumns(frame *data.Frame, format string) error {
	for i, f := range frame.Fields {
		if f.Name != "time" && (format != Table || !strings.EqualFold(f.Name, "timeend")) || f.Type().Time() {
			continue
		}
		if format == Table && hasTimesOfDay(f) {
			continue
		}
		out := data.NewFieldFromFieldType(data.FieldTypeNullableTime, f.Len())
		out.Name = f.Name
		for row := range f.Len() {
			v, err := f.NullableFloatAt(row)
			if err != nil {
				return &Error{message: "The column " + f.Name + " holds neither times nor numbers of seconds or milliseconds.", cause: err}
			}
			if v != nil && !math.IsNaN(*v) {
				t := time.UnixMilli(int64(epochMilliseconds(*v))).UTC()
				out.Set(row, &t)
			}
		}
		frame.Fields[i] = out
	}
	return nil
}

// hasTimesOfDay reports whether all values of a column are times of day, as PostgreSQL writes its types time and timetz.
func hasTimesOfDay(f *data.Field) bool {
	for row := range f.Len() {
		text, isText := f.ConcreteAt(row)
		if !isText {
			continue
		}
		s, _ := text.(string)
		if !timeOfDay.MatchString(s) {
			return false
		}
	}
	return f.Type() == data.FieldTypeNullableString
}

var timeOfDay = regexp.MustCompile(`^\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d){0,2})?$`)

// epochMilliseconds returns the milliseconds since 1970 that a number means. As in Grafana, a number of ten
// digits is in seconds, a number of nineteen digits in nanoseconds, and any other in milliseconds.
func epochMilliseconds(v float64) float64 {
	switch a := math.Abs(v); {
	case a >= 1e9 && a < 1e10:
		return v * 1000
	case a >= 1e18 && a < 1e19:
		return v / 1e6
	}
	return v
}

// toSeries turns rows into time series: one for each column of values and each combination of labels.
func toSeries(frame *data.Frame, fill *data.FillMissing) (*data.Frame, error) {
	at := -1
	for i, f := range frame.Fields {
		if f.Name == "time" {
			at = i
		}
	}
	if at < 0 {
		return nil, &Error{message: `The query has no column "time", which a time series needs; the table format does without.`}
	}
	frame.Fields[at].Name = data.TimeSeriesTimeFieldName
	columns := len(frame.Fields)
	for i, f := range frame.Fields {
		if i == at || f.Type() == data.FieldTypeNullableString || f.Type() == data.FieldTypeNullableFloat64 || f.Name == "metric" {
			continue
		}
		out, err := floats(f)
		if err != nil {
			return nil, err
		}
		frame.Fields[i] = out
	}
	if frame.TimeSeriesSchema().Type != data.TimeSeriesTypeLong {
		return frame, nil
	}
	meta := frame.Meta
	wide, err := data.LongToWideWithLimit(frame, fill, maxCells)
	if err != nil {
		return nil, seriesError(err)
	}
	wide.Meta.ExecutedQueryString, wide.Meta.Notices = meta.ExecutedQueryString, meta.Notices
	// If one of three columns is "metric", its values are the names of the series, as in Grafana.
	if columns == 3 {
		for _, f := range wide.Fields {
			if name, ok := f.Labels["metric"]; ok && len(f.Labels) == 1 {
				f.Name, f.Labels = name, nil
			}
		}
	}
	return wide, nil
}

// floats turns a column into one of floats.
func floats(f *data.Field) (*data.Field, error) {
	out := data.NewFieldFromFieldType(data.FieldTypeNullableFloat64, f.Len())
	out.Name = f.Name
	for row := range f.Len() {
		v, err := f.NullableFloatAt(row)
		if err != nil {
			return nil, &Error{message: "The column " + f.Name + " can't be drawn as numbers.", cause: err}
		}
		out.Set(row, v)
	}
	return out, nil
}

func seriesError(err error) error {
	e := &Error{message: "The rows can't be made into time series: " + err.Error() + ".", cause: err}
	switch {
	case errors.Is(err, data.ErrorSeriesUnsorted):
		e.message = "The rows are not in the order of time, which a time series needs; add ORDER BY time to the query."
	case errors.Is(err, data.ErrorNullTimeValues):
		e.message = "A row has no time, which a time series needs."
	case errors.Is(err, data.ErrorWideFrameTooLarge):
		e.message = "The query returns too many series to draw; choose a shorter range or fewer labels."
	}
	return e
}
