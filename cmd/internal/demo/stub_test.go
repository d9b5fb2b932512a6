package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A stub stands for the app where the page itself is judged: one incident, one
// way up, the same doors and the same wires.
type stub struct {
	site
	mux *http.ServeMux

	mu     sync.Mutex
	cardTS string
	opened time.Time
	owner  string
	steps  []step
	calls  []string
}

// A step is what is due at some time after the alert.
type step struct {
	after time.Duration
	do    func()
}

func startStub(s site) (server, error) {
	b := &stub{site: s, mux: http.NewServeMux()}
	reply := func(path, kind, body string) {
		b.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, body)
		})
	}
	reply("GET /readyz", "text/plain", "ready")
	reply("GET /api/v1/oncall", "application/json", `{"schedules":[{"team":"platform","schedule":"techops","on_call":["ana"],"source":"rotation","next":["ben"]}]}`)
	reply("POST /slack/commands", "application/json", `{"response_type":"ephemeral","text":"*platform / techops*: <@U0ANA>, next <@U0BEN>"}`)
	reply("POST /twilio/sms", "text/xml", `<Response><Message>PLATFORM-1 acknowledged.</Message></Response>`)
	reply("POST /twilio/voice", "text/xml", `<Response><Gather input="dtmf" numDigits="1" timeout="10" actionOnEmptyResult="true" action="/twilio/key"><Say>This is Earshot. Critical incident for team Platform: Disk full on db1. It is incident platform 1.</Say><Say>To acknowledge, press 4. To resolve, press 6. To escalate, press 5. To repeat, press star.</Say></Gather></Response>`)
	b.mux.HandleFunc("POST /twilio/key", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		if r.FormValue("Digits") == "4" {
			go b.ack("Hal Byrne")
			_, _ = io.WriteString(w, `<Response><Say>Incident platform 1 is acknowledged. Goodbye.</Say><Hangup/></Response>`)
			return
		}
		_, _ = io.WriteString(w, `<Response><Hangup/></Response>`)
	})
	b.mux.HandleFunc("POST /slack/interactions", func(http.ResponseWriter, *http.Request) { b.ack("Ana Ortiz") })
	b.mux.HandleFunc("POST /api/v1/alerts", func(w http.ResponseWriter, _ *http.Request) {
		b.open()
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"status":"accepted","incident":"PLATFORM-1","deduplicated":false}`)
	})
	return b, nil
}

func (b *stub) Handler() http.Handler { return b.mux }

func (b *stub) Close() error { return nil }

// Run does what is due, on the clock it was given.
func (b *stub) Run(ctx context.Context) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		b.mu.Lock()
		var due []func()
		for len(b.steps) > 0 && !b.Now().Before(b.opened.Add(b.steps[0].after)) {
			due = append(due, b.steps[0].do)
			b.steps = b.steps[1:]
		}
		b.mu.Unlock()
		for _, do := range due {
			do()
		}
	}
}

func (b *stub) open() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened, b.owner = b.Now(), ""
	b.cardTS = b.post("chat.postMessage", map[string]any{"channel": "C0PLATFORM"}, "")
	b.post("chat.postMessage", map[string]any{"channel": "U0ANA"}, "")
	b.post("chat.postMessage", map[string]any{"channel": "C0PLATFORM", "thread_ts": b.cardTS, "text": "09:30 paged *Ana Ortiz* by chat, because schedule `techops`\n09:30 paged *Wes Lindqvist* by chat"}, "plain")
	sms := func(to string) func() {
		return func() {
			b.phone("Messages", url.Values{"To": {to}, "Body": {"PLATFORM-1 CRITICAL: Disk full on db1. Reply 14 ack, 16 resolve, 15 escalate"}})
		}
	}
	call := func(to string) func() {
		return func() {
			b.phone("Calls", url.Values{"To": {to}, "Url": {b.PublicURL + "/twilio/voice"}, "Timeout": {"45"}})
		}
	}
	b.steps = []step{
		{3 * time.Minute, sms(people[0].Phone)}, {6 * time.Minute, call(people[0].Phone)},
		{8 * time.Minute, sms(people[3].Phone)}, {10 * time.Minute, call(people[3].Phone)},
	}
}

// ack turns the card amber and lets the phones fall silent.
func (b *stub) ack(owner string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.owner, b.steps = owner, nil
	b.post("chat.update", map[string]any{"channel": "C0PLATFORM", "ts": b.cardTS}, "")
	for _, sid := range b.calls {
		b.phone("Calls/"+sid, url.Values{"Status": {"canceled"}})
	}
	b.calls = nil
}

// post writes into the workspace: the card, or what is plain already.
func (b *stub) post(method string, body map[string]any, kind string) string {
	if kind == "" {
		color, status, button := "#a30200", "Paging *Ana Ortiz* and *Wes Lindqvist*\nNext: *Dina Haddad* at <!date^"+fmt.Sprint(b.opened.Add(10*time.Minute).Unix())+"^{time}|soon>", `,{"type":"button","style":"primary","action_id":"ack","value":"v1:ack:PLATFORM-1","text":{"type":"plain_text","text":"Acknowledge"}}`
		if b.owner != "" {
			color, status, button = "#daa038", "acknowledged by "+b.owner+" after 31 min", ""
		}
		body["text"] = ":red_circle: *PLATFORM-1 CRITICAL: Disk full on db1: 98% of /var used*"
		words, _ := json.Marshal(status) // a string: cannot fail
		body["attachments"] = json.RawMessage(`[{"color":"` + color + `","fallback":"PLATFORM-1","blocks":[
			{"type":"context","elements":[{"type":"mrkdwn","text":"Platform · db1 · 1 alert · since <!date^` + fmt.Sprint(b.opened.Unix()) + `^{date_short_pretty} {time}|now>"}]},
			{"type":"section","text":{"type":"mrkdwn","text":` + string(words) + `}},
			{"type":"context","elements":[{"type":"mrkdwn","text":"<https://runbooks.example.com/disk-full|Runbook>"}]},
			{"type":"actions","elements":[{"type":"button","action_id":"resolve","value":"v1:resolve:PLATFORM-1","text":{"type":"plain_text","text":"Resolve"}}` + button + `,
			{"type":"static_select","action_id":"snooze","placeholder":{"type":"plain_text","text":"Snooze…"},"options":[{"text":{"type":"plain_text","text":"Snooze for 1 hour"},"value":"1h"}]}]}]}]`)
	}
	raw, _ := json.Marshal(body) // built above: cannot fail
	answer := b.send(b.Slack.URL+"/api/"+method, "application/json", "Bearer "+b.Slack.BotToken, raw)
	var posted struct{ TS string }
	_ = json.Unmarshal(answer, &posted) // no TS: the test sees no card
	return posted.TS
}

func (b *stub) phone(resource string, form url.Values) {
	form.Set("From", b.Twilio.From)
	target := fmt.Sprintf("%s/2010-04-01/Accounts/%s/%s.json", b.TwilioURL, b.Twilio.AccountSID, resource)
	answer := b.send(target, "application/x-www-form-urlencoded", "", []byte(form.Encode()))
	var made struct{ SID string }
	if json.Unmarshal(answer, &made) == nil && strings.HasPrefix(made.SID, "CA") {
		b.calls = append(b.calls, made.SID)
	}
}

func (b *stub) send(target, kind, bearer string, body []byte) []byte {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", kind)
	if bearer != "" {
		req.Header.Set("Authorization", bearer)
	} else {
		req.SetBasicAuth(b.Twilio.AccountSID, b.Twilio.AuthToken)
	}
	res, err := (&http.Client{Timeout: deadline}).Do(req)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body) // a broken answer has no id in it
	return answer
}
