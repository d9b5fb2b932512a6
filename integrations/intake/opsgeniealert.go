package intake

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// The ways in which Opsgenie's senders name an alert.
const (
	byAlias = "alias"
	byID    = "id"
	byTiny  = "tiny"
)

// identifier says how a call names its alert; empty: it does not say.
func identifier(c call) string {
	return strings.ToLower(strings.TrimSpace(c.query.Get("identifierType")))
}

// opsgenieNamed is the incident of ours that a call may name: by its whole id, or
// by the number alone.
func opsgenieNamed(s Setup, from Integration, c call) incident.ID {
	switch identifier(c) {
	case byID, "":
		id, _ := incident.ParseID(c.parts["alias"])
		return id
	case byTiny:
		team := from.Team
		if team == "" {
			team = s.CatchAll
		}
		if n, err := strconv.ParseInt(strings.TrimPrefix(c.parts["alias"], "#"), 10, 64); err == nil && n > 0 {
			return incident.NewID(team, n)
		}
	}
	return ""
}

// spoken reads a request about an alert that is there already: its key, who
// speaks, and the words. Its body may be empty.
func spoken(from Integration, c call, body []byte) (incident.Key, incident.Actor, fields, error) {
	key := incident.Key{Integration: from.Name, Dedup: dedup(c.parts["alias"])}
	if c.about.ID != "" {
		key = c.about.Key
	}
	by := incident.Actor{Name: from.Name}
	if !slices.Contains([]string{"", byAlias, byID, byTiny}, identifier(c)) {
		return key, by, nil, &mistake{"identifierType", "must be alias, id or tiny"}
	}
	if strings.TrimSpace(c.parts["alias"]) == "" {
		return key, by, nil, &mistake{"alias", "is empty"}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return key, by, nil, nil
	}
	f, err := read(bodyField, body)
	return key, by, f, err
}

// tell says something of the alert that a call names, with the note that came
// along. An incident that is named by our id and over may have a successor of the
// same key: that one is not meant.
func tell(c call, f fields, ev incident.Event) said {
	words := said{key: c.parts["alias"], note: opsgenieWords(f)}
	if c.about.ID == "" || c.about.Open() {
		words.events = []incident.Event{ev}
	}
	return words
}

// opsgenieClose ends the alert; by our id, the whole incident, whatever else has
// joined it.
func opsgenieClose(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	if c.about.ID != "" {
		return tell(c, f, incident.AlertResolved{ID: c.about.ID, By: by}), err
	}
	return tell(c, f, incident.AlertResolved{Key: key, By: by}), err
}

func opsgenieAcknowledge(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	return tell(c, f, incident.AlertAcknowledged{Key: key, By: by}), err
}

func opsgenieUnacknowledge(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	return tell(c, f, incident.AlertUnacknowledged{Key: key, By: by}), err
}

func opsgenieSnooze(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	if err != nil {
		return said{}, err
	}
	word, err := f.text("endTime")
	if err != nil {
		return said{}, err
	}
	end, err := time.Parse(time.RFC3339, strings.TrimSpace(word))
	if err != nil {
		return said{}, &mistake{"endTime", "must be a time such as 2026-03-08T07:30:00Z"}
	}
	length := end.Sub(c.at).Round(time.Second)
	if length < time.Second {
		return said{}, &mistake{"endTime", "must be in the future"}
	}
	return tell(c, f, incident.AlertSnoozed{Key: key, By: by, For: length}), nil
}

func opsgenieNote(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	if err != nil {
		return said{}, err
	}
	note := opsgenieWords(f)
	if note == "" {
		return said{}, &mistake{"note", "is required"}
	}
	if c.about.ID != "" {
		return said{key: key.Dedup, events: []incident.Event{incident.Noted{ID: c.about.ID, By: by, Text: note}}}, nil
	}
	return said{key: key.Dedup, events: []incident.Event{incident.AlertNoted{Key: key, By: by, Text: note}}}, nil
}

func opsgenieMessage(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	if err != nil {
		return said{}, err
	}
	title, err := f.text("message")
	if err != nil {
		return said{}, err
	}
	if title = line(title, maxTitle); title == "" {
		return said{}, &mistake{"message", "is required"}
	}
	return tell(c, f, incident.AlertReworded{Key: key, By: by, Title: title}), nil
}

// opsgenieDescription takes an empty description, as Alertmanager sends it, for
// one that stays as it is.
func opsgenieDescription(from Integration, c call, body []byte) (said, error) {
	key, by, f, err := spoken(from, c, body)
	if err != nil {
		return said{}, err
	}
	description, err := f.text("description")
	if err != nil {
		return said{}, err
	}
	return tell(c, f, incident.AlertReworded{Key: key, By: by, Description: text(description, maxAnnotation)}), nil
}
