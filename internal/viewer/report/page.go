package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// writePage writes the server's page with everything that it names inside it, and the data.
func writePage(w io.Writer, page []byte, cfg Config, data frozen) error {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	in := inliner{page: cfg.Page}
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Head {
			in.head = n
		}
	}
	if in.head == nil {
		return errors.New("the built page has no head")
	}
	if err := in.inline(); err != nil {
		return err
	}
	if err := in.add(cfg.Question, data); err != nil {
		return err
	}
	return html.Render(w, doc)
}

// inliner puts the files that a page names into the page.
type inliner struct {
	page   fs.FS
	head   *html.Node
	hashes hashes
}

// inline replaces every reference in the head by what it refers to.
func (in *inliner) inline() error {
	var all []*html.Node
	for n := range in.head.ChildNodes() {
		all = append(all, n)
	}
	for _, n := range all {
		var err error
		switch {
		case n.DataAtom == atom.Base:
			in.head.RemoveChild(n) // a file has no other address than its own
		case n.DataAtom == atom.Link && attribute(n, "rel") == "preload", attribute(n, "id") == "macrowatch-opening":
			in.head.RemoveChild(n) // the file holds the font in its style sheet, and the opening in its data
		case n.DataAtom == atom.Link && attribute(n, "rel") == "stylesheet":
			err = in.style(n)
		case n.DataAtom == atom.Link:
			var uri string
			uri, err = in.dataURI(attribute(n, "href"))
			setAttribute(n, "href", uri)
		case n.DataAtom == atom.Script && attribute(n, "src") != "":
			err = in.script(n)
		case n.DataAtom == atom.Meta && attribute(n, "name") == "macrowatch-licences":
			err = in.licences(n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// style replaces a link to a style sheet by the style sheet, with the fonts that it names.
func (in *inliner) style(link *html.Node) error {
	name := attribute(link, "href")
	css, err := in.read(name)
	if err != nil {
		return err
	}
	css, err = in.withoutReferences(css, path.Dir(name))
	if err != nil {
		return err
	}
	n := element("style", css)
	in.hashes.style = append(in.hashes.style, hash(css))
	in.head.InsertBefore(n, link)
	in.head.RemoveChild(link)
	return nil
}

// reference is a url(…) of a style sheet that is neither a data: URI nor a part of the page itself.
var reference = regexp.MustCompile(`url\(["']?([^"')#][^"')]*)["']?\)`)

// withoutReferences replaces each file that a style sheet names by a data: URI.
func (in *inliner) withoutReferences(css, dir string) (string, error) {
	var failed error
	out := reference.ReplaceAllStringFunc(css, func(text string) string {
		name := reference.FindStringSubmatch(text)[1]
		if strings.HasPrefix(name, "data:") {
			return text
		}
		uri, err := in.dataURI(path.Join(dir, name))
		if err != nil {
			failed = err
		}
		return `url("` + uri + `")`
	})
	return out, failed
}

// script puts a script's text in the place of its address.
func (in *inliner) script(n *html.Node) error {
	text, err := in.read(attribute(n, "src"))
	if err != nil {
		return err
	}
	if err := checkInline(text); err != nil {
		return err
	}
	var kept []html.Attribute
	for _, a := range n.Attr {
		if a.Key != "src" {
			kept = append(kept, a)
		}
	}
	n.Attr = kept
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	in.hashes.script = append(in.hashes.script, hash(text))
	return nil
}

// checkInline refuses a text that would not stay whole inside a script element.
func checkInline(text string) error {
	lower := strings.ToLower(text)
	for _, end := range []string{"</script", "<!--"} {
		if strings.Contains(lower, end) {
			return fmt.Errorf("a file of the built page holds %q, which can't stand in a script element", end)
		}
	}
	return nil
}

// licences puts the licences of what is bundled into the file, since the file hands on what they are for.
func (in *inliner) licences(meta *html.Node) error {
	text, err := in.read(attribute(meta, "content"))
	if err != nil {
		return err
	}
	if err := checkInline(text); err != nil {
		return err
	}
	n := element("script", text, html.Attribute{Key: "type", Val: "text/plain"}, html.Attribute{Key: "id", Val: "macrowatch-licences"})
	in.head.InsertBefore(n, meta)
	in.head.RemoveChild(meta)
	return nil
}

// add adds the content security policy, the question and the data.
func (in *inliner) add(q Question, data frozen) error {
	question, err := json.Marshal(q)
	if err != nil {
		return err
	}
	// Marshal writes < as \u003c everywhere in the data, so that no text of the record can end the element.
	answers, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write the data: %w", err)
	}
	in.head.InsertBefore(element("meta", "", html.Attribute{Key: "name", Val: "macrowatch-report"}, html.Attribute{Key: "content", Val: string(question)}), in.head.FirstChild)
	in.head.InsertBefore(element("meta", "", html.Attribute{Key: "http-equiv", Val: "Content-Security-Policy"}, html.Attribute{Key: "content", Val: in.hashes.policy()}), in.head.FirstChild)
	for n := range in.head.ChildNodes() { // the character set must stand within the first 1024 bytes
		if n.DataAtom == atom.Meta && attribute(n, "charset") != "" {
			in.head.RemoveChild(n)
			in.head.InsertBefore(n, in.head.FirstChild)
			break
		}
	}
	// The script is a module, which runs only when the whole file has been read.
	in.head.AppendChild(element("script", string(answers), html.Attribute{Key: "type", Val: "application/json"}, html.Attribute{Key: "id", Val: "macrowatch-frozen"}))
	return nil
}

// read returns a file of the built page.
func (in *inliner) read(name string) (string, error) {
	b, err := fs.ReadFile(in.page, name)
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	return string(b), nil
}

// dataURI returns a file of the built page as an address that holds the file itself.
func (in *inliner) dataURI(name string) (string, error) {
	text, err := in.read(name)
	if err != nil {
		return "", err
	}
	kind := map[string]string{".woff2": "font/woff2", ".svg": "image/svg+xml"}[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString([]byte(text)), nil
}
