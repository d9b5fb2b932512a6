package acceptance

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// What a gateway is told and nobody else.
const (
	gatewayKey    = "canary-gateway-key-83ad"
	gatewaySecret = "canary-gateway-secret-51c0"
)

// A texted message is what a gateway was asked to send.
type textedMessage struct{ To, Text, Callback string }

// A modem is an HTTP interface to SMS in miniature. It takes JSON, or an address
// alone, from whoever knows the key.
type modem struct {
	url string

	mu  sync.Mutex
	all []textedMessage
}

func newModem(t *testing.T) *modem {
	t.Helper()
	m := &modem{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		one := textedMessage{q.Get("to"), q.Get("text"), ""}
		if body, err := io.ReadAll(r.Body); err != nil || len(body) > 0 && json.Unmarshal(body, &one) != nil {
			http.Error(w, "no JSON", http.StatusBadRequest)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+gatewayKey && q.Get("key") != gatewayKey {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.all = append(m.all, one)
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

// about returns the messages about an incident.
func (m *modem) about(id string) []textedMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.all), func(one textedMessage) bool { return !names(one.Text, id) })
}

// TestTheGatewayStandsInForTwilio lets Twilio's SMS fail until it is left alone; the
// next goes by the gateway, whose receipt makes Twilio call at once.
func TestTheGatewayStandsInForTwilio(t *testing.T) {
	t.Parallel()
	m := newModem(t)
	w := newWorld(t, configuration(map[string]string{
		"hal": "{after: 0s, via: sms}, {after: 1h, via: voice}",
		"ben": "{after: 0s, via: sms, every: 1s, times: 200}",
	}, `
teams:
  platform:
    name: Platform
    slack_channel: C0PLATFORM
    members: [ana, ben, hal, paul]
    policies: {default: {tiers: [{page: [person:hal], wait: 1h}]}}
  web:
    name: Web
    members: [wes, ben]
    policies: {default: {tiers: [{page: [person:ben], wait: 1h}]}}
sms_gateway:
  url: `+m.url+`/messages
  headers: {Authorization: "Bearer ${GATEWAY_KEY}"}
  body: '{"to": {{json (digits .To)}}, "text": {{json .Text}}, "callback": {{json .Callback}}}'
  secret: ${GATEWAY_SECRET}
`))
	w.env["GATEWAY_KEY"], w.env["GATEWAY_SECRET"] = gatewayKey, gatewaySecret
	w.phones.Fault(func(operation string, _ url.Values) *twiliofake.Response {
		if operation == "messages.create" {
			return twiliofake.Refusal(http.StatusInternalServerError, 20500)
		}
		return nil
	})
	p := w.start("EARSHOT_LOG_LEVEL=debug")
	w.send(triggered("Slow", "web"))
	until(t, "ben's SMS go by the gateway", func() bool { return len(m.about("WEB-1")) > 0 })

	id := w.send(triggered("Disk full", ""))
	until(t, "hal's SMS goes by the gateway", func() bool { return len(m.about(id)) > 0 })
	got := m.about(id)[0]
	if want := id + " CRITICAL: Disk full. No replies here: acknowledge in chat"; got.Text != want || "+"+got.To != numbers["hal"] {
		t.Errorf("the gateway sends %+v, want %q", got, want)
	}
	w.card(platform, id, "sent by the SMS gateway, which takes no replies")
	if !strings.HasPrefix(got.Callback, publicURL+"/gateway/status?page=") {
		t.Fatalf("the address for the receipt is %q", got.Callback)
	}
	hal, back := w.phones.Phone(numbers["hal"]), w.base()+strings.TrimPrefix(got.Callback, publicURL)
	report := func(target, status string, want int) {
		t.Helper()
		a, err := ask(t, http.MethodPost, target, encoded(map[string]string{"status": status}), "Content-Type", "application/json")
		if err != nil || a.status != want {
			t.Errorf("a receipt %s is answered %d, %v; want %d", status, a.status, err, want)
		}
	}
	report(strings.Replace(back, "sig=", "sig=x", 1), "undelivered", http.StatusUnauthorized)
	report(back, "sent", http.StatusNoContent)
	if hal.Call() != nil {
		t.Error("a call before the SMS is undelivered")
	}
	report(back, "undelivered", http.StatusNoContent)
	until(t, "hal's phone rings an hour early", func() bool { return hal.Call() != nil })
	w.card(platform, id, "SMS to Hal Byrne undelivered, says the gateway")

	metrics, err := ask(t, http.MethodGet, w.base()+"/metrics", "")
	if err != nil || !strings.Contains(metrics.body, `earshot_phone_requests_total{method="sms",provider="gateway",result="ok"}`) {
		t.Errorf("the metrics don't tell who sent it: %v", err)
	}
	for _, secret := range []string{gatewayKey, gatewaySecret, strings.TrimPrefix(numbers["hal"], "+")} {
		if strings.Contains(p.words()+metrics.body, secret) {
			t.Errorf("%s is told", secret)
		}
	}
}

// TestAModemInPlaceOfTwilio has no account with anybody: Hal has a phone alone and
// his team answers in chat. A reload brings the modem.
func TestAModemInPlaceOfTwilio(t *testing.T) {
	t.Parallel()
	m := newModem(t)
	base := simple("{after: 0s, via: sms, every: 1s, times: 200}")
	w := newWorld(t, base)
	w.env["GATEWAY_KEY"] = gatewayKey
	for _, name := range []string{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER"} {
		delete(w.env, name)
	}
	p := w.start()
	id := w.send(triggered("Disk full", ""))
	w.card(platform, id, "no provider for sms is configured")
	w.write(base + `
sms_gateway:
  method: GET
  url: "` + m.url + `/sendsms?key=${GATEWAY_KEY}&to={{urlquery .To}}&text={{urlquery .Text}}"
`)
	p.signal(syscall.SIGHUP)
	p.says("configuration reloaded")
	until(t, "hal has two SMS by the modem", func() bool { return len(m.about(id)) >= 2 })
	if got := m.about(id)[0]; got.To != numbers["hal"] || !strings.Contains(got.Text, "acknowledge in chat") {
		t.Errorf("the modem sends %+v", got)
	}
	card := w.card(platform, id, "accepted by the SMS gateway, which takes no replies and sends no receipts")
	if err := w.click("ben", card.TS, "ack"); err != nil {
		t.Fatal(err)
	}
	w.state(id, "acknowledged")
	w.card(platform, id, "acknowledged by Ben Adeyemi after ")

	w.say("ben", "phone "+linked)
	var code string
	until(t, "the modem sends the code", func() bool {
		for _, one := range m.about("by which Ben Adeyemi links") {
			code = sixDigits.FindString(one.Text)
		}
		return code != ""
	})
	if answer := w.say("ben", "verify "+code).Text; !strings.Contains(answer, "is your phone now") {
		t.Errorf("verify is answered with %q", answer)
	}
	if n := len(w.phones.Requests()); n > 0 {
		t.Errorf("Twilio was asked %d times", n)
	}
}
