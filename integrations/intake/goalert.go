package intake

import (
	"bytes"
	"cmp"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var goAlertWays = []way{
	{http.MethodPost, "api/v2/generic/incoming", goAlert, goAlertKey},
	{http.MethodPost, "api/v2/prometheusalertmanager/incoming", alertmanager, goAlertKey},
	{http.MethodPost, "api/v2/grafana/incoming", grafana, goAlertKey},
}

// goAlert is the generic API of GoAlert.
var goAlert = dialect{
	kind:    Generic,
	tooFast: http.StatusTooManyRequests,
	scheme:  "Bearer",
	keyIn:   goAlertKeyIn,
	decode:  decodeGoAlert,
	refuse:  refuse,
	accept: func(w http.ResponseWriter, _ said, _ incident.Incident) {
		w.WriteHeader(http.StatusNoContent)
	},
}

// tokens are the parameters that GoAlert takes a key from.
var tokens = []string{"token", "integrationKey", "integration_key", "key"}

func firstOf(values url.Values, names []string) string {
	for _, name := range names {
		if v := values.Get(name); v != "" {
			return v
		}
	}
	return ""
}

// goAlertKey finds the key in the query, in the header as a bearer's token, or as
// the password of anybody.
func goAlertKey(r *http.Request) string {
	_, password, _ := r.BasicAuth()
	return cmp.Or(firstOf(r.URL.Query(), tokens), bearer(r), password)
}

// goAlertKeyIn finds the key in a form.
func goAlertKeyIn(body []byte) (string, *refusal) {
	form, _, err := form(body)
	if err != nil {
		return "", nil // a key that is missing is told first
	}
	return firstOf(form, tokens), nil
}

// decodeGoAlert reads the parameters, those of the body before those of the query.
func decodeGoAlert(from Integration, c call, body []byte) (said, error) {
	sent, meta, err := form(body)
	if err != nil {
		return said{}, err
	}
	of := func(name string) string { return cmp.Or(sent.Get(name), c.query.Get(name)) }
	labels := map[string]string{}
	for _, pair := range append(c.query["meta"], sent["meta"]...) {
		name, value, _ := strings.Cut(pair, "=")
		labels[name] = value
	}
	maps.Copy(labels, meta)
	summary, details, name := of("summary"), of("details"), of("dedup")
	a := clean(incident.Alert{
		Title:       summary,
		Severity:    incident.ParseSeverity(labels[severityLabel]),
		Source:      "goalert",
		RoutingKey:  cmp.Or(c.routingKey, labels[routingKeyLabel]),
		Labels:      labels,
		Annotations: map[string]string{"details": details},
	})
	if a.Title == "" && (name == "" || of("action") != "close") {
		return said{}, &mistake{"summary", "is required"}
	}
	if name == "" {
		name = digest(from.Name, summary, details)
	}
	key := incident.Key{Integration: from.Name, Dedup: dedup(name)}
	words := said{key: key.Dedup}
	if of("action") == "close" {
		words.events = []incident.Event{incident.AlertResolved{Key: key, By: incident.Actor{Name: from.Name}}}
		return words, nil
	}
	words.events = []incident.Event{incident.AlertFired{Key: key, Alert: a}}
	return words, nil
}

// form reads parameters from a body as curl sends them: JSON, with meta as an object
// of its own; the parts of -F; or else the pairs of -d.
func form(body []byte) (sent url.Values, meta map[string]string, err error) {
	body = bytes.TrimSpace(body)
	switch {
	case bytes.HasPrefix(body, []byte("{")):
		f, err := read(bodyField, body)
		if err != nil {
			return nil, nil, err
		}
		sent = url.Values{}
		for name := range f {
			sent.Set(name, f.loose(name))
		}
		sent.Del("meta")
		meta, err = f.pairs("meta")
		return sent, meta, err
	case bytes.HasPrefix(body, []byte("--")):
		boundary, _, _ := bytes.Cut(body[2:], []byte("\r\n"))
		parts, err := multipart.NewReader(bytes.NewReader(body), string(boundary)).ReadForm(maxBody)
		if err != nil {
			return nil, nil, &mistake{bodyField, "is no form: " + reason(err)}
		}
		return parts.Value, nil, nil
	}
	if sent, err = url.ParseQuery(string(body)); err != nil {
		return nil, nil, &mistake{bodyField, "is no form: " + reason(err)}
	}
	return sent, nil, nil
}
