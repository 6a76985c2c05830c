package intake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"macrowatch/internal/desk"
	"macrowatch/internal/record/intake"
)

// signalPrinter is a store that prints signals instead of writing them.
type signalPrinter struct{ intake.Store }

func (signalPrinter) SignalImport(_ context.Context, rows desk.Rows[desk.Signal]) (counts desk.Counts, err error) {
	for {
		line, s, err := rows()
		if errors.Is(err, io.EOF) {
			return counts, nil
		}
		if err != nil {
			return desk.Counts{}, err
		}
		fmt.Printf("line %d: %s is %s %s at %s\n", line, s.Strategy, s.Direction, s.Instrument, s.GeneratedAt.Format(time.RFC3339))
		counts.Inserted++
	}
}

// A time without a zone is read in the zone of the options. The columns may have any order.
func ExampleImport() {
	const file = `generated_at,strategy_id,instrument,direction,confidence
2026-03-02 09:00:00,FX_CARRY,USDBRL,LONG,0.7
2026-03-02T12:30:00Z,FX_CARRY,EURUSD,SHORT,0.4
`
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := intake.Import(context.Background(), signalPrinter{}, "signals", strings.NewReader(file), "signals.csv",
		intake.Options{Location: saoPaulo})
	fmt.Println(result.Inserted, err)
	// Output:
	// line 2: FX_CARRY is LONG USDBRL at 2026-03-02T12:00:00Z
	// line 3: FX_CARRY is SHORT EURUSD at 2026-03-02T12:30:00Z
	// 2 <nil>
}

// The error names the place of every fault, the value, and what is allowed.
func ExampleImport_faults() {
	const file = `strategy_id,instrument,direction,confidence,generated_at
FX_CARRY,USDBRL,LONG,70,2026-03-02T12:00:00Z
FX_CARRY,,SHORT,0.4,2026-03-02 12:30
`
	_, err := intake.Import(context.Background(), signalPrinter{}, "signals", strings.NewReader(file), "signals.csv", intake.Options{})
	fmt.Println(err)
	// Output:
	// signals.csv: nothing written, for 3 faults:
	//   line 2, confidence "70": not a number from 0 to 1
	//   line 3, instrument "": missing
	//   line 3, generated_at "2026-03-02 12:30": not a time with its zone, such as 2026-01-31T06:00:00-03:00 or 2026-01-31 09:00:00Z
}
