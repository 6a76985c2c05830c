// Package cli is macrowatch's command line: it reads flags, environment and configuration once,
// wires the other packages together, and turns an outcome into an exit status.
package cli
