package desk_test

import (
	"fmt"
	"time"

	"macrowatch/internal/desk"
)

// An evening in São Paulo is already the next day in UTC, and a weekend belongs to Friday.
func ExampleRules_BookDay() {
	rules := desk.BuiltInRules()
	thursdayEvening := time.Date(2026, time.March, 6, 1, 30, 0, 0, time.UTC) // 22:30 in São Paulo
	sunday := time.Date(2026, time.March, 8, 15, 0, 0, 0, time.UTC)
	fmt.Println(rules.BookDay(thursdayEvening).Format("Monday 2 January"))
	fmt.Println(rules.BookDay(sunday).Format("Monday 2 January"))
	// Output:
	// Thursday 5 March
	// Friday 6 March
}

// Until the close a book knows the prices of the day before.
func ExampleRules_LastPricedDay() {
	rules := desk.BuiltInRules()
	for _, hour := range []int{9, 19} {
		bookTime := time.Date(2026, time.March, 5, hour, 0, 0, 0, rules.Location())
		fmt.Println(bookTime.Format("15:04"), rules.LastPricedDay(bookTime).Format(time.DateOnly))
	}
	// Output:
	// 09:00 2026-03-04
	// 19:00 2026-03-05
}

func ExampleRules_AssetClass() {
	rules := desk.BuiltInRules()
	fmt.Println(rules.AssetClass(desk.Instrument{Name: "DI1F27"}))
	fmt.Println(rules.AssetClass(desk.Instrument{Name: "DDIF27"}))
	fmt.Println(rules.AssetClass(desk.Instrument{Name: "SPX"}))
	fmt.Println(rules.AssetClass(desk.Instrument{Name: "SPX", AssetClass: "Equities"}))
	// Output:
	// Rates
	// Cupom
	// Other
	// Equities
}

// Other tools have other words for a status. One that nobody knows means nothing: it is never a success.
func ExampleWords_Read() {
	words := desk.BuiltInWords()
	for _, text := range []string{"up_for_retry", "Succeeded", "weird"} {
		meaning, known := words.Read(desk.StatusWord, text)
		fmt.Printf("%s: %q %t\n", text, meaning, known)
	}
	// Output:
	// up_for_retry: "FAILED" true
	// Succeeded: "SUCCESS" true
	// weird: "" false
}

func ExamplePlainWord() {
	fmt.Println(desk.PlainWord("Up For Retry"), desk.PlainWord("up_for-retry"), desk.PlainWord("+1.00"))
	// Output: UPFORRETRY UPFORRETRY 1
}

func ExampleNameProblem() {
	fmt.Printf("%q\n", desk.NameProblem("Fetch rates (São Paulo)"))
	fmt.Printf("%q\n", desk.NameProblem("fred\u200b"))
	// Output:
	// ""
	// "holds U+200B, which cannot be seen or looks like a space"
}

func ExampleRun_Validate() {
	run := desk.Run{
		ID: "run 1", Step: "fred", Status: desk.Success,
		StartedAt:  time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC),
		FinishedAt: time.Date(2026, time.March, 2, 9, 1, 30, 0, time.UTC),
	}
	run.DurationSeconds = 90
	fmt.Println(run.Validate())
	run.DurationSeconds = 90_000
	fmt.Println(run.Validate())
	// Output:
	// <nil>
	// duration_seconds 90000 does not agree with the 90 seconds from started_at to finished_at; it looks like milliseconds
}
