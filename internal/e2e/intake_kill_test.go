package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// Writers send rows with keys while serve is killed again and again. Every row that was acknowledged is there once, and
// every request is acknowledged in the end.
func TestAKilledServerLosesNothingThatItAcknowledged(t *testing.T) {
	t.Parallel()
	database := pgtest.MigratedURL(t)
	token := madeToken(t, database, "kill")
	kills, writers := testenv.Scaled(4, 40), 6
	var mu sync.Mutex
	var current *service
	begin := func() {
		s := start(t, []string{"DATABASE_URL=" + database}, "serve", "--listen", "127.0.0.1:0", "--open=false")
		mu.Lock()
		current = s
		mu.Unlock()
	}
	begin()
	stop := make(chan struct{})
	acknowledged := map[string]int{}
	requests := 0
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				strategy := fmt.Sprintf("W%d_%d", w, n)
				body := strings.ReplaceAll(oneSignal, "FX_CARRY", strategy)
				for {
					mu.Lock()
					s := current
					mu.Unlock()
					p, err := tryPost(t, s, token, "/api/v1/signals", body, "Idempotency-Key", strategy)
					if err == nil && p.status == http.StatusOK {
						if !strings.Contains(p.body, `"inserted":1`) {
							t.Errorf("%s: the answer is not the first one: %s", strategy, p.body)
						}
						mu.Lock()
						acknowledged[strategy]++
						requests++
						mu.Unlock()
						break
					}
					if err == nil && p.status != http.StatusServiceUnavailable && p.status != http.StatusTooManyRequests {
						t.Errorf("%s: %d %s", strategy, p.status, p.body)
						return
					}
					time.Sleep(5 * time.Millisecond) // the server is away
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(12, 1))
	for range kills {
		mu.Lock()
		enough, s := requests+1+random.IntN(20), current
		mu.Unlock()
		eventually(t, "writers go on", func() (bool, string) {
			mu.Lock()
			defer mu.Unlock()
			return requests >= enough, fmt.Sprint(requests)
		})
		_ = s.cmd.Process.Kill()
		<-s.done
		begin()
	}
	close(stop)
	all.Wait()
	if n := scalar[string](t, database, `SELECT count(*)::text FROM strategy_signals`); n != fmt.Sprint(len(acknowledged)) {
		t.Errorf("%s rows are stored, %d were acknowledged", n, len(acknowledged))
	}
	t.Logf("%d kills, %d requests acknowledged", kills, requests)
}
