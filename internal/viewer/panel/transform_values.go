package panel

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// Undefined is JavaScript's undefined, which joins leave where a row has no value. It differs from
// null where a transformation computes with it (null counts as 0, undefined gives no number), and
// becomes null when the transformations are done.
type Undefined struct{}

func missing(v any) bool { return v == nil || v == Undefined{} }

// coerce is the number that JavaScript computes with.
func coerce(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return numberFromText(v)
	}
	return toNumber(v)
}

// spelled is a value as JavaScript writes it into a text.
func spelled(v any) string {
	switch v {
	case nil:
		return "null"
	case Undefined{}:
		return "undefined"
	}
	return toText(v)
}

// mapKey is a value as a key: NaN equals itself, a number differs from the text that spells it.
func mapKey(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) {
			return struct{ nan bool }{true}
		}
	case []any:
		return fmt.Sprintf("%#v", v)
	}
	return comparableValue(v)
}

// unique keeps the first of equal values.
func unique(values []any) []any {
	seen := map[any]bool{}
	out := []any{}
	for _, v := range values {
		if k := mapKey(v); !seen[k] {
			seen[k] = true
			out = append(out, v)
		}
	}
	return out
}

// guessKind finds the kind of a field from its name and its first value, "" where nothing tells.
func guessKind(f *Field) Kind {
	switch strings.ToLower(f.Name) {
	case "date", "time":
		return typeTime
	}
	for _, v := range f.Values {
		if !missing(v) {
			return kindOfValue(v)
		}
	}
	return ""
}

func kindOfValue(v any) Kind {
	switch v := v.(type) {
	case float64:
		return typeNumber
	case bool:
		return typeBoolean
	case string:
		if numberText().MatchString(v) {
			return typeNumber
		}
		switch v {
		case "true", "TRUE", "True", "false", "FALSE", "False":
			return typeBoolean
		}
		return typeString
	}
	return typeOther
}

func numberText() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*(-?(\d*\.?\d+|\d+\.?\d*)(e[-+]?\d+)?|NAN)\s*$`)
}

// settledKind is the kind that a field of no known kind is taken for when it is shown.
func settledKind(f *Field) Kind {
	if f.Kind == typeOther || f.Kind == "" {
		if k := guessKind(f); k != "" {
			return k
		}
		return typeOther
	}
	return f.Kind
}
