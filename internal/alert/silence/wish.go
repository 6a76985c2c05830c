package silence

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"macrowatch/internal/alert"
	"macrowatch/internal/desk"
)

const (
	// Longest is for how long alerts may be silent at once. What is forgotten for longer is not silenced but switched off.
	Longest = 90 * 24 * time.Hour
	// longestSubject and longestReason are in characters.
	longestSubject, longestReason = 200, 500
)

// Wish is a silence that somebody asks for.
type Wish struct {
	// Rule and Subject say which alerts are to be silent; "" means every one. A * in the subject stands for any text.
	Rule, Subject string
	// For is how long the silence is to hold. If it is 0, the silence holds until Until.
	For   time.Duration
	Until time.Time
	// Reason says why. Without NeedsReason it may be empty.
	Reason      string
	NeedsReason bool
	// By is who asks.
	By string
}

// Part is a part of a wish.
type Part string

// The parts of a wish that may be wrong.
const (
	Rule    Part = "rule"
	Subject Part = "subject"
	Until   Part = "until"
	Reason  Part = "reason"
)

// Fault says which part of a wish is wrong.
type Fault struct {
	Part    Part
	Problem string // a sentence without its full stop
}

func (f *Fault) Error() string { return f.Problem }

// Of returns the silence that somebody asks for at a time. Its error is a *Fault.
func Of(w Wish, now time.Time) (desk.AlertSilence, error) {
	q := desk.AlertSilence{ID: uuid.NewString(), Rule: w.Rule, Subject: strings.TrimSpace(w.Subject), MadeBy: w.By, Reason: strings.TrimSpace(w.Reason)}
	q.StartsAt = now.UTC().Truncate(time.Microsecond)
	q.EndsAt = w.Until.UTC().Truncate(time.Microsecond)
	if w.For != 0 {
		q.EndsAt = q.StartsAt.Add(w.For)
	}
	for _, check := range []func(Wish, desk.AlertSilence) *Fault{checkWhat, checkEnd, checkReason} {
		if fault := check(w, q); fault != nil {
			return desk.AlertSilence{}, fault
		}
	}
	return q, nil
}

func checkWhat(_ Wish, q desk.AlertSilence) *Fault {
	switch known := alert.RuleNames(); {
	case q.Rule != "" && !slices.Contains(known, q.Rule):
		return &Fault{Rule, fmt.Sprintf("there is no rule %q; there is %s", shortened(q.Rule), strings.Join(known, ", "))}
	case q.Rule == "" && strings.Trim(q.Subject, "*") == "":
		return &Fault{Subject, "a silence needs a rule or a subject, or nobody would hear of anything"}
	}
	if problem := textProblem(q.Subject, longestSubject); problem != "" {
		return &Fault{Subject, "the subject " + problem}
	}
	return nil
}

func checkEnd(w Wish, q desk.AlertSilence) *Fault {
	switch {
	case w.For == 0 && w.Until.IsZero():
		return &Fault{Until, "a silence needs an end"}
	case !q.EndsAt.After(q.StartsAt):
		return &Fault{Until, "the silence would end before it begins"}
	case q.EndsAt.Sub(q.StartsAt) > Longest:
		return &Fault{Until, "a silence holds for at most 90 days (2160h); to hear of nothing for longer, switch the rule off"}
	}
	return nil
}

func checkReason(w Wish, q desk.AlertSilence) *Fault {
	if w.NeedsReason && q.Reason == "" {
		return &Fault{Reason, "a silence needs a reason, which others read"}
	}
	if problem := textProblem(q.Reason, longestReason); problem != "" {
		return &Fault{Reason, "the reason " + problem}
	}
	return nil
}

// textProblem says what is wrong with a text that people read later; "" if nothing is.
func textProblem(text string, most int) string {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return "has characters that can't be shown"
	case utf8.RuneCountInString(text) > most:
		return fmt.Sprintf("has more than %d characters", most)
	}
	return ""
}

func shortened(text string) string {
	if utf8.RuneCountInString(text) <= longestSubject {
		return text
	}
	return string([]rune(text)[:longestSubject]) + "…"
}
