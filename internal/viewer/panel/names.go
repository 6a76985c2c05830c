package panel

import (
	"sort"
	"strconv"
	"strings"
)

// Grafana's name of a value field that has no name of its own.
const valueFieldName = "Value"

// displayName is what a field is called: its configured name, or its name with its labels, made
// unique within the frame. all are the frames of the panel.
func displayName(f *field, in *frame, all []*frame) string {
	multi := len(all) > 1
	if m := f.memo; m != nil && m.name != "" && m.multi == multi {
		return m.name
	}
	name := freshName(f, in, all)
	if f.memo != nil {
		f.memo.name, f.memo.multi = name, multi
	}
	return name
}

// nameMemo keeps a display name while transformations run: Grafana computes it once and keeps it
// though the frame has changed since, so that "v 2" is still called so when "v 1" is gone.
type nameMemo struct {
	name  string
	multi bool // asked for among several frames
}

func freshName(f *field, in *frame, all []*frame) string {
	if name := f.raw.textOr("displayName", f.own.text("displayName")); name != "" {
		return name
	}
	if in == nil { // without its frame a field goes without its labels
		if f.name == "" {
			return valueFieldName
		}
		return f.name
	}
	if f.kind == typeTime && f.labels == nil {
		return f.name
	}
	var parts []string
	framed := in.name != "" && frameNamesDiffer(all)
	if framed {
		parts = append(parts, in.name)
	}
	if f.name != "" && f.name != valueFieldName {
		parts = append(parts, f.name)
	}
	labelled := false
	if f.labels != nil {
		if all == nil {
			all = []*frame{in}
		}
		if key := singleLabel(all); key == "" {
			if len(f.labels) > 0 {
				parts = append(parts, formatLabels(f.labels))
				labelled = true
			}
		} else if f.labels[key] != "" {
			parts = append(parts, f.labels[key])
			labelled = true
		}
	}
	if !framed && !labelled && f.name == valueFieldName && in.name != "" {
		parts = append(parts, in.name)
	}
	name := strings.Join(parts, " ")
	if name == "" {
		if name = f.name; name == "" {
			name = valueFieldName
		}
	}
	if name == f.name {
		return uniqueName(f, in)
	}
	return name
}

func frameNamesDiffer(all []*frame) bool {
	for i := 1; i < len(all); i++ {
		if all[i].name != all[i-1].name {
			return true
		}
	}
	return false
}

// singleLabel is the only label key that the frames use, "" if there are none or several.
func singleLabel(all []*frame) string {
	only := ""
	for _, fr := range all {
		for _, f := range fr.fields {
			for k := range f.labels {
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

func formatLabels(labels map[string]string) string {
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

// uniqueName numbers the fields of a frame that share a name: "x 1", "x 2".
func uniqueName(f *field, in *frame) string {
	same, found := 0, false
	for _, other := range in.fields {
		if other == f {
			found = true
			if same > 0 {
				same++
				break
			}
		} else if other.name == f.name {
			same++
			if found {
				break
			}
		}
	}
	if same > 0 {
		return f.name + " " + strconv.Itoa(same)
	}
	return f.name
}
