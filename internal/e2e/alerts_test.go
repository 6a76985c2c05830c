package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testenv"
)

// alertReceiver is a webhook that counts the messages about alerts.
type alertReceiver struct {
	url string

	mu       sync.Mutex
	messages map[string]int            // how often each message came, by its ID
	told     map[string]map[string]int // by "rule subject tells", the messages that told it
	texts    []string
	onTold   func() // called before the answer; nil for nothing
}

func newAlertReceiver(t *testing.T) *alertReceiver {
	r := &alertReceiver{messages: map[string]int{}, told: map[string]map[string]int{}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		var m map[string]string
		if err := json.Unmarshal(body, &m); err != nil || m["delivery_id"] == "" || m["delivery_id"] != q.Header.Get("Idempotency-Key") {
			t.Errorf("a message that is none: %s", body)
			return
		}
		r.mu.Lock()
		r.messages[m["delivery_id"]]++
		what := m["rule"] + " " + m["subject"] + " " + m["tells"]
		if r.told[what] == nil {
			r.told[what] = map[string]int{}
		}
		r.told[what][m["delivery_id"]]++
		r.texts = append(r.texts, m["title"]+"\n"+m["message"])
		then := r.onTold
		r.mu.Unlock()
		if then != nil {
			then()
		}
	}))
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

// count returns how many messages told something.
func (r *alertReceiver) count(what string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.told[what])
}

// all are the things that were told, each with the number of messages.
func (r *alertReceiver) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for what, ids := range r.told {
		lines = append(lines, fmt.Sprintf("%s: %d", what, len(ids)))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// said is what the messages say.
func (r *alertReceiver) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.texts, "\n")
}

// alertsFile writes a file of alerts that go to some targets, with rules.
func alertsFile(t *testing.T, rules, targets string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "alerts.yaml")
	if err := os.WriteFile(path, []byte("rules:\n"+rules+"targets:\n"+targets), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// toReceiver are the targets and routes that lead to a receiver.
func toReceiver(t *testing.T, r *alertReceiver) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "address")
	if err := os.WriteFile(path, []byte("generic+"+r.url+"/hook\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return "  hook: {service_file: " + path + "}\nroutes:\n  - {to: hook}\n"
}

// quietRules leave only the alerts about limits, without their waits.
const quietRules = "  limit_breach: {settle: 0s, repeat: never}\n  limit_warning: off\n  book_stale: off\n  signals_stale: off\n  risk_stale: off\n"

// checkLimits records a check of limits, and tells the servers. A limit is in breach if its use is above 100.
func checkLimits(t testing.TB, url string, at time.Time, use map[string]float64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var names []string
	var uses []float64
	for name, u := range use {
		names, uses = append(names, name), append(uses, u)
	}
	if _, err := conn.Exec(t.Context(), `INSERT INTO risk_limits_status (checked_at, limit_name, limit_value, current_value, utilization_pct)
		SELECT $1, name, 100, use, use FROM unnest($2::text[], $3::float8[]) u(name, use)`, at, names, uses); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `SELECT pg_notify('macrowatch_changes', 'risk_limits_status')`); err != nil {
		t.Fatal(err)
	}
}

// alertSeed chooses the kills of TestAlertsAreToldWhateverIsKilled.
const alertSeed = 13

