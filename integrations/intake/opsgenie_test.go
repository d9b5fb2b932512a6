package intake

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const hash = "17c4e445d234645c9e547ff6d32a864af0ebdadcd1902771c24c8d366637ff41"

func TestOpsgenieCreates(t *testing.T) {
	tests := []struct {
		name string
		body string
		note string
		want incident.AlertFired
	}{
		{"Alertmanager's alert", string(payload(t, "opsgenie-alertmanager-create.json")), "", incident.AlertFired{Key: key(hash), Alert: incident.Alert{
			Title: "[FIRING:2] DiskFull (eu-1 critical)", Severity: incident.Critical, Source: "http://alertmanager.example.com:9093/#/alerts?receiver=all",
			Labels: map[string]string{
				"alertname": "DiskFull", "cluster": "eu-1", "severity": "critical", "tags": "db,eu-1", "priority": "P2",
				"source": "http://alertmanager.example.com:9093/#/alerts?receiver=all",
			},
			Annotations: map[string]string{"description": described(t), "responders": `[{"name":"Platform","type":"team"}]`},
		}}},
		{"all fields", string(payload(t, "opsgenie-full.json")), "Monitoring: opened by the depth rule", incident.AlertFired{Key: key("orders/queue depth"), Alert: incident.Alert{
			Title: "Orders queue is 12 000 deep", Severity: incident.Warning, Source: "cloudwatch", RoutingKey: "database",
			Labels: map[string]string{
				"cluster": "eu-1", "depth": "12000", "retry": "true", "routing_key": "database",
				"entity": "orders", "source": "cloudwatch", "priority": "P4", "tags": "Overwrite,queue",
			},
			Annotations: map[string]string{
				"description": "Workers are up,\nnothing is taken", "user": "Monitoring", "hosts": `["w1","w2"]`,
				"responders": `[{"type":"team","name":"Platform"},{"type":"user","username":"ana@example.com"}]`,
			},
		}}},
		{"without a priority", `{"message":"x","alias":"k"}`, "", incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Critical}}},
		{"with an unknown one", `{"message":"x","alias":"k","priority":"P9"}`, "",
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Critical, Labels: map[string]string{"priority": "P9"}}}},
		{"with a severity in its place", `{"message":"x","alias":"k","details":{"severity":"info"}}`, "",
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Info, Labels: map[string]string{"severity": "info"}}}},
		{"tags that are one word, details that are text", `{"message":"x","alias":"k","tags":"db","details":"none","note":"see the wiki"}`, "see the wiki",
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Critical, Labels: map[string]string{"tags": "db"}, Annotations: map[string]string{"details": "none"}}}},
		{"without an alias", `{"message":"x","alias":" "}`, "",
			incident.AlertFired{Key: key(digest("mon", `{"message":"x","alias":" "}`)), Alert: incident.Alert{Title: "x", Severity: incident.Critical}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeOpsgenie(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
			if got.note != tt.note {
				t.Errorf("note %q, want %q", got.note, tt.note)
			}
		})
	}
	for priority, want := range map[string]incident.Severity{"P1": incident.Critical, "P2": incident.Critical, "P3": incident.Error, "P4": incident.Warning, "P5": incident.Info, "": incident.Critical} {
		if got := opsgenieSeverity(priority, ""); got != want {
			t.Errorf("priority %q is %s, want %s", priority, got, want)
		}
	}
}

