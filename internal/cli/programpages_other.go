//go:build !linux

package cli

// freeProgram does nothing: elsewhere the system itself decides which pages of the program's file stay in memory.
func freeProgram() error { return nil }
