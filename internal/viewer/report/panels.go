package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// panels computes the panels of a dashboard in both themes.
func (c Config) panels(ctx context.Context, path string) (frozenPanels, error) {
	dark, err := c.panelsIn(ctx, path, "dark")
	if err != nil {
		return frozenPanels{}, err
	}
	light, err := c.panelsIn(ctx, path, "light")
	if err != nil {
		return frozenPanels{}, err
	}
	out := frozenPanels{Dark: dark, Light: map[string]panel{}}
	inLight := make(map[string]panel, len(light))
	for _, p := range light {
		inLight[string(p["id"])] = p
	}
	for _, p := range dark {
		id := string(p["id"])
		if inLight[id] == nil {
			return frozenPanels{}, fmt.Errorf("the panel %s came in one theme only", id)
		}
		if differs := difference(p, inLight[id]); len(differs) > 0 {
			out.Light[id] = differs
		}
	}
	return out, nil
}

// panelsIn computes the panels of a dashboard in one theme.
func (c Config) panelsIn(ctx context.Context, path, theme string) ([]panel, error) {
	lines, err := ask(ctx, c.Server, path, c.Question.query(theme))
	if err != nil {
		return nil, err
	}
	panels := []panel{}
	for line := range bytes.Lines(lines) {
		var p panel
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, fmt.Errorf("read a panel: %w", err)
		}
		panels = append(panels, p)
	}
	return panels, nil
}

// difference returns the parts of b that are not the same in a. A part that only a has is null.
func difference(a, b panel) panel {
	out := panel{}
	for name, part := range b {
		if !bytes.Equal(a[name], part) {
			out[name] = part
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			out[name] = json.RawMessage("null")
		}
	}
	return out
}

// failed reports whether a panel could not be computed, and returns its title and the reason.
func (p panel) failed() (text string, ok bool) {
	var title, message string
	_ = json.Unmarshal(p["error"], &message) // a panel without an error has no such part
	_ = json.Unmarshal(p["title"], &title)
	return title + ": " + message, message != ""
}
