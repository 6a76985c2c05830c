package sampledesk

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"time"
)

// rowsPerPart is how many rows a refresh makes about every second.
const rowsPerPart = 500

// FailedError is what Work returns for a refresh that is meant to fail. The reason is already on standard error, so
// the process should exit with status 1 and print nothing more.
type FailedError struct {
	Step string
}

func (e *FailedError) Error() string { return "sample refresh of " + e.Step + " failed" }

// Work is what the process of a refresh does. For about spec.Seconds it makes up rows, a part of them about every
// second. After each part it says on stdout how far it is; each line says that the data is sample data. At the end it
// prints the checksum of the rows. If spec fails, it writes spec.Message to stderr instead and returns a *FailedError.
// When ctx ends, it stops at once and returns the context's cause. It stores nothing.
func Work(ctx context.Context, stdout, stderr io.Writer, spec LiveRun) error {
	parts := max(1, int(math.Round(spec.Seconds)))
	pause := time.Duration(spec.Seconds / float64(parts) * float64(time.Second))
	random := rand.New(rand.NewPCG(uint64(parts), 1))
	sum := sha256.New()
	value := 100.0
	for part := 1; part <= parts; part++ {
		if err := wait(ctx, pause); err != nil {
			return fmt.Errorf("refresh %s: %w", spec.Step, err)
		}
		for row := range rowsPerPart {
			value *= math.Exp(0.01 * random.NormFloat64())
			fmt.Fprintf(sum, "%s,%d,%.6f\n", spec.Step, (part-1)*rowsPerPart+row, value)
		}
		if spec.Fails && part == parts {
			break
		}
		if _, err := fmt.Fprintf(stdout, "sample data: %s: part %d of %d, %d rows\n",
			spec.Step, part, parts, part*rowsPerPart); err != nil {
			return fmt.Errorf("report progress: %w", err)
		}
	}
	if spec.Fails {
		if _, err := fmt.Fprintln(stderr, spec.Message); err != nil {
			return fmt.Errorf("report the failure: %w", err)
		}
		return &FailedError{Step: spec.Step}
	}
	if _, err := fmt.Fprintf(stdout, "sample data: %s: done, checksum %x\n", spec.Step, sum.Sum(nil)[:8]); err != nil {
		return fmt.Errorf("report the end: %w", err)
	}
	return nil
}

// wait returns after d, or with ctx's cause as soon as ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
