package silence

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// mostHeld is how many silences may hold at once. Each evaluation and each page reads them all.
const mostHeld = 200

// Book keeps silences.
type Book interface {
	Silences(ctx context.Context, at time.Time) ([]desk.AlertSilence, error)
	SilenceAdd(ctx context.Context, q desk.AlertSilence) error
	SilenceEnd(ctx context.Context, id, by string, at time.Time) (bool, error)
}

// TooManyError says that no further silence can be made.
type TooManyError struct{}

func (*TooManyError) Error() string {
	return fmt.Sprintf("%d silences hold already, which is the most; end one of them first", mostHeld)
}

// Add makes the silence that somebody asks for at a time. Its error is a *Fault if the wish is wrong, and a *TooManyError
// if too many silences hold already.
func Add(ctx context.Context, book Book, w Wish, now time.Time) (desk.AlertSilence, error) {
	q, err := Of(w, now)
	if err != nil {
		return q, err
	}
	held, err := book.Silences(ctx, now)
	if err != nil {
		return q, err
	}
	if len(held) >= mostHeld {
		return q, &TooManyError{}
	}
	return q, book.SilenceAdd(ctx, q)
}

// End ends a silence for somebody at a time. It reports whether there was one that had not ended.
func End(ctx context.Context, book Book, id, by string, now time.Time) (bool, error) {
	return book.SilenceEnd(ctx, id, by, now)
}

// Text says which alerts a silence is for.
func Text(q desk.AlertSilence) string {
	switch {
	case q.Rule == "":
		return "all of " + q.Subject
	case q.Subject == "":
		return q.Rule + " of everything"
	}
	return q.Rule + " of " + q.Subject
}
