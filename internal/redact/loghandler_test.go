package redact

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

// address is a value that is neither a string nor an error, and writes itself.
func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// lazy is a value that is computed only when it is logged.
type lazy struct{ text string }

func (l lazy) LogValue() slog.Value { return slog.StringValue(l.text) }

// A secret may come into a log in its message, in a value of any type, in a group, or in what a logger has for every line.
func TestLogHandlerMasksSecretsWhereverTheyStand(t *testing.T) {
	t.Parallel()
	const secret = "hunter2horse"
	withURL := "postgres://desk:" + secret + "@db.example/book"
	for name, log := range map[string]func(*slog.Logger){
		"the message":           func(l *slog.Logger) { l.Warn("could not open " + withURL) },
		"a text":                func(l *slog.Logger) { l.Warn("said", "at", withURL) },
		"an error":              func(l *slog.Logger) { l.Warn("said", "error", fmt.Errorf("open: %w", errors.New(withURL))) },
		"a value that writes":   func(l *slog.Logger) { l.Warn("said", "at", *address(t, "https://x.example/?password="+secret)) },
		"a pointer":             func(l *slog.Logger) { l.Warn("said", "at", address(t, "https://x.example/?api_key="+secret)) },
		"a list":                func(l *slog.Logger) { l.Warn("said", "arguments", []string{"--url", withURL}) },
		"a computed value":      func(l *slog.Logger) { l.Warn("said", "at", lazy{withURL}) },
		"a group":               func(l *slog.Logger) { l.Warn("said", slog.Group("database", slog.String("url", withURL))) },
		"a name alone tells it": func(l *slog.Logger) { l.Warn("said", "password", secret) },
		"the logger's own":      func(l *slog.Logger) { l.With("at", withURL).Warn("said") },
		"the logger's group":    func(l *slog.Logger) { l.WithGroup("database").With("at", withURL).Warn("said", "error", withURL) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for format, handler := range map[string]func(*bytes.Buffer) slog.Handler{
				"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
				"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			} {
				var b bytes.Buffer
				log(slog.New(LogHandler(handler(&b))))
				if text := b.String(); strings.Contains(text, secret) || !strings.Contains(text, Mask) {
					t.Errorf("as %s: %s", format, text)
				}
			}
		})
	}
}

// What is no secret stays as it is, and a number stays a number.
func TestLogHandlerLeavesOrdinaryValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log  func(*slog.Logger)
		want string
	}{
		"a number":     {func(l *slog.Logger) { l.Warn("said", "panel", 7) }, `"panel":7`},
		"a truth":      {func(l *slog.Logger) { l.Warn("said", "modified", true) }, `"modified":true`},
		"an error":     {func(l *slog.Logger) { l.Warn("said", "error", errors.New("no table signals")) }, `"error":"no table signals"`},
		"nothing":      {func(l *slog.Logger) { l.Warn("said", "error", nil) }, `"error":null`},
		"a route":      {func(l *slog.Logger) { l.Warn("said", "path", "/d/risk?from=now-7d") }, `"path":"/d/risk?from=now-7d"`},
		"a group":      {func(l *slog.Logger) { l.WithGroup("at").Warn("said", "host", "db") }, `"at":{"host":"db"}`},
		"a debug line": {func(l *slog.Logger) { l.Debug("said") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			c.log(slog.New(LogHandler(slog.NewJSONHandler(&b, nil))))
			if !strings.Contains(b.String(), c.want) || c.want == "" && b.Len() > 0 {
				t.Errorf("%s, want %s", b.String(), c.want)
			}
		})
	}
}
