package macro

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

func (v Variable) text() string {
	if v.Text != "" {
		return v.Text
	}
	return strings.Join(v.Values, " + ")
}

// one returns the value if it is not a list.
func (v Variable) one() (string, bool) {
	if v.List || len(v.Values) != 1 {
		return "", false
	}
	return v.Values[0], true
}

// formatSQL writes a variable without a format as Grafana's SQL datasources do.
func (v Variable) formatSQL() string {
	if s, ok := v.one(); ok && !v.Multi {
		return strings.ReplaceAll(s, "'", "''")
	}
	return joined(v.Values, ",", quoteLiteral)
}

// format writes the value in one of Grafana's formats; "" is formatSQL.
func (v Variable) format(variable, format string) (string, error) {
	name, arg, _ := strings.Cut(format, ":")
	single, isSingle := v.one()
	switch name {
	case "":
		return v.formatSQL(), nil
	case "raw", "csv":
		return strings.Join(v.Values, ","), nil
	case "text":
		return v.text(), nil
	case "pipe":
		return strings.Join(v.Values, "|"), nil
	case "join":
		if arg == "" {
			arg = ","
		}
		return strings.Join(v.Values, arg), nil
	case "distributed":
		return strings.Join(v.Values, ","+variable+"="), nil
	case "sqlstring":
		return joined(v.Values, ",", quoteLiteral), nil
	case "singlequote":
		return joined(v.Values, ",", func(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }), nil
	case "doublequote":
		return joined(v.Values, ",", func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }), nil
	case "regex":
		if len(v.Values) == 1 {
			return escapeRegexp(v.Values[0]), nil
		}
		return "(" + joined(v.Values, "|", escapeRegexp) + ")", nil
	case "glob":
		if len(v.Values) == 1 {
			return v.Values[0], nil
		}
		if len(v.Values) == 0 {
			return "", nil
		}
		return "{" + strings.Join(v.Values, ",") + "}", nil
	case "lucene":
		return v.lucene(), nil
	case "html":
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&quot;").Replace(strings.Join(v.Values, ", ")), nil
	case "percentencode":
		if v.All != "" {
			return percentEncode(v.All, ""), nil
		}
		return percentEncode(v.braced(), ""), nil
	case "uriencode":
		return percentEncode(v.braced(), ";,/?:@&=+$#"), nil
	case "queryparam":
		return v.queryParam(variable), nil
	case "json":
		if isSingle {
			return single, nil
		}
		return marshal(v.Values)
	case "date":
		ms, err := strconv.ParseInt(v.text(), 10, 64)
		if err != nil {
			return "", fmt.Errorf("the format date needs an instant in milliseconds, and the variable %q has none", variable)
		}
		return formatInstant(ms, reference{name: variable, format: format})
	}
	return "", fmt.Errorf("the variable format %q is not known; raw, csv, text, pipe, join, distributed, sqlstring, singlequote, "+
		"doublequote, regex, glob, lucene, html, percentencode, uriencode, queryparam, json and date are", format)
}

// braced returns the value, with braces around a list.
func (v Variable) braced() string {
	if s, ok := v.one(); ok {
		return s
	}
	return "{" + strings.Join(v.Values, ",") + "}"
}

// queryParam writes the value as it stands in a page's address.
func (v Variable) queryParam(name string) string {
	values := v.URL
	if values == nil {
		values = v.Values
	}
	return joined(values, "&", func(s string) string { return "var-" + name + "=" + percentEncode(s, "$:@,") })
}

func (v Variable) lucene() string {
	escape := func(s string) string {
		if _, err := strconv.ParseFloat(s, 64); err == nil || s == "" {
			return s
		}
		return escapeEach(s, "!*+-=<> \t\n&|()[]{}^~?:\\/\"")
	}
	if s, ok := v.one(); ok {
		return escape(s)
	}
	if len(v.Values) == 0 {
		return "__empty__"
	}
	return "(" + joined(v.Values, " OR ", func(s string) string { return `"` + escape(s) + `"` }) + ")"
}

func escapeRegexp(s string) string { return escapeEach(s, `\^$*+?.()|[]{}/`) }

// escapeEach puts a backslash before each of some characters.
func escapeEach(s, those string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(those, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// percentEncode encodes every byte but letters, digits, - _ . ~ and the characters of kept.
func percentEncode(s, kept string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x80 && (isWord(c) || strings.IndexByte("-.~"+kept, c) >= 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func marshal(values []string) (string, error) {
	if values == nil {
		values = []string{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(values)
	return strings.TrimSuffix(b.String(), "\n"), err
}
