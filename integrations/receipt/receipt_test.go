package receipt

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

var errAway = errors.New("away")

// shelf is a Desk that does as it is told.
type shelf struct {
	incidents map[incident.ID]incident.Incident
	handled   []incident.Event
	refusal   error  // of every event
	found     func() // runs after every Find
}

func (s *shelf) Find(_ context.Context, id incident.ID) (incident.Incident, error) {
	if s.found != nil {
		defer s.found()
	}
	in, ok := s.incidents[id]
	switch {
	case id == "AWAY-1":
		return in, errAway
	case !ok:
		return in, incident.ErrNotFound
	}
	return in, nil
}

func (s *shelf) Handle(_ context.Context, ev incident.Event) (incident.Incident, error) {
	s.handled = append(s.handled, ev)
	return incident.Incident{}, s.refusal
}

func holds(status incident.PageStatus, with ...incident.PageID) *shelf {
	return &shelf{incidents: map[incident.ID]incident.Incident{
		"WEB-7":       {ID: "WEB-7", Severity: incident.Warning, Pages: []incident.Page{{ID: "WEB-7/p1", Status: status, With: with}}},
		"PLATFORM-42": {ID: "PLATFORM-42", Severity: incident.Critical, Pages: []incident.Page{{ID: "PLATFORM-42/p3"}}},
	}}
}

func TestReport(t *testing.T) {
	tests := []struct {
		name    string
		id      incident.PageID
		with    []incident.PageID
		refusal error
		want    string // the pages of the events, the worst first
		err     error
	}{
		{"a page alone", "WEB-7/p1", nil, nil, "[WEB-7/p1]", nil},
		{"all told in the message, the worst first", "WEB-7/p1", []incident.PageID{"WEB-7/p1", "PLATFORM-42/p3"}, nil, "[PLATFORM-42/p3 WEB-7/p1]", nil},
		{"those that are gone are left out", "WEB-7/p1", []incident.PageID{"GONE-1/p1", "PLATFORM-42/p9"}, nil, "[WEB-7/p1]", nil},
		{"one that can't be read fails the receipt", "WEB-7/p1", []incident.PageID{"AWAY-1/p1"}, nil, "[]", errAway},
		{"an unknown page", "WEB-7/p9", nil, nil, "[]", incident.ErrNotFound},
		{"an unknown incident", "GONE-1/p1", nil, nil, "[]", incident.ErrNotFound},
		{"F59 too late is no error", "WEB-7/p1", nil, incident.ErrResolved, "[WEB-7/p1]", nil},
		{"not wanted any more is no error", "WEB-7/p1", nil, incident.ErrWithdrawn, "[WEB-7/p1]", nil},
		{"a store that is away", "WEB-7/p1", nil, errAway, "[WEB-7/p1]", errAway},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := holds(incident.PageOut, tt.with...)
			s.refusal = tt.refusal
			err := Report(t.Context(), s, tt.id, func(p incident.Page) incident.Event { return incident.PageDelivered{Page: p.ID} })
			if !errors.Is(err, tt.err) {
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			pages := []incident.PageID{}
			for _, ev := range s.handled {
				pages = append(pages, ev.(incident.PageDelivered).Page)
			}
			if got := fmt.Sprint(pages); got != tt.want {
				t.Errorf("told %s, want %s", got, tt.want)
			}
		})
	}
	t.Run("no event is none", func(t *testing.T) {
		s := holds(incident.PageOut)
		if err := Report(t.Context(), s, "WEB-7/p1", func(incident.Page) incident.Event { return nil }); err != nil || len(s.handled) > 0 {
			t.Errorf("%v, events %v", err, s.handled)
		}
	})
}

func TestAReceiptThatIsFasterThanTheAnswerWaitsForIt(t *testing.T) {
	s := holds(incident.PageOnWire)
	looks := 0
	s.found = func() {
		if looks++; looks == 2 {
			s.incidents = holds(incident.PageOut, "PLATFORM-42/p3").incidents
		}
	}
	all, err := Told(t.Context(), s, "WEB-7/p1")
	if err != nil || len(all) != 2 {
		t.Errorf("told %v, %v; want both pages", all, err)
	}
}
