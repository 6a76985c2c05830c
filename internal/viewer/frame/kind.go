package frame

import (
	"regexp"
	"strings"

	"macrowatch/internal/viewer/js"
)

// GuessKind guesses a field's kind by its name and its first value. It is "" if the field has neither.
func GuessKind(f *Field) Kind {
	switch strings.ToLower(f.Name) {
	case "date", "time":
		return Time
	}
	for _, v := range f.Values {
		if !js.Missing(v) {
			return kindOfValue(v)
		}
	}
	return ""
}

func kindOfValue(v any) Kind {
	switch v := v.(type) {
	case float64:
		return Number
	case bool:
		return Boolean
	case string:
		if numberText().MatchString(v) {
			return Number
		}
		switch v {
		case "true", "TRUE", "True", "false", "FALSE", "False":
			return Boolean
		}
		return String
	}
	return Other
}

func numberText() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*(-?(\d*\.?\d+|\d+\.?\d*)(e[-+]?\d+)?|NAN)\s*$`)
}

// AssumedKind is a field's kind, or a guess if its kind is not known.
func AssumedKind(f *Field) Kind {
	if f.Kind == Other || f.Kind == "" {
		if k := GuessKind(f); k != "" {
			return k
		}
		return Other
	}
	return f.Kind
}
