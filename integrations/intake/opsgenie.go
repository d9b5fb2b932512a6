package intake

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// Paths of Opsgenie's Alert API.
const (
	opsgenieAlerts    = "v2/alerts"
	opsgenieAlert     = opsgenieAlerts + "/{alias}/"
	opsgenieHeartbeat = "v2/heartbeats/{name}/ping"
)

var opsgenieWays = []way{
	{http.MethodPost, opsgenieAlerts, opsgenie(decodeOpsgenie), genieKey},
	{http.MethodPost, opsgenieAlert + "close", opsgenie(opsgenieClose), genieKey},
	{http.MethodPost, opsgenieAlert + "acknowledge", opsgenie(opsgenieAcknowledge), genieKey},
	{http.MethodPost, opsgenieAlert + "unacknowledge", opsgenie(opsgenieUnacknowledge), genieKey},
	{http.MethodPost, opsgenieAlert + "snooze", opsgenie(opsgenieSnooze), genieKey},
	{http.MethodPost, opsgenieAlert + "notes", opsgenie(opsgenieNote), genieKey},
	{http.MethodPut, opsgenieAlert + "message", opsgenie(opsgenieMessage), genieKey},
	{http.MethodPut, opsgenieAlert + "description", opsgenie(opsgenieDescription), genieKey},
	{http.MethodPost, opsgenieHeartbeat, opsgenieBeat, genieKey},
	{http.MethodGet, opsgenieHeartbeat, opsgenieBeat, genieKey},
}

func genieKey(r *http.Request) string { return authorized(r, "GenieKey") }

// opsgenie is the dialect of Opsgenie's Alert API for one kind of body.
func opsgenie(decode func(Integration, call, []byte) (said, error)) dialect {
	return dialect{
		kind:    Opsgenie,
		tooFast: http.StatusTooManyRequests,
		scheme:  "GenieKey",
		named:   opsgenieNamed,
		decode:  decode,
		accept: func(w http.ResponseWriter, s said, _ incident.Incident) {
			answer(w, http.StatusAccepted, opsgenieAnswer{Result: "Request will be processed", Took: s.took.Seconds(), Request: requestID()})
		},
		refuse: refuseOpsgenie,
	}
}

// An opsgenieAnswer has either a result or what is wrong.
type opsgenieAnswer struct {
	Result  string  `json:"result,omitempty"`
	Message string  `json:"message,omitempty"`
	Field   string  `json:"field,omitempty"`
	Took    float64 `json:"took"`
	Request string  `json:"requestId"`
}

func refuseOpsgenie(w http.ResponseWriter, status int, err error) {
	a := opsgenieAnswer{Message: err.Error(), Request: requestID()}
	if m := (*mistake)(nil); errors.As(err, &m) {
		a.Field = m.field
	}
	answer(w, status, a)
}

// requestID makes up a name for a request, which clients want to see.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// decodeOpsgenie reads what creates an alert.
func decodeOpsgenie(from Integration, _ call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	a, err := opsgenieReads(f)
	if err != nil {
		return said{}, err
	}
	alias, err := f.text("alias")
	if err != nil {
		return said{}, err
	}
	if line(alias, maxDedup) == "" {
		alias = digest(from.Name, string(body))
	}
	key := incident.Key{Integration: from.Name, Dedup: dedup(alias)}
	return said{
		key:    alias,
		note:   opsgenieWords(f),
		events: []incident.Event{incident.AlertFired{Key: key, Alert: a}},
	}, nil
}

func opsgenieReads(f fields) (a incident.Alert, err error) {
	a.Labels, a.Annotations = map[string]string{}, map[string]string{}
	if err := f.texts(word{"message", &a.Title}); err != nil {
		return a, err
	}
	f.details(&a, "details")
	f.label(&a, "entity", "source", "priority")
	if tags := f.words("tags"); tags != "" {
		a.Labels["tags"] = tags
	}
	for _, name := range []string{"description", "user", "responders"} {
		a.Annotations[name] = f.loose(name)
	}
	a.Source = cmp.Or(f.loose("source"), f.loose("entity"))
	a.RoutingKey = a.Labels[routingKeyLabel]
	a.Severity = opsgenieSeverity(f.loose("priority"), a.Labels[severityLabel])
	if a = clean(a); a.Title == "" {
		return a, &mistake{"message", "is required"}
	}
	return a, nil
}

// opsgenieSeverity reads a priority; without one the label decides.
func opsgenieSeverity(priority, label string) incident.Severity {
	switch priority {
	case "P1", "P2":
		return incident.Critical
	case "P3":
		return incident.Error
	case "P4":
		return incident.Warning
	case "P5":
		return incident.Info
	}
	return incident.ParseSeverity(label)
}

// opsgenieWords is the note of a request, with whoever wrote it.
func opsgenieWords(f fields) string {
	note, user := text(f.loose("note"), maxNote), line(f.loose("user"), maxWord)
	if note != "" && user != "" {
		return text(user+": "+note, maxNote)
	}
	return note
}
