package panel

import (
	"bytes"
	"fmt"
	"html"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"

	"macrowatch/internal/viewer/view"
)

// drawText makes a text panel's content safe HTML.
func drawText(j *Job) (*view.View, error) {
	j.CheckOptions(KnownOptions{"mode": Read{}, "content": Read{}, "code": Read{}})
	content := j.Env.Replace(j.Panel.Options.Text("content"), Scope{})
	var out string
	switch mode := j.Panel.Options.TextOr("mode", "markdown"); mode {
	case "markdown":
		md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
		var b bytes.Buffer
		if err := md.Convert([]byte(content), &b); err != nil {
			return nil, fmt.Errorf("read the panel's Markdown: %w", err)
		}
		out = safe(b.String())
	case "html":
		out = safe(content)
	case "code":
		out = "<pre><code>" + html.EscapeString(content) + "</code></pre>"
	default:
		return unsupported(fmt.Sprintf("Text in the mode %q is not supported.", mode)), nil
	}
	return &view.View{Kind: "text", Text: &view.Text{HTML: out}}, nil
}
