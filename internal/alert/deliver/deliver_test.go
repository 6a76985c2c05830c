package deliver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"macrowatch/internal/alert"
	"macrowatch/internal/alert/deliver"
	"macrowatch/internal/desk"
	"macrowatch/internal/testkit/testport"
)

var (
	saoPaulo = desk.BuiltInRules().Location()
	since    = time.Date(2026, 3, 2, 12, 0, 0, 0, saoPaulo)
)

func ptr(x float64) *float64 { return &x }

func breach() desk.Alert {
	return desk.Alert{ID: "0195-a", Rule: "limit_breach", Subject: "VaR 99%", Severity: desk.AlertCritical, Group: "risk", Owner: "ana", State: desk.AlertFiring, Since: since, FiredAt: since, ToldAt: since,
		Value: ptr(8), Limit: ptr(7), Summary: "The limit VaR 99% is in breach: 8 of 7 (114.29 %).", Meaning: "The book is beyond a limit of the desk.",
		Path: "/d/risk-dashboard/risk-dashboard?from=1&to=2", Runbook: "https://wiki.example/limits"}
}

func delivery(tells desk.AlertMessage) desk.AlertDelivery {
	return desk.AlertDelivery{ID: "0195-d", AlertID: "0195-a", Tells: tells}
}

func TestAMessageSaysWhatSinceWhenTheValueWhatItMeansAndWhere(t *testing.T) {
	t.Parallel()
	m := deliver.Message{Delivery: delivery(desk.TellsFiring), Alert: breach(), Location: saoPaulo, Page: "https://desk.example/macro/"}
	if got, want := m.Title(), "Critical: The limit VaR 99% is in breach: 8 of 7 (114.29 %)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	want := `Since Mon 2 Mar 2026 12:00 -03
Value 8, limit 7
The book is beyond a limit of the desk.
Owner: ana
Page: https://desk.example/macro/d/risk-dashboard/risk-dashboard?from=1&to=2
What to do: https://wiki.example/limits
Rule limit_breach, message 0195-d`
	if diff := cmp.Diff(want, m.Text()); diff != "" {
		t.Error(diff)
	}
	m.Delivery.Tells, m.Page = desk.TellsResolved, ""
	m.Alert.ResolvedAt, m.Alert.Value, m.Alert.Owner, m.Alert.Runbook = since.Add(150*time.Minute), nil, "", ""
	want = `Since Mon 2 Mar 2026 12:00 -03, over since Mon 2 Mar 2026 14:30 -03, after 2 h 30 min
Limit 7
Rule limit_breach, message 0195-d`
	if diff := cmp.Diff(want, m.Text()); diff != "" || !strings.HasPrefix(m.Title(), "Resolved: ") {
		t.Error(m.Title(), diff)
	}
}

// caught is what a receiver got.
type caught struct {
	mu   sync.Mutex
	path string
	head http.Header
	body string
}

func (c *caught) server(t *testing.T, status int) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.path, c.head, c.body = r.URL.String(), r.Header, string(body)
		c.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"success": true, "id": 1, "ok": true}`)
	}))
	t.Cleanup(s.Close)
	return s
}

func courier(t *testing.T, target alert.Target) *deliver.Courier {
	config := alert.DefaultConfig()
	config.Targets["it"] = target
	config.Routes = []alert.Route{{To: []string{"it"}}}
	return deliver.New(deliver.Options{Config: config, Location: saoPaulo, Page: "https://desk.example", Timeout: 5 * time.Second})
}

func TestAWebhookGetsJSONWithTheMessagesID(t *testing.T) {
	t.Parallel()
	var got caught
	s := got.server(t, http.StatusOK)
	c := courier(t, alert.Target{Address: "generic+" + s.URL + "/hook/s3cret?team=macro"})
	if err := c.Send(t.Context(), "it", delivery(desk.TellsFiring), breach()); err != nil {
		t.Fatal(err)
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatal(err, got.body)
	}
	if got.path != "/hook/s3cret?team=macro" || got.head.Get("Idempotency-Key") != "0195-d" || body["delivery_id"] != "0195-d" || body["alert_id"] != "0195-a" ||
		body["rule"] != "limit_breach" || body["value"] != "8" || body["limit"] != "7" || body["page"] != "https://desk.example/d/risk-dashboard/risk-dashboard?from=1&to=2" || !strings.Contains(body["message"], "Since Mon 2 Mar") {
		t.Errorf("%s, %v, %s", got.path, got.head, got.body)
	}
}

