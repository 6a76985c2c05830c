// A strategy in Go that records its run and sends its signals to macrowatch. It needs MACROWATCH_URL and MACROWATCH_TOKEN.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"macrowatch/client"
)

func main() {
	c, err := client.New(client.FromEnvironment())
	if err != nil {
		log.Fatal(err)
	}
	err = c.Run(context.Background(), "fx-carry", func(ctx context.Context) error {
		signals := []client.Signal{
			{Strategy: "FX_CARRY", Instrument: "USDBRL", Direction: "LONG", Confidence: 0.6, GeneratedAt: time.Now()},
		}
		answer, err := client.Send(ctx, c, signals)
		fmt.Println(answer.Inserted, "inserted")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
}
