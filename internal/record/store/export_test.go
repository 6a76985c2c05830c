package store

import "net"

// WhereaboutsAt is the whereabouts of a database of a name at an address.
func WhereaboutsAt(address net.Addr, database string) Whereabouts {
	return Whereabouts{Address: address, database: database}
}
