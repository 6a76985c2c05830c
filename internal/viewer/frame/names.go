package frame

import (
	"sort"
	"strconv"
	"strings"
)

// ValueFieldName is Grafana's name of a value field that has no name of its own.
const ValueFieldName = "Value"

// DisplayName is the name by which a reader knows a field: its configured name, or its own name with its labels. If several
// fields of a frame have the same name, they are numbered. The argument `all` has the frames of the panel.
func DisplayName(f *Field, in *Frame, all []*Frame) string {
	multi := len(all) > 1
	if m := f.Memo; m != nil && m.Name != "" && m.Multi == multi {
		return m.Name
	}
	name := freshName(f, in, all)
	if f.Memo != nil {
		f.Memo.Name, f.Memo.Multi = name, multi
	}
	return name
}

// NameMemo keeps a field's display name while transformations run. As in Grafana, a name is computed once and does not
// change when the frame changes. Example: "v 2" keeps its name when "v 1" is removed.
type NameMemo struct {
	Name  string
	Multi bool // whether the panel had several frames when the name was computed
}

// freshName computes a display name without looking at the memo.
func freshName(f *Field, in *Frame, all []*Frame) string {
	if name := f.Merged.TextOr("displayName", f.DataSettings.Text("displayName")); name != "" {
		return name
	}
	if in == nil { // the labels can't be told apart without the frame
		if f.Name == "" {
			return ValueFieldName
		}
		return f.Name
	}
	if f.Kind == Time && f.Labels == nil {
		return f.Name
	}
	var parts []string
	framed := in.Name != "" && frameNamesDiffer(all)
	if framed {
		parts = append(parts, in.Name)
	}
	if f.Name != "" && f.Name != ValueFieldName {
		parts = append(parts, f.Name)
	}
	labelled := false
	if f.Labels != nil {
		if all == nil {
			all = []*Frame{in}
		}
		if key := singleLabel(all); key == "" {
			if len(f.Labels) > 0 {
				parts = append(parts, FormatLabels(f.Labels))
				labelled = true
			}
		} else if f.Labels[key] != "" {
			parts = append(parts, f.Labels[key])
			labelled = true
		}
	}
	if !framed && !labelled && f.Name == ValueFieldName && in.Name != "" {
		parts = append(parts, in.Name)
	}
	name := strings.Join(parts, " ")
	if name == "" {
		if name = f.Name; name == "" {
			name = ValueFieldName
		}
	}
	if name == f.Name {
		return uniqueName(f, in)
	}
	return name
}

func frameNamesDiffer(all []*Frame) bool {
	for i := 1; i < len(all); i++ {
		if all[i].Name != all[i-1].Name {
			return true
		}
	}
	return false
}

// singleLabel is the key of the labels if all the frames' labels have the same key, else "".
func singleLabel(all []*Frame) string {
	only := ""
	for _, fr := range all {
		for _, f := range fr.Fields {
			for k := range f.Labels {
				if only == "" {
					only = k
				} else if k != only {
					return ""
				}
			}
		}
	}
	return only
}

// FormatLabels writes labels as Prometheus does, sorted by name: {job="a", step="b"}.
func FormatLabels(labels map[string]string) string {
	keys := make([]string, 0, len(labels))
	for k := range labels {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for i, k := range keys {
		keys[i] = k + `="` + labels[k] + `"`
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

// uniqueName is a field's name, with a number if other fields of the frame have the same name: "x 1", "x 2".
func uniqueName(f *Field, in *Frame) string {
	same, found := 0, false
	for _, other := range in.Fields {
		if other == f {
			found = true
			if same > 0 {
				same++
				break
			}
		} else if other.Name == f.Name {
			same++
			if found {
				break
			}
		}
	}
	if same > 0 {
		return f.Name + " " + strconv.Itoa(same)
	}
	return f.Name
}
