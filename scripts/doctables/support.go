package main

import (
	"strings"

	"macrowatch/internal/viewer/panel/kinds"
	"macrowatch/internal/viewer/transform"
)

// supportedPanels lists the kinds of panels that the viewer draws.
func supportedPanels() (string, error) {
	var b strings.Builder
	b.WriteString("| kind | supported |\n| --- | --- |\n")
	for _, k := range kinds.All() {
		b.WriteString("| " + k.Type + " | " + k.Supports + " |\n")
	}
	b.WriteString(row("others", "the panel says that its kind is not supported"))
	return b.String(), nil
}

// supportedTransformations lists the transformations that the viewer applies.
func supportedTransformations() (string, error) {
	var b strings.Builder
	b.WriteString("| transformation | supported |\n| --- | --- |\n")
	for _, t := range transform.All() {
		b.WriteString("| " + t.ID + " | " + t.Supports + " |\n")
	}
	b.WriteString(row("others", "the panel says that the transformation is not supported, and draws nothing"))
	return b.String(), nil
}
