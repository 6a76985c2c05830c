//go:build !linux

package runner

import "os"

// stopSignals are none on this system: the terminal sends its stop signal to every process of the job.
func stopSignals() []os.Signal { return nil }

// stopWithCommand has nothing to do on this system.
func stopWithCommand(*os.Process, os.Signal, <-chan struct{}) {}
