// Package cli is macrowatch's command line. It reads flags, environment and configuration once, connects
// the other packages, and turns a command's result into an exit status.
package cli
