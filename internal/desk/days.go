package desk

import (
	"time"
	_ "time/tzdata" // the desk's zone must exist on a machine without zone files too
)

// Zone is the desk's time zone. Days, weekends and months are those of this zone, whatever zone
// the database session, the browser or Grafana has.
const Zone = "America/Sao_Paulo"

// Location returns the desk's zone.
func Location() *time.Location {
	l, err := time.LoadLocation(Zone)
	if err != nil {
		panic("the embedded zone database lacks " + Zone) // can't be: time/tzdata is linked in
	}
	return l
}