// TestAlertsAreToldWhateverIsKilled kills serve at random moments, a third of the time between a message and its record,
// while limits go into breach and come back. The receiver's ledger then has every beginning and every end, each under one
// ID.
func TestAlertsAreToldWhateverIsKilled(t *testing.T) {
	t.Parallel()
	kills := testenv.Scaled(10, 200)
	r := newAlertReceiver(t)
	database := pgtest.MigratedURL(t)
	args := []string{"serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:" + freePort(t), "--alerts-file", alertsFile(t, quietRules, toReceiver(t, r))}
	chance := rand.New(rand.NewPCG(alertSeed, 0))
	began := time.Now().Add(-time.Hour)
	use, back, between := map[string]float64{}, 0, 0
	for n := range kills {
		use[fmt.Sprintf("Limit %d", n)] = 101 + float64(n)
		// A breach that nobody has seen, since serve was killed before each look, is no alert. So only one that was seen ends.
		if before := fmt.Sprintf("Limit %d", n-3); n >= 3 && n%2 == 1 && scalar[bool](t, database, "SELECT EXISTS (SELECT FROM alerts WHERE subject = $1)", before) {
			use[before] = 50
			back++
		}
		checkLimits(t, database, began.Add(time.Duration(n)*time.Second), use)
		s := start(t, nil, args...)
		kill := sync.OnceFunc(func() { _ = s.cmd.Process.Kill() })
		if n%3 == 0 {
			told := make(chan struct{}, 1)
			r.mu.Lock()
			r.onTold = func() {
				kill()
				<-s.done
				select {
				case told <- struct{}{}:
				default:
				}
			}
			r.mu.Unlock()
			select {
			case <-told:
				between++
			case <-time.After(patience):
				t.Fatal("nothing was told")
			}
			r.mu.Lock()
			r.onTold = nil
			r.mu.Unlock()
		} else {
			time.Sleep(time.Duration(chance.Int64N(int64(1500 * time.Millisecond))))
		}
		kill()
		<-s.done
	}
	start(t, nil, args...)
	eventually(t, "everything is told", func() (bool, string) {
		for n := range kills {
			if r.count(fmt.Sprintf("limit_breach Limit %d firing", n)) == 0 {
				return false, r.all()
			}
		}
		left := scalar[int](t, database, "SELECT count(*) FROM alert_deliveries WHERE sent_at IS NULL")
		open := scalar[int](t, database, "SELECT count(*) FROM alerts WHERE state = 'firing'")
		return left == 0 && open == kills-back, fmt.Sprintf("%d messages are left, %d alerts are open of %d: %s", left, open, kills-back, r.all())
	})
	twice := 0
	r.mu.Lock()
	defer r.mu.Unlock()
	for what, ids := range r.told {
		if len(ids) != 1 {
			t.Errorf("%s was told by %d messages", what, len(ids))
		}
	}
	for id, times := range r.messages {
		if times > 1 {
			twice++
		}
		if n := scalar[int](t, database, "SELECT count(*) FROM alert_deliveries WHERE delivery_id = $1 AND sent_at IS NOT NULL", id); n != 1 {
			t.Errorf("the message %s is recorded %d times", id, n)
		}
	}
	ended := 0
	for n := range kills {
		if use[fmt.Sprintf("Limit %d", n)] < 100 {
			if ended++; len(r.told[fmt.Sprintf("limit_breach Limit %d resolved", n)]) != 1 {
				t.Errorf("the end of limit %d was not told", n)
			}
		}
	}
	if ended < kills/8 || len(r.told) != kills+ended {
		t.Errorf("%d things were told, want %d", len(r.told), kills+ended)
	}
	if twice < between/2 || twice == 0 {
		t.Errorf("only %d messages came twice, although serve was killed %d times before it could record one", twice, between)
	}
	t.Logf("%d kills, %d of them between a message and its record: %d messages, %d of them came again under their ID, none lost", kills, between, len(r.messages), twice)
}

// TestTwoServersTellOnce has two servers on one database.
func TestTwoServersTellOnce(t *testing.T) {
	t.Parallel()
	r := newAlertReceiver(t)
	database := pgtest.MigratedURL(t)
	file := alertsFile(t, quietRules, toReceiver(t, r))
	var servers []*service
	for range 2 {
		servers = append(servers, start(t, nil, "serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:0", "--alerts-file", file))
	}
	use := map[string]float64{}
	began := time.Now().Add(-time.Hour)
	for n := range 6 {
		use[fmt.Sprintf("Limit %d", n)] = 150
		checkLimits(t, database, began.Add(time.Duration(n)*time.Second), use)
		what := fmt.Sprintf("limit_breach Limit %d firing", n)
		eventually(t, what, func() (bool, string) { return r.count(what) > 0, r.all() })
		if n == 3 { // the other server goes on when its turn comes
			servers[0].stop(t)
		}
	}
	eventually(t, "the metrics tell of the alerts", func() (bool, string) { // they do not wait long for the database
		_, text := get(t, servers[1].path("/metrics"))
		return strings.Contains(text, `macrowatch_alerts_firing{severity="critical"}`) && strings.Contains(text, `macrowatch_alert_delivery_failures_total{target="hook"} 0`), ownMetrics(text)
	})
	n := scalar[int](t, database, "SELECT count(*) FROM alert_deliveries")
	r.mu.Lock()
	defer r.mu.Unlock()
	if n != 6 || len(r.messages) != 6 {
		t.Errorf("%d messages are recorded, and these came: %v", n, r.messages)
	}
}

