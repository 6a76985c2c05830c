package sanitize_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	_ "macrowatch/internal/testkit/testenv" // the same surroundings for every run
	"macrowatch/internal/viewer/sanitize"
)

// FuzzHTML cleans any markup, and reads the result as a browser does. It must have nothing that runs, loads a page or sends
// a form, and it must stay the same when it is cleaned again.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"<b>bold</b>", "<script>alert(1)</script>", `<a href="javascript:alert(1)" onclick=x>go</a>`, `<img src=x onerror=alert(1)>`,
		`<p style="background:url(javascript:x);color:red">x`, `<svg><style><img src=x onerror=y></style></svg>`, `<a href="java&#10;script:x">`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x&gt;">`, `<noscript><p title="</noscript><img onerror=x>">`,
		`<iframe srcdoc="<script>">`, `<form action=//evil><input>`, `<img src="data:text/html;base64,PHNjcmlwdD4=">`, `<video poster=javascript:x src=//y>`,
	} {
		f.Add(s)
	}
	harmless := []string{"http", "https", "mailto", "tel", "ftp", "data", ""}
	f.Fuzz(func(t *testing.T, raw string) {
		clean := sanitize.HTML(raw)
		document, err := html.Parse(strings.NewReader(clean))
		if err != nil {
			t.Fatal(err)
		}
		for node := range document.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			switch node.Data {
			case "script", "style", "iframe", "object", "embed", "form", "input", "button", "base", "link", "meta", "svg", "math", "template":
				t.Errorf("%q became %q with <%s>", raw, clean, node.Data)
			}
			for _, a := range node.Attr {
				value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
				switch key := strings.ToLower(a.Key); {
				case strings.HasPrefix(key, "on"), key == "srcdoc", key == "formaction", key == "srcset":
					t.Errorf("%q became %q with %s", raw, clean, key)
				case key == "href" || key == "src" || key == "cite" || key == "poster":
					if !slices.Contains(harmless, schemeOf(a.Val)) || strings.HasPrefix(value, "data:text") {
						t.Errorf("%q became %q with %s=%q", raw, clean, key, a.Val)
					}
				case key == "style" && (strings.Contains(value, "url(") || strings.Contains(value, "expression(")):
					t.Errorf("%q became %q with a style that loads something", raw, clean)
				}
			}
		}
		_ = sanitize.Plain(clean)
	})
}

// schemeOf returns the scheme of an address as a browser reads it: without control characters, in lower case, and "" for an
// address that is relative.
func schemeOf(address string) string {
	plain := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address)
	end := strings.IndexAny(plain, ":/?#\\")
	if end < 0 || plain[end] != ':' {
		return ""
	}
	return strings.ToLower(plain[:end])
}
