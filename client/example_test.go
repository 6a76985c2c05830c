package client_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"time"

	"macrowatch/client"
	"macrowatch/internal/record/httpintake"
	"macrowatch/internal/record/store"
	"macrowatch/internal/record/token"
	"macrowatch/internal/testkit/pgtest"
)

// forExample serves an empty desk, and returns what a program has in its environment.
func forExample() (cfg client.Config, done func()) {
	pool, drop, err := pgtest.ForExample()
	if err != nil {
		panic(err)
	}
	db := store.New(pool, nil)
	in, err := httpintake.New(httpintake.Config{Store: db})
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(in)
	text, err := token.New(rand.Reader)
	if err != nil {
		panic(err)
	}
	digest, _ := token.DigestOf(text)
	if _, err := db.TokenCreate(context.Background(), digest, store.Token{Name: "example", CreatedAt: time.Now()}); err != nil {
		panic(err)
	}
	return client.Config{URL: server.URL, Token: text}, func() { server.Close(); drop() }
}

// A strategy sends its signals. To send them again changes nothing.
func ExampleSend() {
	cfg, done := forExample() // a program has client.FromEnvironment() here
	defer done()

	c, err := client.New(cfg)
	if err != nil {
		panic(err)
	}
	signals := []client.Signal{
		{Strategy: "FX_CARRY", Instrument: "USDBRL", Direction: "LONG", Confidence: 0.6, GeneratedAt: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)},
		{Strategy: "FX_CARRY", Instrument: "EURBRL", Direction: "SHORT", Confidence: 0.4, GeneratedAt: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)},
	}
	for range 2 {
		answer, err := client.Send(context.Background(), c, signals)
		fmt.Println(answer.Inserted, "inserted,", answer.Unchanged, "unchanged,", err)
	}
	// Output:
	// 2 inserted, 0 unchanged, <nil>
	// 0 inserted, 2 unchanged, <nil>
}

// The server names each row that it refuses, and takes none of the request.
func ExampleRefusedError() {
	cfg, done := forExample()
	defer done()

	c, err := client.New(cfg)
	if err != nil {
		panic(err)
	}
	_, err = client.Send(context.Background(), c, []client.Signal{
		{Strategy: "FX_CARRY", Instrument: "USDBRL", Direction: "LONG", Confidence: 60, GeneratedAt: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)},
	})
	var refused *client.RefusedError
	if errors.As(err, &refused) {
		fmt.Println(refused.Message)
		fmt.Println(refused.Rows[0].Index, refused.Rows[0].Field, refused.Rows[0].Value)
	}
	// Output:
	// Nothing was written, because of faults in the rows.
	// 0 confidence 60
}

// A step records its runs. The error that it returns is recorded, without the secrets in it.
func ExampleClient_Run() {
	cfg, done := forExample()
	defer done()

	c, err := client.New(cfg)
	if err != nil {
		panic(err)
	}
	err = c.Run(context.Background(), "fred", func(context.Context) error {
		return errors.New("the series VIXCLS is empty")
	})
	fmt.Println(err)
	// Output: the series VIXCLS is empty
}

// With a directory for it, what can't be sent now is sent later.
func ExampleClient_Retry() {
	cfg, done := forExample()
	defer done()
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	cfg.SpoolDir = dir
	cfg.Patience = time.Nanosecond // so that the example tries once
	token := cfg.Token
	cfg.Token = "not-valid-yet"
	early, err := client.New(cfg)
	if err != nil {
		panic(err)
	}
	answer, err := client.Send(context.Background(), early, []client.Price{{Instrument: "BRENT", Date: "2026-03-02", Value: 80}}, client.Register("price", "USD"))
	fmt.Println("kept:", answer.Kept, err)

	cfg.Token = token
	c, err := client.New(cfg)
	if err != nil {
		panic(err)
	}
	waiting, err := c.Retry(context.Background())
	fmt.Println("waiting:", waiting, err)
	// Output:
	// kept: true <nil>
	// waiting: 0 <nil>
}
