// Packagemap draws the project's packages and their imports into CONTRIBUTING.md.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "packagemap:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := moduleRoot(".")
	if err != nil {
		return err
	}
	packages, err := readPackages(root)
	if err != nil {
		return err
	}
	return updateFile(root, drawing(packages))
}