func TestServicesGetTheTitleAndTheText(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"ntfy":       "ntfy://HOST/desk?scheme=http",
		"gotify":     "gotify://HOST/AzyoeNS.D4iJLVa?disabletls=yes",
		"mattermost": "mattermost://HOST/0123456789abcdef?disabletls=yes",
		"rocketchat": "rocketchat://HOST/tokenA/tokenB/channel",
		"plain":      "generic+http://HOST/hook?template=",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got caught
			s := got.server(t, http.StatusOK)
			c := courier(t, alert.Target{Address: strings.ReplaceAll(address, "HOST", strings.TrimPrefix(s.URL, "http://"))})
			err := c.Send(t.Context(), "it", delivery(desk.TellsFiring), breach())
			if name == "rocketchat" { // only speaks https
				if err == nil {
					t.Error("no error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			all := got.body + got.head.Get("Title")
			if !strings.Contains(all, "Since Mon 2 Mar 2026 12:00 -03") || name != "plain" && !strings.Contains(all, "Critical: The limit VaR 99% is in breach") {
				t.Errorf("%s: %s %v", name, got.body, got.head)
			}
		})
	}
}

// mailServer takes one mail. It returns the address of the target, and where the mail arrives.
func mailServer(t *testing.T) (address string, mail <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	taken := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var text strings.Builder
		data := false
		fmt.Fprint(conn, "220 test\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			line := lines.Text()
			switch word, _, _ := strings.Cut(line, " "); {
			case data && line == ".":
				data = false
				fmt.Fprint(conn, "250 taken\r\n")
				taken <- text.String()
			case data:
				text.WriteString(line + "\n")
			case word == "DATA":
				data = true
				fmt.Fprint(conn, "354 go on\r\n")
			case word == "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				return
			default:
				fmt.Fprint(conn, "250 fine\r\n")
			}
		}
	}()
	return "smtp://" + l.Addr().String() + "/?from=macrowatch@desk.example&to=ana@desk.example&starttls=no&encryption=None&auth=None", taken
}