// described is the description of Alertmanager's alert.
func described(t *testing.T) string {
	f, err := read(bodyField, payload(t, "opsgenie-alertmanager-description.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text(f.loose("description"), maxAnnotation)
}

func TestOpsgenieSpeaksOfAnAlert(t *testing.T) {
	at := time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC)
	over := incident.Incident{ID: "WEB-7", Key: key("k"), State: incident.Resolved}
	open := incident.Incident{ID: "WEB-7", Key: key("k"), State: incident.Acknowledged}
	tests := []struct {
		name   string
		decode func(Integration, call, []byte) (said, error)
		body   string
		about  incident.Incident
		note   string
		want   []incident.Event
	}{
		{"close", opsgenieClose, string(payload(t, "opsgenie-alertmanager-close.json")), incident.Incident{}, "", []incident.Event{incident.AlertResolved{Key: key("a"), By: mon}}},
		{"close without a body", opsgenieClose, "", incident.Incident{}, "", []incident.Event{incident.AlertResolved{Key: key("a"), By: mon}}},
		{"close with a note", opsgenieClose, `{"user":"joe","note":"restarted"}`, incident.Incident{}, "joe: restarted", []incident.Event{incident.AlertResolved{Key: key("a"), By: mon}}},
		{"close by our id", opsgenieClose, "{}", open, "", []incident.Event{incident.AlertResolved{ID: "WEB-7", By: mon}}},
		{"close what is over", opsgenieClose, "{}", over, "", nil},
		{"acknowledge", opsgenieAcknowledge, "", incident.Incident{}, "", []incident.Event{incident.AlertAcknowledged{Key: key("a"), By: mon}}},
		{"acknowledge by our id", opsgenieAcknowledge, "", open, "", []incident.Event{incident.AlertAcknowledged{Key: key("k"), By: mon}}},
		{"acknowledge what is over, not its successor", opsgenieAcknowledge, "", over, "", nil},
		{"unacknowledge", opsgenieUnacknowledge, "{}", incident.Incident{}, "", []incident.Event{incident.AlertUnacknowledged{Key: key("a"), By: mon}}},
		{"snooze", opsgenieSnooze, `{"endTime":"2026-03-08T08:30:00.000Z"}`, incident.Incident{}, "", []incident.Event{incident.AlertSnoozed{Key: key("a"), By: mon, For: time.Hour}}},
		{"snooze in another zone", opsgenieSnooze, `{"endTime":"2026-03-08T09:30:00+01:00"}`, incident.Incident{}, "", []incident.Event{incident.AlertSnoozed{Key: key("a"), By: mon, For: time.Hour}}},
		{"note", opsgenieNote, `{"note":"looking\nat it","user":"joe"}`, incident.Incident{}, "", []incident.Event{incident.AlertNoted{Key: key("a"), By: mon, Text: "joe: looking\nat it"}}},
		{"note by our id", opsgenieNote, `{"note":"was the disk"}`, over, "", []incident.Event{incident.Noted{ID: "WEB-7", By: mon, Text: "was the disk"}}},
		{"message", opsgenieMessage, string(payload(t, "opsgenie-alertmanager-message.json")), incident.Incident{}, "", []incident.Event{incident.AlertReworded{Key: key("a"), By: mon, Title: "[FIRING:2] DiskFull (eu-1 critical)"}}},
		{"description", opsgenieDescription, string(payload(t, "opsgenie-alertmanager-description.json")), incident.Incident{}, "", []incident.Event{incident.AlertReworded{Key: key("a"), By: mon, Description: described(t)}}},
		{"an empty description", opsgenieDescription, "{}", incident.Incident{}, "", []incident.Event{incident.AlertReworded{Key: key("a"), By: mon}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := call{parts: map[string]string{"alias": "a"}, at: at, about: tt.about}
			got, err := tt.decode(sender, c, []byte(tt.body))
			check(t, got, err, tt.want)
			if got.note != tt.note {
				t.Errorf("note %q, want %q", got.note, tt.note)
			}
		})
	}
}

func TestOpsgenieMistakes(t *testing.T) {
	b := newBench()
	tests := []struct{ name, method, path, body, field string }{
		{"no message", "POST", ogPath, `{"alias":"k"}`, "message"},
		{"a message of nothing visible", "POST", ogPath, `{"message":"\u200b"}`, "message"},
		{"a message that is a number", "POST", ogPath, `{"message":5}`, "message"},
		{"an alias that is a list", "POST", ogPath, `{"message":"x","alias":[]}`, "alias"},
		{"no JSON", "POST", ogPath, `message=x`, "body"},
		{"a broken body of a close", "POST", ogPath + "/a/close", `{"note":`, "body"},
		{"an unknown kind of name", "POST", ogPath + "/a/close?identifierType=name", "", "identifierType"},
		{"no end of a snooze", "POST", ogPath + "/a/snooze", "", "endTime"},
		{"an end that is no time", "POST", ogPath + "/a/snooze", `{"endTime":"soon"}`, "endTime"},
		{"an end in the past", "POST", ogPath + "/a/snooze", `{"endTime":"2026-01-05T08:59:00Z"}`, "endTime"},
		{"an empty note", "POST", ogPath + "/a/notes", `{"note":" "}`, "note"},
		{"no new message", "PUT", ogPath + "/a/message", `{}`, "message"},
		{"a description that is a list", "PUT", ogPath + "/a/description", `{"description":[]}`, "description"},
		{"a blank alias", "POST", ogPath + "/%20/close", "", "alias"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := b.genie(tt.method, tt.path, tt.body)
			if w.Code != 400 || !strings.HasPrefix(w.Body.String(), `{"message":"`+tt.field+" ") || !strings.Contains(w.Body.String(), `"field":"`+tt.field+`","took":0,"requestId":"`) {
				t.Errorf("answer %d %s, want 400 about %s", w.Code, w.Body, tt.field)
			}
		})
	}
	if len(b.events) > 0 {
		t.Errorf("events %v", b.events)
	}
}

