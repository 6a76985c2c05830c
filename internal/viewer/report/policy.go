package report

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hashes are those of the page's own scripts and style sheets, which alone may run and apply.
type hashes struct{ script, style []string }

// policy is the file's content security policy. It allows what the file holds, and no request.
func (h hashes) policy() string {
	return "default-src 'none'; script-src " + strings.Join(h.script, " ") + "; style-src " + strings.Join(h.style, " ") +
		"; img-src data: blob:; font-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
}

// hash names a text as a content security policy does.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// element makes an element with a text.
func element(name, text string, attributes ...html.Attribute) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name)), Attr: attributes}
	if text != "" {
		n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	}
	return n
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func setAttribute(n *html.Node, key, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = value
		}
	}
}
