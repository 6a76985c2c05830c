package daily

import "fmt"

// bookProblems are about the portfolio: whether there is one, and whether it is new.
func bookProblems(d Day) []Problem {
	b := d.Book
	switch {
	case b.At.IsZero():
		return nil // an empty record has no book; the page says so in the book's place
	case d.workdays.Stale(b.At, d.At):
		return []Problem{{Warning, "Book", fmt.Sprintf("The book is stale: its last snapshot is of %s, %s.", d.clock(b.At), d.ago(b.At))}}
	}
	return nil
}

// signalProblems are about the strategies' signals.
func signalProblems(d Day) []Problem {
	var all []Problem
	if s := d.Signals; !s.Newest.IsZero() && d.workdays.Stale(s.Newest, d.At) {
		all = append(all, Problem{Warning, "Signals", fmt.Sprintf("The signals are stale: the newest is of %s, %s.", d.clock(s.Newest), d.ago(s.Newest))})
	}
	if n := d.Signals.Unknown; n > 0 {
		all = append(all, Problem{Warning, "Signals", plural(n, "signal has", "signals have") + " a direction that is not known, and counts in no mean."})
	}
	return all
}

// dataProblems are about data that are missing or can't be used.
func dataProblems(d Day) []Problem {
	var all []Problem
	var missing, old []string
	for _, p := range d.heldPrice {
		switch {
		case p.Day.IsZero():
			missing = append(missing, p.Instrument)
		case d.workdays.Stale(d.closingOf(p.Day), d.At):
			old = append(old, fmt.Sprintf("%s (%s)", p.Instrument, d.date(p.Day)))
		}
	}
	if len(missing) > 0 {
		all = append(all, Problem{Warning, "Data", fmt.Sprintf("%s no price: %s.", plural(len(missing), "held instrument has", "held instruments have"), listedUpTo(4, missing))})
	}
	if len(old) > 0 {
		all = append(all, Problem{Warning, "Data", fmt.Sprintf("%s no recent price: %s.", plural(len(old), "held instrument has", "held instruments have"), listedUpTo(4, old))})
	}
	return append(all, unusableProblems(d)...)
}

// unusableProblems has one sentence for each table with values that can't be used.
func unusableProblems(d Day) []Problem {
	var all []Problem
	counts := map[string]int{}
	for _, u := range d.Unusable {
		counts[u.Table]++
	}
	for _, u := range d.Unusable {
		if n := counts[u.Table]; n > 0 {
			all = append(all, Problem{Warning, "Data", fmt.Sprintf("%s has %s that can't be used, such as %s of %s: it is %s, but %s.",
				u.Table, plural(n, "value", "values"), u.Column, shortened(u.Row, 60), shortened(u.Found, 40), shortened(u.Problem, 80))})
			counts[u.Table] = 0
		}
	}
	return all
}
