package intake

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var victorOpsWays = []way{{http.MethodPost, "integrations/generic/20131114/alert/{key}/{routing_key?}", victorOps, nil}}

// victorOps is the REST endpoint of VictorOps.
var victorOps = dialect{
	kind:    VictorOps,
	tooFast: http.StatusServiceUnavailable,
	decode:  decodeVictorOps,
	accept: func(w http.ResponseWriter, s said, _ incident.Incident) {
		answer(w, http.StatusOK, victorOpsAnswer{Result: "success", Entity: s.key})
	},
	refuse: func(w http.ResponseWriter, status int, err error) {
		a := victorOpsAnswer{Result: "failure", Message: err.Error()}
		if m := (*mistake)(nil); errors.As(err, &m) {
			a.Field = m.field
		}
		answer(w, status, a)
	},
}

type victorOpsAnswer struct {
	Result  string `json:"result"`
	Entity  string `json:"entity_id,omitempty"`
	Message string `json:"message,omitempty"`
	Field   string `json:"field,omitempty"`
}

func decodeVictorOps(from Integration, c call, body []byte) (said, error) {
	f, err := read(bodyField, body)
	if err != nil {
		return said{}, err
	}
	word, err := f.text("message_type")
	if err != nil {
		return said{}, err
	}
	word = strings.ToUpper(strings.TrimSpace(word))
	if word == "" {
		return said{}, &mistake{"message_type", "is required"}
	}
	sent := f.loose("entity_id")
	entity := sent
	if strings.TrimSpace(sent) == "" {
		entity = digest(from.Name, string(body))
	}
	key := incident.Key{Integration: from.Name, Dedup: dedup(entity)}
	by := incident.Actor{Name: from.Name}
	said := said{key: entity}
	switch word {
	case "CRITICAL", "WARNING":
		a := victorOpsAlert(f, cmp.Or(c.routingKey, f.loose(routingKeyLabel)))
		a.Title = cmp.Or(a.Title, line(sent, maxTitle), line(f.loose("state_message"), maxTitle), "Alert from "+from.Name)
		a.Severity = incident.ParseSeverity(word)
		said.events = []incident.Event{incident.AlertFired{Key: key, Alert: a}}
	case "ACKNOWLEDGEMENT":
		said.events = []incident.Event{incident.AlertAcknowledged{Key: key, By: by}}
	case "RECOVERY", "OK":
		said.events = []incident.Event{incident.AlertResolved{Key: key, By: by}}
	default:
		words := cmp.Or(f.loose("state_message"), f.loose("entity_display_name"))
		note := strings.TrimSpace(line(word, maxWord) + ": " + text(words, maxNote))
		said.events = []incident.Event{incident.AlertNoted{Key: key, By: by, Text: strings.TrimSuffix(note, ":")}}
	}
	return said, nil
}

// spent are the fields that have a place of their own.
var spent = []string{"message_type", "entity_id", "entity_display_name", "routing_key"}

// prose are the fields that are read, not matched.
var prose = []string{"state_message", "state_start_time", "timestamp", "ack_msg", "ack_author"}

// The prefixes of VictorOps' annotations: an address, a picture's address, a note.
const (
	linkPrefix    = "vo_annotate.u."
	picturePrefix = "vo_annotate.i."
	notePrefix    = "vo_annotate.s."
)

// victorOpsAlert keeps every field: short ones as labels, long ones as
// annotations, annotated addresses as links.
func victorOpsAlert(f fields, routingKey string) incident.Alert {
	a := incident.Alert{
		Title:       f.loose("entity_display_name"),
		Source:      cmp.Or(f.loose("monitoring_tool"), f.loose("host_name")),
		RoutingKey:  routingKey,
		Labels:      map[string]string{},
		Annotations: map[string]string{},
	}
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := f.loose(name)
		if slices.Contains(spent, name) {
			continue
		}
		if title, ok := cutAnyPrefix(name, linkPrefix, picturePrefix); ok {
			a.Links = append(a.Links, incident.Link{Href: value, Text: title})
			continue
		}
		title, note := strings.CutPrefix(name, notePrefix)
		if note || slices.Contains(prose, name) || len(value) > maxWord || strings.Contains(value, "\n") {
			a.Annotations[title] = value
			continue
		}
		a.Labels[name] = value
	}
	return clean(a)
}

func cutAnyPrefix(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return rest, true
		}
	}
	return s, false
}
