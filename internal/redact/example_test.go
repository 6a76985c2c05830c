package redact_test

import (
	"fmt"

	"macrowatch/internal/redact"
)

func ExampleSecrets() {
	fmt.Println(redact.Secrets(`could not connect to postgres://desk:hunter2@db:5432/book`))
	fmt.Println(redact.Secrets(`GET https://api.example/series?id=GDP&api_key=abc123&type=json: 429`))
	fmt.Println(redact.Secrets(`password authentication failed for user "desk"`))
	// Output:
	// could not connect to postgres://desk:***@db:5432/book
	// GET https://api.example/series?id=GDP&api_key=***&type=json: 429
	// password authentication failed for user "desk"
}

// A secret may begin in the text before.
func ExampleAfter() {
	fmt.Println(redact.After("export FRED_API_", "KEY=abc123 HOST=db"))
	// Output: KEY=*** HOST=db
}
