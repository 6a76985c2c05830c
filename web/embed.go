// Package web holds the viewer's page. Its TypeScript is in src, and the page that is built from it is
// in dist. dist is committed, so that Go alone builds the program.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built page: index.html, in which __BASE_HREF__ and __SETTINGS__ are to be filled
// in, and assets/, whose names change with their content.
func Dist() (fs.FS, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the built page: %w", err)
	}
	return sub, nil
}
