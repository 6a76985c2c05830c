package panel

import (
	"fmt"
	"reflect"
	"strings"
)

// The options that Grafana 11.4 knows for a kind of panel. One that is read here is listed with read;
// one that is not, but that changes nothing at certain values, with those; one that is not at all,
// with unread. What is not listed Grafana does not know either: a leftover of another kind of panel, of
// an older version (fieldOptions) or of a later one, which changes nothing there and nothing here.
type knownOptions map[string]any

// read: any value is fine, for the option is read, or it changes nothing that is drawn.
type read struct{}

// unread: the option changes what Grafana draws whatever its value.
type unread struct{}

// checkOptions says which of a panel's options have a value that is not honoured.
func (j *job) checkOptions(known knownOptions) {
	for _, key := range sortedKeys(j.panel.options) {
		if note, ok := known.note("The option", key, j.panel.options[key]); ok {
			j.notices.add("%s", note)
		}
	}
}

// checkCustom does the same for the settings under fieldConfig's custom, of the defaults and of
// the overrides.
func (j *job) checkCustom(known knownOptions) {
	custom := j.panel.fields.defaults.child("custom")
	for _, key := range sortedKeys(custom) {
		if note, ok := known.note("The setting", key, custom[key]); ok {
			j.notices.add("%s", note)
		}
	}
	for _, o := range j.panel.fields.overrides {
		for _, p := range o.properties {
			key, ok := strings.CutPrefix(p.id, "custom.")
			if !ok {
				continue
			}
			if note, ok := known.note("The setting", key, p.value); ok {
				j.notices.add("%s", note)
			}
		}
	}
}

func (k knownOptions) note(what, key string, value any) (string, bool) {
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
		if harmless != (read{}) {
			return fmt.Sprintf("%s %q is not supported.", what, key), true
		}
	}
	switch h := harmless.(type) {
	case read:
		return "", false
	case unread:
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
