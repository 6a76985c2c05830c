//go:build !linux

package runner

import "os"

// stopSignals are none: the terminal's reaches the command by itself, and each process stops by it.
func stopSignals() []os.Signal { return nil }

func stopWith(*os.Process, os.Signal, <-chan struct{}) {}
