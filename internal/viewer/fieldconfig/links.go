package fieldconfig

import (
	"regexp"
	"strings"

	"macrowatch/internal/viewer/macro"
)

// reference is how a text names a value, as in Grafana: $name, [[name:format]] or ${name.path:format}.
var reference = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}`)

// LinkReplacer returns a function that fills in the address of a link. As in Grafana a value without a format is encoded
// as a whole URI is: spaces and quotes are, "&" and "/" are not. The format percentencode encodes these too. Names that
// are not known stay as they are.
func LinkReplacer(c macro.Context) func(string, Scope) string {
	return func(text string, s Scope) string {
		return reference.ReplaceAllStringFunc(text, func(match string) string {
			m := reference.FindStringSubmatch(match)
			name, path, format := m[1]+m[2]+m[4], m[5], m[3]+m[6]
			if format == "" {
				format = "uriencode"
			}
			switch name {
			case "__url_time_range":
				return macro.RangeParameters(c)
			case "__all_variables":
				return macro.VariableParameters(c)
			}
			if path != "" {
				name += "." + path
			}
			if v, ok := s.linked(name); ok {
				if out, err := macro.Format(name, v, format); err == nil {
					return out
				}
				return match
			}
			out, err := macro.InterpolateAs(match, "uriencode", c)
			if err != nil {
				return match
			}
			return out
		})
	}
}

// linked is what a path in a link refers to. A column that the frame does not have is an empty text.
func (s Scope) linked(path string) (string, bool) {
	v, ok := s.lookup(path)
	if !ok && s.Frame != nil && strings.HasPrefix(path, "__data.fields") && (s.HasRow || s.Frame.Length == 1) {
		return "", true
	}
	return v, ok
}

// SafeAddress reports whether a link may lead to an address: to one without a scheme, or with http or https. Browsers
// ignore control characters and blanks before and within a scheme, so these do not hide one.
func SafeAddress(href string) bool {
	href = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, href)
	head, _, hasColon := strings.Cut(href, ":")
	if !hasColon || strings.ContainsAny(head, "/?#\\") {
		return true
	}
	scheme := strings.ToLower(head)
	return scheme == "http" || scheme == "https"
}
