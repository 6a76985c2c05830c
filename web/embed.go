// Package web holds the viewer's page. Its TypeScript is in src. The page that is built from it is in dist,
// which is committed so that the program can be built with Go alone.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the built page: index.html, login.html and assets/. The server fills in __BASE_HREF__ in both, and
// __SETTINGS__ and __OPENING__ in index.html. login.html is also a template of html/template. The name of each asset contains a hash of its content.
func Dist() (fs.FS, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the built page: %w", err)
	}
	return sub, nil
}
