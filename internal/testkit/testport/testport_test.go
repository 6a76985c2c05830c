package testport_test

import (
	"net"
	"strconv"
	"testing"

	_ "macrowatch/internal/testkit/testenv"
	"macrowatch/internal/testkit/testport"
)

func TestTheSystemDoesNotGiveAwayAFreePort(t *testing.T) {
	t.Parallel()
	free := map[int]bool{}
	for range 50 {
		free[testport.Free(t)] = true
	}
	for range 2000 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if port := l.Addr().(*net.TCPAddr).Port; free[port] {
			t.Errorf("the system gave away port %d", port)
		}
		defer l.Close()
	}
}

func TestAServerCanListenOnAFreePort(t *testing.T) {
	t.Parallel()
	port := testport.Free(t)
	for _, host := range []string{"127.0.0.1", "0.0.0.0"} {
		l, err := net.Listen("tcp4", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
