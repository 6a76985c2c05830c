package anydesk

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"time"

	"github.com/google/uuid"

	"macrowatch/internal/desk"
)

// Desk is a made-up desk. Two desks of the same seed and rules have the same past and future.
type Desk struct {
	Seed  uint64
	Rules desk.Rules
}

// Epoch is the first day of every such desk, at midnight UTC.
func Epoch() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }

// IsBuiltIn reports whether rules have the pipeline and the asset classes of the built-in desk, so that the built-in
// sample desk shows them.
func IsBuiltIn(rules, builtIn desk.Rules) bool {
	type shown struct {
		zone                            string
		hour                            int
		calendar                        desk.Calendar
		steps, classes                  []string
		strategyClasses, instrumentsOwn []desk.ClassRule
	}
	of := func(r desk.Rules) shown {
		s := shown{r.Zone, r.ClosingHour, r.Calendar, nil, r.AssetClasses, r.StrategyClasses, r.InstrumentClasses}
		for _, step := range r.Steps {
			s.steps = append(s.steps, step.Name+" "+step.Cron)
		}
		return s
	}
	return reflect.DeepEqual(of(rules), of(builtIn))
}

// Edition names what the desk's record depends on. A record of another edition can't go on.
func (d Desk) Edition() string {
	h := fnv.New64a()
	r := d.Rules
	fmt.Fprintf(h, "%d %q %d %v %+v %q %q %q", d.Seed, r.Zone, r.ClosingHour, r.Calendar, r.Steps, r.AssetClasses, r.StrategyClasses, r.InstrumentClasses)
	return fmt.Sprintf("any 1 %016x", h.Sum64())
}

// RunID names a run by the desk, the step and the start. It is a UUID of version 5, so no other tool gives this ID to a
// run.
func (d Desk) RunID(step string, start time.Time) string {
	name := binary.BigEndian.AppendUint64([]byte("macrowatch made-up desk "), d.Seed)
	name = append(name, step+" "+start.UTC().Format(time.RFC3339Nano)...)
	return uuid.NewSHA1(uuid.NameSpaceOID, name).String()
}

// chance returns the random numbers that belong to a subject. Every subject has numbers of its own.
func (d Desk) chance(subject string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(subject))
	return rand.New(rand.NewPCG(d.Seed, h.Sum64()))
}