// TestTheDatabaseAwayIsTold breaks the connection to the database for a while.
func TestTheDatabaseAwayIsTold(t *testing.T) {
	t.Parallel()
	r := newAlertReceiver(t)
	database := pgtest.MigratedURL(t)
	d, through := doorToDatabase(t, database)
	file := alertsFile(t, quietRules+"  database_away: {grace: 1s, settle: 1s}\n", toReceiver(t, r))
	start(t, nil, "serve", "--open=false", "--database-url", through, "--listen", "127.0.0.1:0", "--alerts-file", file)
	d.set(true)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	away, back := "database_away "+host+" firing", "database_away "+host+" resolved"
	eventually(t, "it is told that the database is away", func() (bool, string) { return r.count(away) > 0, r.all() })
	d.set(false)
	eventually(t, "it is told that the database is back", func() (bool, string) { return r.count(back) > 0, r.all() })
	if r.count(away) != 1 || r.count(back) != 1 {
		t.Error(r.all())
	}
	eventually(t, "both messages are recorded as sent", func() (bool, string) { // the receiver has a message before its record is written
		n := scalar[int](t, database, "SELECT count(*) FROM alerts a JOIN alert_deliveries d USING (alert_id) WHERE a.rule = 'database_away' AND a.state = 'resolved' AND d.sent_at IS NOT NULL")
		return n == 2, fmt.Sprint(n)
	})
}

// TestAlertmanagerShowsAndResolvesTheAlerts asks a real Alertmanager what it knows.
func TestAlertmanagerShowsAndResolvesTheAlerts(t *testing.T) {
	t.Parallel()
	name, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		t.Skip("prometheus-alertmanager is not installed (Debian: apt-get install prometheus-alertmanager)")
	}
	manager := startAlertmanager(t, name)
	database := pgtest.MigratedURL(t)
	file := alertsFile(t, quietRules, "  am: {alertmanager: "+manager+"}\nroutes:\n  - {to: am}\n")
	s := start(t, nil, "serve", "--open=false", "--database-url", database, "--listen", "127.0.0.1:0", "--alerts-file", file)
	began := time.Now().Add(-time.Hour)
	checkLimits(t, database, began, map[string]float64{"VaR 99%": 114, "Gross leverage": 40})
	type known struct {
		Labels, Annotations map[string]string
		StartsAt, EndsAt    time.Time
		GeneratorURL        string
		Status              struct{ State string }
	}
	ask := func() (alerts []known) {
		_, body := get(t, manager+"/api/v2/alerts")
		if err := json.Unmarshal([]byte(body), &alerts); err != nil {
			t.Fatal(err, body)
		}
		return alerts
	}
	var shown []known
	eventually(t, "Alertmanager shows the alert", func() (bool, string) { shown = ask(); return len(shown) == 1, fmt.Sprint(shown) })
	a := shown[0]
	if a.Labels["alertname"] != "limit_breach" || a.Labels["subject"] != "VaR 99%" || a.Labels["severity"] != "critical" || a.Labels["group"] != "risk" || a.Status.State != "active" ||
		!strings.Contains(a.Annotations["summary"], "The limit VaR 99% is in breach: 114 of 100 (114 %).") || !strings.HasPrefix(a.GeneratorURL, strings.TrimSuffix(s.url, "/")+"/d/risk-dashboard/") ||
		a.StartsAt.Sub(began).Abs() > time.Second || time.Until(a.EndsAt) < 5*time.Minute {
		t.Errorf("%+v", a)
	}
	checkLimits(t, database, began.Add(time.Minute), map[string]float64{"VaR 99%": 90, "Gross leverage": 40})
	eventually(t, "Alertmanager takes the alert to be over", func() (bool, string) { shown = ask(); return len(shown) == 0, fmt.Sprint(shown) })
	if r := run(t, nil, "alert", "test", "--alerts-file", file); r.status != 0 || r.out != "am took the test message.\n" {
		t.Errorf("%+v", r)
	}
	eventually(t, "Alertmanager shows the test", func() (bool, string) {
		shown = ask()
		return len(shown) == 1 && shown[0].Labels["alertname"] == "test", fmt.Sprint(shown)
	})
}

// startAlertmanager starts an Alertmanager that tells nobody, and returns its address.
func startAlertmanager(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(config, []byte("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + freePort(t)
	c := exec.Command(program, "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"), "--web.listen-address="+address, "--cluster.listen-address=", "--log.level=warn")
	runBeside(t, c)
	eventually(t, "Alertmanager is ready", func() (bool, string) {
		answer, err := http.Get("http://" + address + "/-/ready")
		if err != nil {
			return false, err.Error()
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK, answer.Status
	})
	return "http://" + address
}
