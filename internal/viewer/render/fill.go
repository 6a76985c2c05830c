package render

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"macrowatch/internal/viewer/macro"
)

// maxFillPoints is the greatest number of buckets that are filled.
const maxFillPoints = 100_000

// fillMissing turns the fill that a macro asks for into the form of Grafana's plugin SDK.
func fillMissing(f *macro.Fill) *data.FillMissing {
	if f == nil {
		return nil
	}
	m := &data.FillMissing{Value: f.Value}
	switch f.Mode {
	case macro.FillNull:
		m.Mode = data.FillModeNull
	case macro.FillPrevious:
		m.Mode = data.FillModePrevious
	default:
		m.Mode = data.FillModeValue
	}
	return m
}

// fillBuckets gives a wide frame one row for every bucket of the range. This is the last row in the bucket. If
// the bucket has no row, f says which values it gets. If the range has too many buckets it returns the frame
// as it is and a notice.
func fillBuckets(frame *data.Frame, f *macro.Fill, from, to time.Time) (*data.Frame, string, error) {
	schema := frame.TimeSeriesSchema()
	if schema.Type != data.TimeSeriesTypeWide || frame.Rows() == 0 {
		return frame, "", nil
	}
	if to.Sub(from)/f.Interval > maxFillPoints {
		return frame, "Missing buckets are not filled: the range has too many of them.", nil
	}
	times := frame.Fields[schema.TimeIndex]
	out := data.NewFrame(frame.Name)
	out.Meta, out.RefID = frame.Meta, frame.RefID
	for _, src := range frame.Fields {
		field := data.NewFieldFromFieldType(src.Type(), 0)
		field.Name, field.Labels = src.Name, src.Labels
		out.Fields = append(out.Fields, field)
	}
	missing := fillMissing(f)
	row, rows := 0, frame.Rows()
	start := time.UnixMilli(from.UnixMilli() - mod(from.UnixMilli(), f.Interval.Milliseconds()))
	for t := start.UTC(); !t.After(to); t = t.Add(f.Interval) {
		have := -1 // the last row in the bucket
		for ; row < rows; row++ {
			at, ok := times.ConcreteAt(row)
			if ok && at.(time.Time).After(t) {
				break
			}
			have = row
		}
		for i, field := range out.Fields {
			switch {
			case i == schema.TimeIndex:
				setTime(field, t)
			case have >= 0:
				field.Append(frame.Fields[i].CopyAt(have))
			default:
				n := field.Len()
				field.Extend(1)
				if v, err := data.GetMissing(missing, field, n-1); err == nil && (n > 0 || f.Mode == macro.FillValue) {
					field.Set(n, v)
				}
			}
		}
	}
	return out, "", nil
}

func setTime(f *data.Field, t time.Time) {
	if f.Nullable() {
		f.Append(&t)
		return
	}
	f.Append(t)
}

// mod is the remainder of a division. It is never negative.
func mod(a, b int64) int64 { return ((a % b) + b) % b }
