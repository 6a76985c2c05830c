// Package testport finds TCP ports for servers that a test has yet to start.
package testport

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The lowest and the highest port that Free returns. A program that leaves the choice of its port to the system does not
// get one of them: by default Linux chooses from 32768 on, and macOS from 49152 on. So another test that runs at the same
// time does not get the port before the server listens on it.
const (
	lowest  = 15000
	highest = 32767
)

// attempts is how many ports Free tries before it gives up.
const attempts = 100

// Free returns a port on which no program of this machine listens, at any address.
func Free(t testing.TB) int {
	t.Helper()
	var refused error
	for range attempts {
		port := lowest + rand.IntN(highest-lowest+1)
		l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err == nil {
			_ = l.Close()
			return port
		}
		refused = err
	}
	t.Fatal("found no free port: ", refused)
	return 0
}
