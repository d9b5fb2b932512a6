package intake

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

const goAlertPath = "/api/v2/generic/incoming"

func TestGoAlert(t *testing.T) {
	full := incident.AlertFired{Key: key("k"), Alert: incident.Alert{
		Title: "Disk full", Severity: incident.Warning, Source: "goalert",
		Labels:      map[string]string{"severity": "warning", "host": "web-1"},
		Annotations: map[string]string{"details": "only 1 % left"},
	}}
	least := incident.AlertFired{Key: key(digest("mon", "Disk full", "")), Alert: incident.Alert{Title: "Disk full", Severity: incident.Critical, Source: "goalert"}}
	over := incident.AlertResolved{Key: key("k"), By: mon}
	const pairs = "summary=Disk+full&details=only+1+%25+left&dedup=k&meta=severity%3Dwarning&meta=host%3Dweb-1"
	tests := []struct {
		name, query, body string
		want              incident.Event
	}{
		{"by the query", pairs, "", full},
		{"by a form", "token=x", pairs, full},
		{"by JSON", "", `{"summary":"Disk full","details":"only 1 % left","dedup":"k","meta":{"severity":"warning","host":"web-1"}}`, full},
		{"by a form of parts", "", "--b1\r\nContent-Disposition: form-data; name=\"summary\"\r\n\r\nDisk full\r\n" +
			"--b1\r\nContent-Disposition: form-data; name=\"details\"\r\n\r\nonly 1 % left\r\n--b1\r\nContent-Disposition: form-data; name=\"dedup\"\r\n\r\nk\r\n" +
			"--b1\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\nseverity=warning\r\n--b1\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\nhost=web-1\r\n--b1--\r\n", full},
		{"the body comes before the query", pairs + "&summary=other", "summary=Disk+full", full},
		{"the least there is", "summary=Disk+full", "", least},
		{"an unknown action triggers", "summary=Disk+full&action=poke", "", least},
		{"closed by its key", "action=close&dedup=k", "", over},
		{"closed by its words", "action=close&summary=Disk+full", "", incident.AlertResolved{Key: least.Key, By: mon}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			query, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decodeGoAlert(sender, call{query: query}, []byte(tt.body))
			if err != nil || !reflect.DeepEqual(got.events, []incident.Event{tt.want}) {
				t.Errorf("events:\n got %+v, %v\nwant %+v", got.events, err, tt.want)
			}
		})
	}
}

func TestGoAlertKeys(t *testing.T) {
	tests := []struct {
		name, path, body string
		header           string
		want             int
	}{
		{"in the query", goAlertPath + "?token=native-key&summary=x", "", "", 204},
		{"in the query, under an old name", goAlertPath + "?integrationKey=native-key&summary=x", "", "", 204},
		{"in the form", goAlertPath, "token=native-key&summary=x", "", 204},
		{"in JSON", goAlertPath, `{"token":"native-key","summary":"x"}`, "", 204},
		{"of a bearer", goAlertPath + "?summary=x", "", "Bearer native-key", 204},
		{"as a password", goAlertPath + "?summary=x", "", "Basic OnVzZXI=", 401},
		{"as the right password", goAlertPath + "?summary=x", "", "Basic eDpuYXRpdmUta2V5", 204},
		{"none", goAlertPath + "?summary=x", "", "", 401},
		{"a wrong one", goAlertPath + "?token=nope&summary=x", "", "", 401},
		{"of another kind", goAlertPath + "?token=vo-key&summary=x", "", "", 401},
		{"without a summary", goAlertPath + "?token=native-key", "", "", 400},
		{"with a form that is none", goAlertPath + "?token=native-key", "%zz", "", 400},
		{"Alertmanager's", "/api/v2/prometheusalertmanager/incoming?token=am-key", firing, "", 200},
		{"Alertmanager's, with a slash", "/api/v2/prometheusalertmanager/incoming/?token=am-key", firing, "", 200},
		{"Alertmanager's, by a bearer", "/api/v2/prometheusalertmanager/incoming", firing, "Bearer am-key", 200},
		{"Grafana's", "/api/v2/grafana/incoming?token=graf-key", firing, "", 200},
		{"Grafana's, with a wrong one", "/api/v2/grafana/incoming?token=am-key", firing, "", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench()
			r := httptest.NewRequest(http.MethodPost, tt.path, strings.NewReader(tt.body))
			if tt.header != "" {
				r.Header.Set("Authorization", tt.header)
			}
			w := b.do(r)
			if w.Code != tt.want || (w.Code/100 == 2) != (len(b.events) == 1) {
				t.Errorf("status %d, want %d: %s, events %v", w.Code, tt.want, w.Body, b.events)
			}
			if w.Code == http.StatusNoContent && w.Body.Len() > 0 {
				t.Errorf("no content: %s", w.Body)
			}
		})
	}
}

func FuzzGoAlert(f *testing.F) {
	fuzz(f, goAlertPath+"?token=native-key", "summary=x&details=y&meta=a=b", "action=close&dedup=k", `{"summary":"x","meta":{"a":1}}`,
		"--b\r\nContent-Disposition: form-data; name=\"summary\"\r\n\r\nx\r\n--b--\r\n")
}
