package main

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const module = "macrowatch/"

// packageMap maps the folder of each of the project's packages to the folders of those that it imports. It leaves out
// what only tests import.
type packageMap map[string][]string

// moduleRoot gives the nearest folder with go.mod, at a folder or above it.
func moduleRoot(from string) (string, error) {
	dir, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", errors.New("there is no go.mod here or above")
		}
		dir = above
	}
}

// readPackages reads the imports of all Go files below root, for whatever system they are.
func readPackages(root string) (packageMap, error) {
	found := packageMap{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if name == "node_modules" || name == "testdata" || len(name) > 1 && name[0] == '.' && path != root {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return found.addFile(root, path)
	})
	for folder := range found {
		slices.Sort(found[folder])
	}
	return found, err
}

// addFile adds the imports of one file.
func (m packageMap) addFile(root, path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	folder, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return err
	}
	folder = filepath.ToSlash(folder)
	if m[folder] == nil {
		m[folder] = []string{}
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(m[folder], own) {
			m[folder] = append(m[folder], own)
		}
	}
	return nil
}
