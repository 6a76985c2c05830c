package text

import (
	"bytes"
	"fmt"
	"html"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"

	"macrowatch/internal/viewer/fieldconfig"
	"macrowatch/internal/viewer/panel"
	"macrowatch/internal/viewer/sanitize"
	"macrowatch/internal/viewer/view"
)

// Kind is the kind of text panels.
func Kind() panel.Kind {
	return panel.Kind{Type: "text", Title: "Text", NoQueries: true, Options: options, Draw: draw,
		Supports: "Markdown, HTML and code; the viewer keeps the markup that Grafana's sanitiser keeps, except iframes and `url(…)` in styles",
	}
}

func options() panel.KnownOptions {
	return panel.KnownOptions{"mode": panel.Read{}, "content": panel.Read{}, "code": panel.Read{}}
}

// draw turns the panel's content into HTML that can do no harm.
func draw(j *panel.Job) (*view.View, error) {
	content := j.Env.Replace(j.Panel.Options.Text("content"), fieldconfig.Scope{})
	var out string
	switch mode := j.Panel.Options.TextOr("mode", "markdown"); mode {
	case "markdown":
		md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
		var b bytes.Buffer
		if err := md.Convert([]byte(content), &b); err != nil {
			return nil, fmt.Errorf("read the panel's Markdown: %w", err)
		}
		out = sanitize.HTML(b.String())
	case "html":
		out = sanitize.HTML(content)
	case "code":
		out = "<pre><code>" + html.EscapeString(content) + "</code></pre>"
	default:
		return panel.Unsupported(fmt.Sprintf("Text in the mode %q is not supported.", mode)), nil
	}
	return &view.View{Text: &view.Text{HTML: out}}, nil
}
