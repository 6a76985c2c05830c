package transform

import (
	"strings"

	"macrowatch/internal/viewer/frame"
	"macrowatch/internal/viewer/js"
	"macrowatch/internal/viewer/settings"
)

// mergeFrames makes one frame of several. Rows become one row if they agree in the fields that all frames have, and do
// not differ in any other field.
func mergeFrames() Transformation {
	return Transformation{ID: "merge", run: runMerge, Supports: "all of it",
		Options: []string{"reducers"}, // Grafana's editor leaves reducers behind; they have no effect
		Outline: func(_ settings.Object, before Columns) Outline { return Outline{After: before} }}
}

func runMerge(frames []*frame.Frame, _ settings.Object, p *Pipeline) ([]*frame.Frame, error) {
	if len(frames) < 2 {
		return frames, nil
	}
	var full []*frame.Frame
	for _, fr := range frames {
		if len(fr.Fields) > 0 {
			full = append(full, fr)
		}
	}
	if len(full) == 0 {
		return frames[:1], nil
	}
	m := newMerge(full)
	if len(m.keys) == 0 {
		p.Notices.Add("Merge changes nothing: the queries have no field in common.")
		return frames, nil
	}
	for i, fr := range full {
		for row := range fr.Length {
			m.add(i, row)
		}
	}
	return []*frame.Frame{m.frame()}, nil
}

// merge is a frame that is being merged from others.
type merge struct {
	frames []*frame.Frame
	fields []*frame.Field
	// places are, for each of the fields, its index in each frame that has it.
	places []map[int]int
	keys   []int // the indexes of the fields that all frames have
	rows   [][]any
	byKey  map[string][]int // the indexes of the rows with the same values in the key fields
}

func newMerge(frames []*frame.Frame) *merge {
	m := &merge{frames: frames, byKey: map[string][]int{}}
	index := map[string]int{}
	for i, fr := range frames {
		for k, f := range fr.Fields {
			at, ok := index[f.Name]
			if !ok {
				at = len(m.fields)
				index[f.Name] = at
				c := frame.NewField(f.Name, f.Kind, []any{})
				c.DataSettings = f.DataSettings.Clone()
				delete(c.DataSettings, "displayName")
				if c.Kind == frame.Other {
					c.Kind = frame.AssumedKind(c)
				}
				m.fields = append(m.fields, c)
				m.places = append(m.places, map[int]int{})
			}
			m.places[at][i] = k
			if i == len(frames)-1 && len(m.places[at]) == len(frames) {
				m.keys = append(m.keys, at)
			}
		}
	}
	return m
}

// add merges a row into every row that it agrees with. If there is none, it appends the row.
func (m *merge) add(frame, row int) {
	value := make([]any, len(m.fields))
	for i, at := range m.places {
		value[i] = unset{}
		if k, ok := at[frame]; ok {
			value[i] = m.frames[frame].Fields[k].At(row)
		}
	}
	var key strings.Builder
	for _, i := range m.keys {
		key.WriteString(js.Spelled(value[i]))
	}
	merged := false
	for _, at := range m.byKey[key.String()] {
		if !agree(m.rows[at], value) {
			continue
		}
		merged = true
		for i, v := range value {
			if v != (unset{}) {
				m.rows[at][i] = v
			}
		}
	}
	if !merged {
		m.byKey[key.String()] = append(m.byKey[key.String()], len(m.rows))
		m.rows = append(m.rows, value)
	}
}

// unset marks a field that none of the row's frames has.
type unset struct{}

// agree reports whether two rows differ in no field that both of them have.
func agree(have, more []any) bool {
	for i, v := range more {
		if v == (unset{}) || have[i] == (unset{}) || js.Missing(have[i]) {
			continue
		}
		if !js.Same(have[i], v) { // NaN differs from itself
			return false
		}
	}
	return true
}

func (m *merge) frame() *frame.Frame {
	for _, row := range m.rows {
		for i, v := range row {
			if v == (unset{}) {
				v = js.Undefined{}
			}
			if s, ok := v.(string); ok {
				v = parsedAs(m.fields[i].Kind, s)
			}
			m.fields[i].Values = append(m.fields[i].Values, v)
		}
	}
	return frame.NewDerived(m.fields, len(m.rows))
}

// parsedAs reads a text that was merged into a field of another kind.
func parsedAs(kind frame.Kind, s string) any {
	switch kind {
	case frame.Number:
		return js.LeadingNumber(s)
	case frame.Boolean:
		return s == "" || !strings.ContainsRune("Ff0", rune(s[0]))
	}
	return s
}
