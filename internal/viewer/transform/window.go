package transform

import (
	"fmt"
	"math"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/matcher"
	"macrowatch/internal/viewer/reducer"
)

// source is the field whose rows a calculation goes along: the named one, or the first number field.
func (c *calculation) source(fr *frame.Frame, name string) (*frame.Field, error) {
	match := matcher.ByKind(frame.Number)
	if name != "" {
		match = matcher.ByNames([]string{name})
	}
	for _, f := range fr.Fields {
		if !match(f, fr, c.frames) {
			continue
		}
		if f.Kind != frame.Number && f.Kind != frame.Time {
			return nil, fmt.Errorf("%q holds no numbers and can't be calculated with", name)
		}
		return f, nil
	}
	return nil, nil
}

// cumulative adds a field that sums or averages all values up to each row.
func (c *calculation) cumulative() ([]*frame.Frame, error) {
	o := c.options.Child("cumulative")
	id, on := o.TextOr("reducer", "sum"), o.Text("field")
	if id != "sum" && id != "mean" {
		return nil, fmt.Errorf("the calculation %q is not one along the rows; sum and mean are", id)
	}
	name := "cumulative "
	if o != nil {
		name += id
		if on != "" {
			name += "(" + on + ")"
		}
	}
	return c.each(name, func(fr *frame.Frame) ([]any, error) {
		f, err := c.source(fr, on)
		if f == nil || err != nil {
			return nil, err
		}
		out := make([]any, fr.Length)
		total := 0.0
		for i := range out {
			if v := f.At(i); !js.Missing(v) {
				total += js.Coerce(v)
			}
			out[i] = total
			if id == "mean" {
				out[i] = total / float64(i+1)
			}
		}
		return out, nil
	})
}

// window adds a field that is computed from the rows around each row, or before it.
func (c *calculation) window() ([]*frame.Frame, error) {
	o := c.options.Child("window")
	id, on, align := o.TextOr("reducer", "mean"), o.Text("field"), o.TextOr("windowAlignment", "trailing")
	size := o.NumberOr("windowSize", 0.1)
	if size <= 0 {
		return nil, fmt.Errorf("the window must be larger than 0 rows")
	}
	name := " moving "
	if o != nil {
		name = align + name + id
		if on != "" {
			name += "(" + on + ")"
		}
	}
	return c.each(name, func(fr *frame.Frame) ([]any, error) {
		n := int(math.Min(math.Ceil(size), math.MaxInt32))
		if o.TextOr("windowSizeMode", "percentage") == "percentage" {
			n = int(math.Min(math.Ceil(size*float64(fr.Length)), math.MaxInt32))
		}
		f, err := c.source(fr, on)
		if f == nil || err != nil {
			return nil, err
		}
		if id != "mean" && id != "stdDev" && id != "variance" {
			return nil, fmt.Errorf("the calculation %q is not one over a window; mean, stdDev and variance are", id)
		}
		before, after := n-1, 0
		if align == "centered" {
			before, after = n/2, (n+1)/2-1
		}
		if id == "mean" {
			if align == "centered" {
				return centredMeans(f, fr.Length, before, after), nil
			}
			return trailingMeans(f, fr.Length, n), nil
		}
		out := make([]any, fr.Length)
		for i := range out {
			hi := min(i+after+1, len(f.Values))
			lo := min(max(0, i-before), hi)
			v := reducer.Variance(f.Values[lo:hi])
			if id == "stdDev" {
				v = math.Sqrt(v)
			}
			out[i] = v
		}
		return out, nil
	})
}

// trailingMeans are the means over the last n rows. As in Grafana, the window grows at a missing value, because no
// earlier value leaves it there.
func trailingMeans(f *frame.Field, length, n int) []any {
	out := make([]any, length)
	sum, count := 0.0, 0.0
	for i := range out {
		if v := f.At(i); !js.Missing(v) {
			count++
			sum += js.Coerce(v)
			if i > n-1 {
				sum -= js.Coerce(f.At(i - n))
				count--
			}
		}
		out[i] = meanOf(sum, count)
	}
	return out
}

// centredMeans are the means over the rows from before to after each row.
func centredMeans(f *frame.Field, length, before, after int) []any {
	out := make([]any, length)
	sum, count := 0.0, 0.0
	take := func(at int, sign float64) {
		if at < len(f.Values) && !js.Missing(f.Values[at]) {
			sum += sign * js.Coerce(f.Values[at])
			count += sign
		}
	}
	for i := range out {
		if i == 0 {
			for at := 0; at <= after; at++ {
				take(at, 1)
			}
		} else {
			take(i+after, 1)
			if i-before > 0 {
				take(i-before-1, -1)
			}
		}
		out[i] = meanOf(sum, count)
	}
	return out
}

func meanOf(sum, count float64) any {
	if count == 0 {
		return 0.0
	}
	return sum / count
}
