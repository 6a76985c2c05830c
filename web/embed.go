// Package web holds the viewer's page: TypeScript in src, and in dist what is built from it, which
// is part of the program so that Go alone builds it.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built page: index.html and assets/.
func Dist() (fs.FS, error) {
	page, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the built page: %w", err)
	}
	return page, nil
}
