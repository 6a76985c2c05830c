package sanitize

import (
	"strings"

	"golang.org/x/net/html"
)

// Plain returns a text without its markup, with line breaks where the markup has them. The text must have been sanitised.
func Plain(markup string) string {
	var b strings.Builder
	for t := html.NewTokenizer(strings.NewReader(markup)); ; {
		switch t.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			b.WriteString(t.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, _ := t.TagName(); string(name) == "br" || string(name) == "p" || string(name) == "div" {
				b.WriteByte('\n')
			}
		}
	}
}
