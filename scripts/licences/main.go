// Command licences writes the licences of every module that is built into macrowatch, for the packages that people
// install. The page's own are among its assets.
//
//	go run ./scripts/licences > THIRD-PARTY-LICENCES.txt
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := write(os.Stdout, "./cmd/macrowatch"); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// module is a module that is built into the program, and where its files are.
type module struct{ path, version, dir string }

// write writes the licence texts of the modules that a package is built from.
func write(out io.Writer, pkg string) error {
	modules, err := modulesOf(pkg)
	if err != nil {
		return err
	}
	for _, m := range modules {
		texts, err := licenceFiles(m.dir)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			return fmt.Errorf("%s %s has no licence file", m.path, m.version)
		}
		for _, name := range texts {
			text, err := os.ReadFile(filepath.Join(m.dir, name))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(out, "==== %s %s: %s ====\n\n%s\n\n", m.path, m.version, name, bytes.TrimSpace(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// modulesOf lists the modules of a package's dependencies by path, the main module and the standard library left out.
func modulesOf(pkg string) ([]module, error) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", pkg)
	list.Stderr = os.Stderr
	answer, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var modules []module
	for line := range strings.Lines(string(answer)) {
		if cells := strings.Split(strings.TrimSpace(line), "\t"); len(cells) == 3 {
			modules = append(modules, module{cells[0], cells[1], cells[2]})
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(modules), nil
}

// licenceFiles names the licence files at the root of a module.
func licenceFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		for _, word := range []string{"LICENSE", "LICENCE", "COPYING", "NOTICE"} {
			if !e.IsDir() && strings.HasPrefix(name, word) {
				names = append(names, e.Name())
				break
			}
		}
	}
	return names, nil
}
