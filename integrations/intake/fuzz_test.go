package intake

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// nasty are bodies that broke somebody's receiver once.
var nasty = []string{
	"", "null", "[]", "{}", `""`, "1e400", `{"a":1e400}`, "{\"summary\":\"\xff\xfe\"}", `{"summary":"\ud800"}`,
	`{"summary":"a","summary":{"b":1}}`, strings.Repeat(`{"a":`, 11_000), strings.Repeat("[", 20_000), "\x00", "\uFEFF{}",
	"{\"summary\":\"a\u202eb\u0000\"}", `{"message_type":"CRITICAL","entity_id":["a",{"b":null}]}`,
	`{"alerts":[null,{},{"labels":null}]}`, `{"status":"resolved","alerts":null}`, `{"alerts":[{"labels":{"":""}}]}`,
}

func fuzz(f *testing.F, path string, seeds ...string) {
	for _, body := range append(seeds, nasty...) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		b := newBench()
		w := b.post(path, body)
		switch w.Code {
		case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
			if len(b.events) == 0 {
				t.Error("a success that changed nothing")
			}
		case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		for _, ev := range b.events {
			if fired, ok := ev.(incident.AlertFired); ok {
				shown(t, fired.Alert)
			}
			kept(t, ev.Subject().Key.Dedup)
		}
	})
}

// kept checks that a key can be stored.
func kept(t *testing.T, dedup string) {
	t.Helper()
	if dedup == "" || len(dedup) > maxDedup || !utf8.ValidString(dedup) {
		t.Errorf("key %q", dedup)
	}
}

// shown checks that an alert is fit to be seen.
func shown(t *testing.T, a incident.Alert) {
	t.Helper()
	if a.Title == "" || len(a.Title) > maxTitle || len(a.Labels) > maxLabels || len(a.Annotations) > maxAnnotations || len(a.Links) > maxLinks {
		t.Errorf("alert out of bounds: %+v", a)
	}
	all := []string{a.Title, a.Source, a.RoutingKey}
	for name, value := range a.Labels {
		all = append(all, name, value)
	}
	for name, value := range a.Annotations {
		all = append(all, name, value)
	}
	for _, l := range a.Links {
		all = append(all, l.Href, l.Text)
	}
	for _, m := range a.Members {
		all = append(all, m.Name)
	}
	for _, s := range all {
		if visible(s) != s {
			t.Errorf("%q has characters that nobody sees", s)
		}
	}
}

func FuzzNative(f *testing.F) {
	fuzz(f, nativePath, `{"dedup_key":"k","action":"trigger","summary":"x","labels":{"a":1},"links":[{"href":"http://x","text":"y"}]}`, `{"action":"resolve","dedup_key":"k"}`)
}

func FuzzVictorOps(f *testing.F) {
	fuzz(f, voPath, string(payload(f, "victorops-nagios.json")), `{"message_type":"ok","entity_id":1}`)
}

func FuzzAlertmanager(f *testing.F) {
	fuzz(f, amPath, string(payload(f, "alertmanager-firing.json")), string(payload(f, "alertmanager-mixed.json")), string(payload(f, "alertmanager-resolved.json")))
}
