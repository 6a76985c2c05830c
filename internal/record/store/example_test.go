package store_test

import (
	"context"
	"fmt"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/store"
	"macrowatch/internal/testkit/pgtest"
)

// A run's end replaces its RUNNING row, even if the end is written first.
func ExampleStore_RunUpsert() {
	pool, drop, err := pgtest.ForExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer drop()
	ctx, s := context.Background(), store.New(pool, nil)

	begun := desk.Run{ID: "42", Step: "fred", Status: desk.Running, StartedAt: time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)}
	ended := begun
	ended.Status, ended.FinishedAt, ended.DurationSeconds = desk.Success, begun.StartedAt.Add(time.Minute), 60
	for _, run := range []desk.Run{ended, begun} {
		if err := s.RunUpsert(ctx, run); err != nil {
			fmt.Println(err)
		}
	}
	runs, err := s.RunsBetween(ctx, begun.StartedAt, begun.StartedAt.Add(time.Hour))
	for _, run := range runs {
		fmt.Println(run.ID, run.Step, run.Status, run.DurationSeconds, err)
	}
	// Output: 42 fred SUCCESS 60 <nil>
}

// Writing the same rows again changes nothing. A price of an unknown instrument is refused with its line.
func ExampleStore_PriceImport() {
	pool, drop, err := pgtest.ForExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer drop()
	ctx, s := context.Background(), store.New(pool, nil)

	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	prices := []desk.Price{{Instrument: "USDBRL", Date: day, Value: 5.12}, {Instrument: "USDBRL", Date: day.AddDate(0, 0, 1), Value: 5.09}}
	_, _, err = s.PriceImport(ctx, desk.RowsOf(prices...), nil)
	fmt.Println(err)
	for range 2 {
		counts, added, err := s.PriceImport(ctx, desk.RowsOf(prices...), &desk.Instrument{Kind: desk.KindPrice, QuotedIn: "BRL per USD"})
		fmt.Printf("%d inserted, %d unchanged, added %q, %v\n", counts.Inserted, counts.Unchanged, added, err)
	}
	// Output:
	// nothing written, for 1 fault:
	//   line 1, instrument "USDBRL": not in the table instruments (2 rows); import instruments first, or say with --kind price or --kind yield what it is
	// 2 inserted, 0 unchanged, added ["USDBRL"], <nil>
	// 0 inserted, 2 unchanged, added [], <nil>
}

// A target names the database and the user, whichever way the URL is written, and never the password.
func ExampleTarget() {
	for _, url := range []string{"postgres://macro_user:secret@db/macro_trading", "host=db user=macro_user password=secret dbname=macro_trading"} {
		fmt.Println(store.Target(url))
	}
	// Output:
	// macro_trading at db:5432 as macro_user <nil>
	// macro_trading at db:5432 as macro_user <nil>
}

// An error is a sentence for the user. It does not repeat the URL, which may contain the password.
func ExampleOpen() {
	_, err := store.Open(context.Background(), "postgres://macro_user:se/cret@db/macro_trading", store.Options{})
	fmt.Println(err)
	// Output:
	// a character of the user name or password in the database URL must be written as a percent code (/ as %2F, ? as %3F, # as %23, @ as %40, : as %3A, % as %25)
}
