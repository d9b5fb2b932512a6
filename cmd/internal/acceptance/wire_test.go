package acceptance

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestBadAlertsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	const victorOps = "/integrations/generic/20131114/alert/"
	tests := []struct {
		name   string
		alert  alert
		status int
		names  string // what the answer has to name
	}{
		{"a wrong key", alert{"/api/v1/alerts", "wrong", `{"summary":"x"}`}, 401, "key"},
		{"no key", alert{"/api/v1/alerts", "", `{"summary":"x"}`}, 401, "key"},
		{"another type's key", alert{"/api/v1/alerts", prometheusKey, `{"summary":"x"}`}, 401, "key"},
		{"a wrong key of VictorOps", alert{victorOps + "wrong", "", `{"message_type":"CRITICAL"}`}, 401, "key"},
		{"a wrong key of Alertmanager", alert{"/integrations/alertmanager/wrong", "", `{}`}, 401, "key"},
		{"no JSON", alert{"/api/v1/alerts", nativeKey, `{"summary":`}, 400, "body"},
		{"no summary", alert{"/api/v1/alerts", nativeKey, `{"severity":"error"}`}, 400, "summary"},
		{"a summary that is no text", alert{"/api/v1/alerts", nativeKey, `{"summary":7}`}, 400, "summary"},
		{"an unknown action", alert{"/api/v1/alerts", nativeKey, `{"summary":"x","action":"explode"}`}, 400, "action"},
		{"a link that is none", alert{"/api/v1/alerts", nativeKey, `{"summary":"x","links":"here"}`}, 400, "links"},
		{"VictorOps without its word", alert{victorOps + victorOpsKey, "", `{"entity_id":"x"}`}, 400, "message_type"},
		{"Alertmanager without alerts", alert{"/integrations/alertmanager/" + prometheusKey, "", `{"groupKey":"x"}`}, 400, "alerts"},
		{"a body that is too large", alert{"/api/v1/alerts", nativeKey, `{"summary":"` + strings.Repeat("x", 1<<20) + `"}`}, 413, "body"},
		{"a path that does not exist", alert{"/integrations/icinga/" + nativeKey, "", `{}`}, 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.post(tt.alert)
			if err != nil {
				t.Fatalf("post: %v", err)
			}
			if got.status != tt.status || !strings.Contains(got.body, tt.names) {
				t.Errorf("status %d: %s; want %d and %q named", got.status, got.body, tt.status, tt.names)
			}
			if !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
				t.Errorf("the answer is %s, want JSON", got.header.Get("Content-Type"))
			}
			for _, key := range []string{nativeKey, victorOpsKey, prometheusKey} {
				if strings.Contains(got.body, key) {
					t.Errorf("the answer repeats a key: %s", got.body)
				}
			}
		})
	}
	got, err := ask(t, http.MethodGet, w.base()+"/api/v1/incidents", "", "Authorization", "Bearer wrong")
	if err != nil || got.status != http.StatusUnauthorized {
		t.Errorf("a wrong admin token gets %d, %v", got.status, err)
	}
	if all := w.incidents(); len(all) != 0 {
		t.Errorf("refused alerts opened %+v", all)
	}
}

func TestForgedWordsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}, {after: 0s, via: voice}"))
	w.start()
	id := w.send(triggered("Disk full", ""))
	card := w.card(platform, id, "Hal Byrne")
	hal := w.phones.Phone(numbers["hal"])
	until(t, "hal's phone rings", func() bool { return hal.Call() != nil })
	click, err := w.slack.ActionBody(slackIDs["ana"], platform, card.TS, "ack", "")
	if err != nil {
		t.Fatalf("a click: %v", err)
	}
	command, err := w.slack.CommandBody(slackIDs["ana"], platform, "/oncall", "ack "+id)
	if err != nil {
		t.Fatalf("a command: %v", err)
	}
	key := url.Values{"Digits": {"4"}, "CallSid": {hal.Call().SID()}, "From": {w.phones.Options().From}, "To": {numbers["hal"]}}
	menu := w.phones.RequestsTo("calls.create")[0].Form.Get("Url")
	sms := hal.ReplyForm("4")
	now := time.Now()
	bodies := []struct {
		name, path string
		body       []byte
		header     http.Header
	}{
		{"a click without a signature", "/slack/interactions", click, http.Header{}},
		{"a click signed for another body", "/slack/interactions", click, w.slack.Sign(command, now)},
		{"a click that was changed", "/slack/interactions", bytes.Replace(click, []byte("U0ANA"), []byte("U0BEN"), 1), w.slack.Sign(click, now)},
		{"a click of ten minutes ago", "/slack/interactions", click, w.slack.Sign(click, now.Add(-10*time.Minute))},
		{"a click of ten minutes ahead", "/slack/interactions", click, w.slack.Sign(click, now.Add(10*time.Minute))},
		{"a command without a signature", "/slack/commands", command, http.Header{}},
		{"a stale command", "/slack/commands", command, w.slack.Sign(command, now.Add(-6*time.Minute))},
		{"an SMS without a signature", "/twilio/sms", []byte(sms.Encode()), http.Header{}},
		{"an SMS signed for another form", "/twilio/sms", []byte(sms.Encode()), signedByTwilio(w.phones.Sign(publicURL+"/twilio/sms", key))},
		{"an SMS signed for another address", "/twilio/sms", []byte(sms.Encode()), signedByTwilio(w.phones.Sign("https://evil.example.com/twilio/sms", sms))},
		{"a key without a signature", strings.TrimPrefix(menu, publicURL), []byte(key.Encode()), http.Header{}},
		{"a key with a made-up signature", strings.TrimPrefix(menu, publicURL), []byte(key.Encode()), signedByTwilio("bm90IGEgc2lnbmF0dXJlIGF0IGFsbA==")},
	}
	for _, tt := range bodies {
		t.Run(tt.name, func(t *testing.T) {
			headers := []string{"Content-Type", "application/x-www-form-urlencoded"}
			for name := range tt.header {
				headers = append(headers, name, tt.header.Get(name))
			}
			got, err := ask(t, http.MethodPost, w.base()+tt.path, string(tt.body), headers...)
			if err != nil || got.status != http.StatusUnauthorized {
				t.Errorf("status %d, %v: %s; want 401", got.status, err, got.body)
			}
		})
	}
	if got := w.incident(id); got.State != "triggered" {
		t.Errorf("forged words left %s %s by %q", id, got.State, got.by())
	}
	if err := w.click("ana", card.TS, "ack"); err != nil {
		t.Fatalf("a real click: %v", err)
	}
	w.state(id, "acknowledged")
}

func signedByTwilio(signature string) http.Header {
	return http.Header{"X-Twilio-Signature": {signature}}
}

// TestS31AndS32WordsFromOutsideAreHarmless sends what would mention everybody, link, format or
// turn the direction of writing, and asks the card.
func TestS31AndS32WordsFromOutsideAreHarmless(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}, {after: 0s, via: voice}"))
	w.start()
	const live = "<!channel> <!here> <@U0PAUL> <#C0WEB> <https://evil.example.com|good> *bold*"
	id := w.send(native(map[string]any{
		"dedup_key": "x", "summary": live + " \u202egnorw\u2066 zero\u200bwidth \x07bell\x1b[31m\nnew line & more",
		"source": "<!everyone>", "annotations": map[string]string{"description": "<@U0PAUL> again"},
		"links": []map[string]string{{"href": "javascript:alert(1)", "text": "run"}, {"href": "https://wiki.example.com/a|b", "text": "<!channel>"}},
	}))
	card := w.card(platform, id, "Hal Byrne")
	raw := card.Text + string(card.Blocks) + string(card.Attachments)
	raw = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(raw)
	for _, bad := range []string{"<!channel", "<!here", "<!everyone", "<@U0PAUL", "<#C0", "<https://evil", "javascript:", "\u202e", "\u2066", "\u200b", "\x07", "\x1b", `\u202e`, `\u2066`, `\u200b`, `\u0007`, `\u001b`} {
		if strings.Contains(raw, bad) {
			t.Errorf("the card holds %q: %s", bad, raw)
		}
	}
	if words := card.Words(); !strings.Contains(words, "&lt;!channel&gt;") && !strings.Contains(words, "<!channel>") || !strings.Contains(words, "gnorw") {
		t.Errorf("the card does not show the title's words: %s", words)
	}
	until(t, "hal has an SMS", func() bool { return w.paged(id, "sms", numbers["hal"]) == 1 })
	body := w.phones.RequestsTo("messages.create")[0].Form.Get("Body")
	if strings.ContainsAny(body, "\u202e\u2066\u200b\x07\x1b\n") {
		t.Errorf("the SMS holds %q", body)
	}
	broken := alert{"/api/v1/alerts", nativeKey, "{\"dedup_key\":\"y\",\"summary\":\"bad \xff\xfe bytes\"}"}
	w.card(platform, w.send(broken), "bad \ufffd")
}

func TestAnUnknownRoutingKeyGoesToTheIntegrationsTeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms}"))
	w.start()
	id := w.send(triggered("Disk full", "databse"))
	if team := w.incident(id).Team; team != "platform" {
		t.Errorf("it went to %q, want platform", team)
	}
	w.card(platform, id, "Disk full", "Hal Byrne", "databse")
	w.send(nagios("CRITICAL", "shop/http", "HTTP is down", "shoop"))
	w.card(platform, "PLATFORM-2", "HTTP is down", "shoop")
}