func TestAMailArrives(t *testing.T) {
	t.Parallel()
	address, mail := mailServer(t)
	c := courier(t, alert.Target{Address: address})
	if err := c.Send(t.Context(), "it", delivery(desk.TellsFiring), breach()); err != nil {
		t.Fatal(err)
	}
	got := <-mail
	for _, want := range []string{"Subject: Critical: The limit VaR 99% is in breach", "Since Mon 2 Mar 2026 12:00 -03", "To: ana@desk.example"} {
		if !strings.Contains(strings.ReplaceAll(got, "=\n", ""), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestAddressesOfServicesAreChecked(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"slack://xoxb:123456789012-1234567890123-4mt0t4l1YL3g1T5L4cK70k3N@C0123456789", "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@telegram?chats=@desk",
		"discord://token@1234567890", "smtp://user:password@mail.example:587/?from=a@desk.example&to=b@desk.example", "generic+https://hooks.example/desk?x=1", "generic://hooks.example/desk", "ntfy://ntfy.sh/topic",
		"teams://?host=https%3A%2F%2Fprod-00.westus.logic.azure.com%3A443%2Fworkflows%2Fabc123%2Ftriggers%2Fmanual%2Fpaths%2Finvoke%3Fapi-version%3D2016-06-01%26sig%3Dx",
		"teams://?host=https%3A%2F%2Fd0.15.environment.api.powerplatform.com%2Fpowerautomate%2Fautomations%2Fdirect%2Fworkflows%2Fabc%2Ftriggers%2Fmanual%2Fpaths%2Finvoke%3Fsig%3Dx",
	} {
		if err := deliver.CheckService(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, says := range map[string]string{
		"https://hooks.example/s3cret-path": "does not begin with the name of a service",
		"sms://0123456":                     "does not begin with the name of a service",
		"":                                  "does not begin with the name of a service",
		"telegram://s3cret-token":           "not an address of telegram",
		"slack://":                          "not an address of slack",
		"teams://11111111-4444-4444-8444-cccccccccccc@22222222-4444-4444-8444-cccccccccccc/33333333012222222222333333333344/44444444-4444-4444-8444-cccccccccccc/s3cret?host=org.webhook.office.com": "take no messages any more",
		"teams://?host=https%3A%2F%2Forg.webhook.office.com%2Fwebhookb2%2Fs3cret": "take no messages any more",
		"teams://?host=https%3A%2F%2Fhooks.example%2Fworkflows%2Fs3cret":          "not the address of a workflow of Power Automate",
		"teams://?color=red":                      "not the address of a workflow of Power Automate",
		"smtp://user:s3cret-word@mail.example:x/": "not an address of smtp",
	} {
		if err := deliver.CheckService(bad); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for address, ok := range map[string]bool{"http://localhost:9093": true, "https://user:word@am.example/prefix": true, "am:9093": false, "ftp://am": false, "http://am/?x=1": false, "": false} {
		if err := deliver.CheckAlertmanager(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// What a service answers, and what the network says, has the address in it. The error must not.
func TestErrorsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	var got caught
	refusing := got.server(t, http.StatusForbidden)
	away := "127.0.0.1:" + strconv.Itoa(testport.Free(t))
	for name, target := range map[string]alert.Target{
		"a webhook that refuses":       {Address: "generic+" + refusing.URL + "/services/T0001/s3cret-path?token=s3cret-word&@Authorization=s3cret-head"},
		"a webhook that is away":       {Address: "generic+http://" + away + "/services/T0001/s3cret-path?key=s3cret-word"},
		"ntfy that refuses":            {Address: "ntfy://:s3cret-word@" + strings.TrimPrefix(refusing.URL, "http://") + "/s3cret-topic?scheme=http"},
		"gotify that is away":          {Address: "gotify://" + away + "/AzyoeNS.D4iJLVa?disabletls=yes"},
		"a wrong token":                {Address: "telegram://s3cret-token@telegram?chats=@desk"},
		"an Alertmanager that is away": {Alertmanager: true, Address: "http://ana:s3cret-word@" + away + "/s3cret-path"},
		"an Alertmanager that refuses": {Alertmanager: true, Address: strings.Replace(refusing.URL, "http://", "http://ana:s3cret-word@", 1) + "/s3cret-path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := courier(t, target).Send(t.Context(), "it", delivery(desk.TellsFiring), breach())
			if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "AzyoeNS") {
				t.Errorf("%v", err)
			}
		})
	}
}

// A service that never answers keeps one attempt, however often it is tried.
func TestAServiceThatHangsKeepsOneAttempt(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}, 10), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{}; <-answer }))
	defer s.Close()
	defer close(answer)
	c := courier(t, alert.Target{Address: "generic+" + s.URL})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() { first <- c.Send(ctx, "it", delivery(desk.TellsFiring), breach()) }()
	<-asked
	cancel()
	if err := <-first; err == nil {
		t.Error("no error")
	}
	if err := c.Send(t.Context(), "it", delivery(desk.TellsFiring), breach()); err == nil || !strings.Contains(err.Error(), "has not ended") {
		t.Error(err)
	}
	if len(asked) > 0 {
		t.Error("it was asked again")
	}
}

func TestTheWaitsGrowToABound(t *testing.T) {
	t.Parallel()
	var got []string
	for _, n := range []int{0, 1, 2, 6, 7, 100} {
		got = append(got, deliver.Wait(n).String())
	}
	if want := "5s 10s 20s 5m20s 10m0s 10m0s"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", got, want)
	}
}
