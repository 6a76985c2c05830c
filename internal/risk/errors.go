package risk

import "errors"

// The reasons why a computation is refused. Each comes in a sentence that says what was found.
var (
	// ErrEmptyBook says that there are no positions at all, not even a flat book's row.
	ErrEmptyBook = errors.New("the book is empty")
	// ErrBadWeight says that a weight is not finite, or beyond MaxWeight.
	ErrBadWeight = errors.New("a weight is not a fraction of NAV")
	// ErrBadPrices says that the prices given contradict each other or are not numbers.
	ErrBadPrices = errors.New("the prices can't be used")
	// ErrTooFewReturns says that a window of fewer than MinReturns returns is asked for.
	ErrTooFewReturns = errors.New("too few returns")
	// ErrMissing says that more of the book than MaxMissingPct has no history.
	ErrMissing = errors.New("too much of the book has no price history")
	// ErrBadShock says that a scenario's shock does not fit the instrument that it names: a shock in bp for a
	// price, or in percent for a yield.
	ErrBadShock = errors.New("a shock is of the wrong kind")
	// ErrBadNAV says that no drawdown can be computed from a NAV history.
	ErrBadNAV = errors.New("the NAV history can't be used")
)

// The rules of the computation.
const (
	// DefaultReturns is how many daily returns the window has.
	DefaultReturns = 500
	// MinReturns is the least number of returns from which a VaR or CVaR is computed.
	MinReturns = 60
	// MaxGapDays is the most calendar days that one return may span.
	MaxGapDays = 5
	// MaxMissingPct is the share of gross weight, in percent, that may be left out without Options.AllowMissing.
	MaxMissingPct = 5.0
	// MaxWeight is the largest absolute weight that is accepted. A larger one is surely not a fraction of NAV.
	MaxWeight = 1000.0
)
