package fieldconfig

import (
	"regexp"
	"strings"

	"macrowatch/internal/viewer/macro"
)

// reference is how a text names a value, as in Grafana: $name, [[name:format]] or ${name.path:format}.
var reference = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}`)

// part is a part of the address of a link: a reference, after a text that stands as it is.
type part struct {
	before             string
	match              string // "" after the last reference
	name, path, format string
}

// partsOf splits the address of a link.
func partsOf(text string) []part {
	var out []part
	end := 0
	for _, at := range reference.FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return text[at[2*n]:at[2*n+1]]
		}
		p := part{before: text[end:at[0]], match: group(0), name: group(1) + group(2) + group(4), path: group(5), format: group(3) + group(6)}
		if p.format == "" {
			p.format = "uriencode"
		}
		out, end = append(out, p), at[1]
	}
	return append(out, part{before: text[end:]})
}

// LinkReplacer returns a function that fills in the address of a link. As in Grafana a value without a format is encoded
// as a whole URI is: spaces and quotes are, "&" and "/" are not. The format percentencode encodes these too. Names that
// are not known stay as they are.
//
// The function splits each address once, because a field's values have the same few. It is not safe for concurrent use.
func LinkReplacer(c macro.Context) func(string, Scope) string {
	split := map[string][]part{}
	return func(text string, s Scope) string {
		parts, known := split[text]
		if !known {
			parts = partsOf(text)
			split[text] = parts
		}
		var out strings.Builder
		for _, p := range parts {
			out.WriteString(p.before)
			out.WriteString(p.filled(c, s))
		}
		return out.String()
	}
}

// filled is what stands in place of the reference.
func (p part) filled(c macro.Context, s Scope) string {
	name := p.name
	switch name {
	case "":
		return ""
	case "__url_time_range":
		return macro.RangeParameters(c)
	case "__all_variables":
		return macro.VariableParameters(c)
	}
	if p.path != "" {
		name += "." + p.path
	}
	if v, ok := s.linked(name); ok {
		if out, err := macro.Format(name, v, p.format); err == nil {
			return out
		}
		return p.match
	}
	out, err := macro.InterpolateAs(p.match, "uriencode", c)
	if err != nil {
		return p.match
	}
	return out
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