func TestOpsgenieAnswers(t *testing.T) {
	fine := regexp.MustCompile(`^\{"result":"Request will be processed","took":[0-9.e-]+,"requestId":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}\n$`)
	b := newBench()
	requests := []struct{ method, path, body string }{
		{"POST", ogPath, `{"message":"x","alias":"a/b ü","note":"first"}`},
		{"POST", ogPath, `{"message":"x","alias":"a/b ü","note":"first"}`},
		{"PUT", ogPath + "/a%2Fb%20%C3%BC/message?identifierType=alias", `{"message":"y"}`},
		{"PUT", ogPath + "/a%2Fb%20%C3%BC/description?identifierType=alias", `{"description":"z"}`},
		{"POST", ogPath + "/a%2Fb%20%C3%BC/notes", `{"note":"n"}`},
		{"POST", ogPath + "/a%2Fb%20%C3%BC/acknowledge?identifierType=alias", ``},
		{"POST", ogPath + "/a%2Fb%20%C3%BC/unacknowledge", `{}`},
		{"POST", ogPath + "/a%2Fb%20%C3%BC/snooze", `{"endTime":"2026-01-05T10:00:00Z"}`},
		{"POST", ogPath + "/a%2Fb%20%C3%BC/close?identifierType=alias", `{}`},
		{"POST", ogPath + "/never-heard-of/close", `{}`},
	}
	for _, r := range requests {
		if w := b.genie(r.method, r.path, r.body); w.Code != 202 || !fine.MatchString(w.Body.String()) {
			t.Errorf("%s %s: %d %s", r.method, r.path, w.Code, w.Body)
		}
	}
	for _, ev := range b.events[:len(b.events)-1] {
		if got := ev.Subject(); got.ID != "WEB-1" && got.Key != (incident.Key{Integration: "og", Dedup: "a/b ü"}) {
			t.Errorf("%T is about %v", ev, got)
		}
	}
	if got := b.noted("WEB-1"); len(got) != 1 || got[0] != "first" || b.opened != 1 {
		t.Errorf("%d opened, notes %q", b.opened, got)
	}
	for authorization, want := range map[string]int{"GenieKey og-key": 202, "geniekey og-key": 202, "GenieKey wrong": 401, "Bearer og-key": 401, "GenieKey native-key": 401, "": 401} {
		w := b.send("POST", ogPath, authorization, `{"message":"x"}`)
		if w.Code != want || want == 401 && (w.Header().Get("WWW-Authenticate") != "GenieKey" || !strings.HasPrefix(w.Body.String(), `{"message":"key is not`)) {
			t.Errorf("%q: %d %s", authorization, w.Code, w.Body)
		}
	}
	if w := b.genie("DELETE", ogPath+"/a/close", ""); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("DELETE: %d %s", w.Code, w.Body)
	}
	if w := b.genie("POST", ogPath+"/a/explode", ""); w.Code != 404 {
		t.Errorf("an unknown path: %d %s", w.Code, w.Body)
	}
	if w := b.genie("POST", ogPath, strings.Repeat(" ", maxBody+1)); w.Code != 413 {
		t.Errorf("too large: %d %s", w.Code, w.Body)
	}
	b.err = errors.New("dial tcp: refused")
	for _, path := range []string{ogPath, ogPath + "/WEB-1/close"} {
		if w := b.genie("POST", path, `{"message":"x"}`); w.Code != 503 || w.Header().Get("Retry-After") != "5" {
			t.Errorf("nothing stored: %d %s", w.Code, w.Body)
		}
	}
}

