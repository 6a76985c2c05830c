package desk

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// RiskInputs identifies, by digests, everything that a risk computation was computed from: a row of
// risk_inputs. Two computations of one book time with the same Digest have the same figures.
type RiskInputs struct {
	ComputedAt time.Time // the book time
	// Digest is the SHA-256, in hexadecimal digits, of everything: the rows, the risk file and the method.
	Digest string
	// RowsDigest is the SHA-256 of the rows alone: the book, its NAVs, its instruments and their prices.
	// A query can compute it again.
	RowsDigest string
	// PricesFrom has the instruments whose prices count, each with the first day that counts. The zero time
	// means the whole history. PricesTo is the last day that counts.
	PricesFrom map[string]time.Time
	PricesTo   time.Time
	// Returns is how many daily returns the window has. They may be too few for a VaR.
	Returns int
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Validate returns what is wrong with the inputs in one sentence, or nil.
func (i RiskInputs) Validate() error {
	switch {
	case i.ComputedAt.IsZero():
		return errors.New("computed_at is missing")
	case !sha256Hex.MatchString(i.Digest):
		return fmt.Errorf("digest %q is not 64 hexadecimal digits", i.Digest)
	case !sha256Hex.MatchString(i.RowsDigest):
		return fmt.Errorf("rows_digest %q is not 64 hexadecimal digits", i.RowsDigest)
	case i.PricesTo.IsZero():
		return errors.New("prices_to is missing")
	case i.Returns < 0:
		return fmt.Errorf("returns %d is below 0", i.Returns)
	}
	return nil
}

// StoredRisk is a stored computation and the inputs that it was made from.
type StoredRisk struct {
	ComputedAt time.Time
	// Digest and RowsDigest are the digests of the computation's RiskInputs; "" if none were stored.
	Digest, RowsDigest string
}
