package intake

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var sender = Integration{Name: "mon", Team: "web"}

func payload(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func key(dedup string) incident.Key { return incident.Key{Integration: "mon", Dedup: dedup} }

var mon = incident.Actor{Name: "mon"}

// check compares what a body says with what is wanted.
func check(t *testing.T, got said, err error, want []incident.Event) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.events, want) {
		t.Errorf("events:\n got %+v\nwant %+v", got.events, want)
	}
}

func TestNative(t *testing.T) {
	tests := []struct {
		name string
		body string
		want incident.Event
	}{
		{"a full trigger", `{"dedup_key":"k","action":"trigger","summary":"Disk full","severity":"warning","source":"web-1","routing_key":"db",
			"labels":{"cluster":"eu","n":5,"ok":true,"none":null},"annotations":{"note":"two\nlines"},"links":[{"href":"https://example.com/r","text":"Runbook"},{"href":"javascript:x"}]}`,
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "Disk full", Severity: incident.Warning, Source: "web-1", RoutingKey: "db",
				Labels: map[string]string{"cluster": "eu", "n": "5", "ok": "true"}, Annotations: map[string]string{"note": "two\nlines"},
				Links: []incident.Link{{Href: "https://example.com/r", Text: "Runbook"}}}}},
		{"the least there is", `{"dedup_key":"k","summary":"x"}`, incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Critical}}},
		{"labels stand in for fields", `{"dedup_key":"k","summary":"x","labels":{"routing_key":"db","severity":"error"}}`,
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Error, RoutingKey: "db", Labels: map[string]string{"routing_key": "db", "severity": "error"}}}},
		{"null is absent", `{"dedup_key":"k","summary":"x","severity":null,"labels":null,"links":null,"source":null}`,
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "x", Severity: incident.Critical}}},
		{"an acknowledge", `{"dedup_key":"k","action":"acknowledge"}`, incident.AlertAcknowledged{Key: key("k"), By: mon}},
		{"a resolve", `{"dedup_key":"k","action":"resolve"}`, incident.AlertResolved{Key: key("k"), By: mon}},
		{"a lone surrogate is replaced", `{"dedup_key":"k","summary":"a\ud800b"}`, incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "a\uFFFDb", Severity: incident.Critical}}},
		{"of double keys the last counts", `{"dedup_key":"k","summary":"a","summary":"b"}`, incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "b", Severity: incident.Critical}}},
		{"a number too large is text", `{"dedup_key":"k","summary":"a","labels":{"n":1e400}}`, incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "a", Severity: incident.Critical, Labels: map[string]string{"n": "1e400"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeNative(sender, call{}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
}

func TestNativeMistakes(t *testing.T) {
	tests := []struct{ name, body, field string }{
		{"an empty body", "", "body"},
		{"broken JSON", `{"summary":`, "body"},
		{"two values", `{"summary":"x"} {}`, "body"},
		{"a list", `[]`, "body"},
		{"deep nesting", strings.Repeat("[", 100_000), "body"},
		{"no summary", `{"dedup_key":"k"}`, "summary"},
		{"null", `null`, "summary"},
		{"a summary of nothing visible", `{"summary":"\u200b \u0000"}`, "summary"},
		{"a summary that is a number", `{"summary":5}`, "summary"},
		{"an unknown action", `{"summary":"x","action":"poke"}`, "action"},
		{"a resolve without a key", `{"action":"resolve"}`, "dedup_key"},
		{"an acknowledge without a key", `{"action":"acknowledge","dedup_key":" "}`, "dedup_key"},
		{"labels that are a list", `{"summary":"x","labels":[]}`, "labels"},
		{"a label that is an object", `{"summary":"x","labels":{"a":{}}}`, "labels.a"},
		{"links that are text", `{"summary":"x","links":"https://example.com"}`, "links"},
		{"a link that is text", `{"summary":"x","links":["https://example.com"]}`, "links[0]"},
		{"a link's address that is a number", `{"summary":"x","links":[{"href":1}]}`, "links[0].href"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeNative(sender, call{}, []byte(tt.body))
			var m *mistake
			if !errors.As(err, &m) || m.field != tt.field {
				t.Errorf("error = %v, want one in %s", err, tt.field)
			}
		})
	}
}

func TestKeysMadeUp(t *testing.T) {
	made := func(from Integration, body string) string {
		t.Helper()
		s, err := decodeNative(from, call{}, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return s.key
	}
	first := made(sender, `{"summary":"x"}`)
	if again := made(sender, `{"summary":"x"}`); again != first || first == "" {
		t.Errorf("a retry has the key %q, the first had %q", again, first)
	}
	if other := made(sender, `{"summary":"y"}`); other == first {
		t.Error("another body has the same key")
	}
	if other := made(Integration{Name: "other"}, `{"summary":"x"}`); other == first {
		t.Error("another integration has the same key")
	}
}

func TestVictorOps(t *testing.T) {
	tests := []struct {
		name string
		body string
		path string
		want incident.Event
	}{
		{"nagios", string(payload(t, "victorops-nagios.json")), "database", incident.AlertFired{Key: key("web-1/Disk Space"), Alert: incident.Alert{
			Title: "web-1/Disk Space", Severity: incident.Critical, Source: "nagios", RoutingKey: "database",
			Labels: map[string]string{
				"monitoring_tool": "nagios", "host_name": "web-1", "service": "Disk Space", "SERVICESTATE": "CRITICAL", "SERVICEATTEMPT": "4", "VO_UUID": "[1,2]",
			},
			Annotations: map[string]string{"state_message": "DISK CRITICAL - free space: / 512 MB (1% inode=99%)\nsee the wiki", "timestamp": "1767607200", "Hint": "rotate the logs"},
			Links:       []incident.Link{{Href: "https://wiki.example.com/disk", Text: "Runbook"}},
		}}},
		{"a warning in small letters", `{"message_type":"warning","entity_id":"k","routing_key":"db"}`, "",
			incident.AlertFired{Key: key("k"), Alert: incident.Alert{Title: "k", Severity: incident.Warning, RoutingKey: "db"}}},
		{"the path's routing key wins", `{"message_type":"Critical","entity_id":7,"routing_key":"db"}`, "web",
			incident.AlertFired{Key: key("7"), Alert: incident.Alert{Title: "7", Severity: incident.Critical, RoutingKey: "web"}}},
		{"an acknowledgement", `{"message_type":"ACKNOWLEDGEMENT","entity_id":"k","ack_author":"joe"}`, "", incident.AlertAcknowledged{Key: key("k"), By: mon}},
		{"a recovery", `{"message_type":"RECOVERY","entity_id":"k"}`, "", incident.AlertResolved{Key: key("k"), By: mon}},
		{"ok", `{"message_type":"ok","entity_id":"k"}`, "", incident.AlertResolved{Key: key("k"), By: mon}},
		{"info is noted", `{"message_type":"INFO","entity_id":"k","state_message":"back soon"}`, "", incident.AlertNoted{Key: key("k"), By: mon, Text: "INFO: back soon"}},
		{"any other word is noted", `{"message_type":"hello","entity_id":"k"}`, "", incident.AlertNoted{Key: key("k"), By: mon, Text: "HELLO"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeVictorOps(sender, call{routingKey: tt.path}, []byte(tt.body))
			check(t, got, err, []incident.Event{tt.want})
		})
	}
	for body, want := range map[string]string{
		`{"message_type":"CRITICAL","state_message":"it burns"}`: "it burns",
		`{"message_type":"CRITICAL"}`:                            "Alert from mon",
	} {
		got, err := decodeVictorOps(sender, call{}, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if title := got.events[0].(incident.AlertFired).Alert.Title; title != want || got.key == "" {
			t.Errorf("%s: title %q, key %q, want %q and a key made up", body, title, got.key, want)
		}
	}
	for _, body := range []string{"", "{", "[]", "null", `{"entity_id":"k"}`, `{"message_type":5}`, `{"message_type":" "}`} {
		if _, err := decodeVictorOps(sender, call{}, []byte(body)); err == nil {
			t.Errorf("%s is accepted", body)
		}
	}
}

func TestAlertmanager(t *testing.T) {
	group := key(`{}/{severity="critical"}:{alertname="HighLatency", cluster="eu-1"}`)
	alert := incident.Alert{
		Title: "HighLatency: Requests are slow", Severity: incident.Critical, Source: "alertmanager", RoutingKey: "database", Repeats: true,
		Labels:      map[string]string{"alertname": "HighLatency", "cluster": "eu-1", "severity": "critical", "routing_key": "database"},
		Annotations: map[string]string{"summary": "Requests are slow", "runbook_url": "https://wiki.example.com/latency"},
		Links: []incident.Link{
			{Href: "https://wiki.example.com/latency", Text: "Runbook"},
			{Href: "http://alertmanager.example.com:9093", Text: "Alertmanager"},
			{Href: "http://prometheus.example.com:9090/graph?g0.expr=latency", Text: "Graph"},
		},
		Members: []incident.Member{
			{Fingerprint: "c4a5e5a1b2d3f401", Name: `instance="web-1"`},
			{Fingerprint: "c4a5e5a1b2d3f402", Name: `instance="web-2"`},
		},
	}
	got, err := decodeAlertmanager(sender, call{routingKey: "database"}, payload(t, "alertmanager-firing.json"))
	check(t, got, err, []incident.Event{incident.AlertFired{Key: group, Alert: alert}})

	alert.Members, alert.RoutingKey = alert.Members[1:], ""
	delete(alert.Labels, "routing_key")
	got, err = decodeAlertmanager(sender, call{}, payload(t, "alertmanager-mixed.json"))
	check(t, got, err, []incident.Event{
		incident.AlertFired{Key: group, Alert: alert},
		incident.AlertResolved{Key: group, By: mon, Members: []string{"c4a5e5a1b2d3f401"}},
	})

	got, err = decodeAlertmanager(sender, call{}, payload(t, "alertmanager-resolved.json"))
	check(t, got, err, []incident.Event{incident.AlertResolved{Key: group, By: mon, Members: []string{"c4a5e5a1b2d3f401", "c4a5e5a1b2d3f402"}}})
}

func TestAlertmanagerOddities(t *testing.T) {
	tests := []struct {
		name string
		body string
		want []incident.Event
	}{
		{"of a group resolved with alerts left out those that are listed end", `{"status":"resolved","groupKey":"g","truncatedAlerts":3,"alerts":[{"status":"resolved","fingerprint":"a"}]}`,
			[]incident.Event{incident.AlertResolved{Key: key("g"), By: mon, Members: []string{"a"}, More: true}}},
		{"a group resolved without alerts ends as a whole", `{"status":"resolved","groupKey":"g","alerts":[]}`,
			[]incident.Event{incident.AlertResolved{Key: key("g"), By: mon}}},
		{"an alert without a status has its group's", `{"status":"resolved","groupKey":"g","truncatedAlerts":0,"alerts":[{"fingerprint":"a"}]}`,
			[]incident.Event{incident.AlertResolved{Key: key("g"), By: mon, Members: []string{"a"}}}},
		{"the worst severity counts, one unknown is critical", `{"groupKey":"g","alerts":[{"fingerprint":"a","labels":{"severity":"info"}},{"fingerprint":"b","labels":{"severity":"page"}}],"commonAnnotations":{"summary":"s"}}`,
			[]incident.Event{incident.AlertFired{Key: key("g"), Alert: incident.Alert{Title: "s", Severity: incident.Critical, Source: "alertmanager", Repeats: true,
				Labels: map[string]string{"severity": "info"}, Annotations: map[string]string{"summary": "s"},
				Members: []incident.Member{{Fingerprint: "a", Name: `severity="info"`}, {Fingerprint: "b", Name: `severity="page"`}}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeAlertmanager(sender, call{}, []byte(tt.body))
			check(t, got, err, tt.want)
		})
	}
}

func TestOneBadAlertOfABatch(t *testing.T) {
	got, err := decodeAlertmanager(sender, call{}, []byte(`{"groupKey":"g","alerts":[{"fingerprint":"a"},{"labels":5},{"fingerprint":"b"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.events[0].(incident.AlertFired).Alert.Members); n != 2 {
		t.Errorf("%d members, want 2", n)
	}
	const want = "1 of 3 alerts could not be read: alerts[1].labels must be an object of strings"
	if got.skipped != want {
		t.Errorf("skipped = %q, want %q", got.skipped, want)
	}
}

func TestGroupsWithoutNames(t *testing.T) {
	read := func(body string) said {
		t.Helper()
		got, err := decodeAlertmanager(sender, call{}, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	fired := read(`{"status":"firing","groupLabels":{"a":"1"},"alerts":[{"labels":{"x":"1"}}]}`)
	ended := read(`{"status":"resolved","groupLabels":{"a":"1"},"alerts":[{"labels":{"x":"1"}}]}`)
	if fired.key != ended.key || fired.key == "" {
		t.Errorf("keys %q and %q", fired.key, ended.key)
	}
	member := fired.events[0].(incident.AlertFired).Alert.Members[0].Fingerprint
	if got := ended.events[0].(incident.AlertResolved).Members[0]; got != member || got == "" {
		t.Errorf("the member is %q when it fires and %q when it ends", member, got)
	}
	if other := read(`{"alerts":[{"labels":{"x":"1"}}]}`); other.key == fired.key {
		t.Error("another group has the same key")
	}
}

func TestAlertmanagerMistakes(t *testing.T) {
	tests := []struct{ body, field string }{
		{``, "body"},
		{`{"alerts":`, "body"},
		{`{}`, "alerts"},
		{`{"alerts":{}}`, "alerts"},
		{`{"alerts":[5]}`, "alerts[0]"},
		{`{"alerts":[{"labels":{"a":[]}}]}`, "alerts[0].labels.a"},
		{`{"groupKey":5,"alerts":[{}]}`, "groupKey"},
		{`{"groupLabels":"x","alerts":[{}]}`, "groupLabels"},
	}
	for _, tt := range tests {
		_, err := decodeAlertmanager(sender, call{}, []byte(tt.body))
		var m *mistake
		if !errors.As(err, &m) || m.field != tt.field {
			t.Errorf("%s: error = %v, want one in %s", tt.body, err, tt.field)
		}
	}
}