func TestOpsgenieNames(t *testing.T) {
	b := newBench()
	b.genie("POST", ogPath, `{"message":"x","alias":"one"}`)
	b.post(voPath, `{"message_type":"CRITICAL","entity_id":"two"}`)
	b.genie("POST", ogPath, `{"message":"x","alias":"WEB-2"}`)
	tests := []struct{ name, path, about string }{
		{"an alias", "one/acknowledge?identifierType=alias", "one"},
		{"our id", "WEB-1/acknowledge?identifierType=id", "one"},
		{"our id in small letters", "web-1/acknowledge", "one"},
		{"our id, called an alias", "WEB-1/acknowledge?identifierType=alias", "WEB-1"},
		{"the number in it", "1/acknowledge?identifierType=tiny", "one"},
		{"a number of another integration's incident", "2/acknowledge?identifierType=tiny", "2"},
		{"an id of another integration's is an alias", "WEB-2/acknowledge", "WEB-2"},
		{"an id that is nobody's", "WEB-99/acknowledge", "WEB-99"},
		{"something else called an id", "one/acknowledge?identifierType=ID", "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if w := b.genie("POST", ogPath+"/"+tt.path, ""); w.Code != 202 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if got := b.events[len(b.events)-1].Subject().Key; got != (incident.Key{Integration: "og", Dedup: tt.about}) {
				t.Errorf("it is about %v, want %s", got, tt.about)
			}
		})
	}
}

func TestOpsgenieHeartbeats(t *testing.T) {
	b := newBench()
	b.setup.Integrations = append(b.setup.Integrations,
		Integration{Name: "nightly", Kind: Heartbeat, Key: "nightly-key", Team: "platform", Every: time.Hour},
		Integration{Name: "shared", Kind: Heartbeat, Key: "shared-key", Every: time.Hour},
	)
	tests := []struct {
		name, beat, key string
		status          int
	}{
		{"its own key", "cron", "cron-key", 202},
		{"the key of its team's Opsgenie", "cron", "og-key", 202},
		{"one without a team, by anybody's Opsgenie", "shared", "og-key", 202},
		{"another team's Opsgenie", "nightly", "og-key", 401},
		{"another heartbeat's key", "nightly", "cron-key", 401},
		{"a wrong key", "cron", "wrong", 401},
		{"a key of another type", "cron", "native-key", 401},
		{"an unknown name", "weekly", "og-key", 404},
		{"an unknown name and a wrong key", "weekly", "wrong", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, method := range []string{"POST", "GET"} {
				delete(b.beats, tt.beat)
				w := b.send(method, "/v2/heartbeats/"+tt.beat+"/ping", "GenieKey "+tt.key, "")
				if _, beat := b.beats[tt.beat]; w.Code != tt.status || beat != (tt.status == 202) {
					t.Errorf("%s: %d %s, it beats: %t", method, w.Code, w.Body, beat)
				}
			}
		})
	}
}
