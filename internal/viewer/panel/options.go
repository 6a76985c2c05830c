package panel

import (
	"fmt"
	"reflect"
	"strings"

	"macrowatch/internal/viewer/settings"
)

// KnownOptions are the options that Grafana 11.4 knows for a kind of panel. An option that is read here is
// listed with Read. One that is not read, but changes nothing at certain values, is listed with those
// values. One that is not read at all is listed with Unread. Grafana does not know what is not listed: it
// is left over from another kind of panel, or comes from an older or a later version, and changes nothing
// there and nothing here.
type KnownOptions map[string]any

// Read marks an option that may have any value, because it is read or changes nothing that is drawn.
type Read struct{}

// Unread marks an option that changes what Grafana draws, whatever its value is.
type Unread struct{}

// checkSettings adds a notice for each of the panel's options that has a value which the viewer does not honour,
// and for each such setting under fieldConfig's custom, in the defaults and in the overrides.
func (j *Job) checkSettings() {
	if j.kind.Options != nil {
		j.checkOptions(j.kind.Options())
	}
	if j.kind.Custom != nil {
		j.checkCustom(j.kind.Custom())
	}
}

func (j *Job) checkOptions(known KnownOptions) {
	for _, key := range settings.SortedKeys(j.Panel.Options) {
		if note, ok := known.note("The option", key, j.Panel.Options[key]); ok {
			j.Notices.Add("%s", note)
		}
	}
}

func (j *Job) checkCustom(known KnownOptions) {
	custom := j.Panel.Fields.Defaults.Child("custom")
	for _, key := range settings.SortedKeys(custom) {
		if note, ok := known.note("The setting", key, custom[key]); ok {
			j.Notices.Add("%s", note)
		}
	}
	for _, o := range j.Panel.Fields.Overrides {
		for _, p := range o.Properties {
			key, ok := strings.CutPrefix(p.ID, "custom.")
			if !ok {
				continue
			}
			if note, ok := known.note("The setting", key, p.Value); ok {
				j.Notices.Add("%s", note)
			}
		}
	}
}

func (k KnownOptions) note(what, key string, value any) (string, bool) {
	if value == nil {
		return "", false
	}
	harmless, listed := k[key]
	if !listed {
		// An override may set a part of an object: custom.stacking.mode.
		head, _, nested := strings.Cut(key, ".")
		if harmless, listed = k[head]; !nested || !listed {
			return "", false
		}
		if harmless != (Read{}) {
			return fmt.Sprintf("%s %q is not supported.", what, key), true
		}
	}
	switch h := harmless.(type) {
	case Read:
		return "", false
	case Unread:
		if value == "" {
			return "", false
		}
		return fmt.Sprintf("%s %q is not supported.", what, key), true
	case []any:
		for _, v := range h {
			if reflect.DeepEqual(v, value) {
				return "", false
			}
		}
	default:
		if reflect.DeepEqual(h, value) {
			return "", false
		}
	}
	return fmt.Sprintf("%s %q is not supported with the value %v.", what, key, compact(value)), true
}

func compact(v any) string {
	s := fmt.Sprint(v)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
