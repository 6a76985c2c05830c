package panel

import (
	"fmt"
	"reflect"
	"strings"

	"macrowatch/internal/viewer/settings"
)

// KnownOptions are the options that Grafana 11.4 knows for a kind of panel, by their names. The value says which of an
// option's settings are drawn here as in Grafana:
//
//   - Read{}: all of them;
//   - Unread{}: none of them;
//   - a value, or a list of values: these only.
//
// An option that is not listed is unknown to Grafana. It is left over from another kind of panel or from another version
// of Grafana, and has no effect there or here.
type KnownOptions map[string]any

// Read marks an option that may have any value, because the viewer reads it, or because it changes nothing that is drawn.
type Read struct{}

// Unread marks an option that changes what Grafana draws, and that the viewer does not read.
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

// note returns the sentence about an option whose value is not drawn as in Grafana. The second result is false if
// there is nothing to say. The argument `what` begins the sentence: "The option" or "The setting".
func (k KnownOptions) note(what, key string, value any) (string, bool) {
	if value == nil {
		return "", false
	}
	harmless, listed := k[key]
	if !listed {
		// An override may set one part of an object, for example custom.stacking.mode.
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

// compact writes a value for a sentence, cut to 60 characters.
func compact(v any) string {
	s := fmt.Sprint(v)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
