package handoff

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// shows are what letters have done about rooms.
func shows(letters []oncall.Letter) (all []oncall.Showing) {
	for _, l := range letters {
		all = append(all, l.Show)
	}
	return all
}

func TestWhatARoomIsOwed(t *testing.T) {
	open := incident.Incident{ID: "PLATFORM-1", State: incident.Triggered, Severity: incident.Critical}
	acked := open
	acked.State, acked.AckedBy = incident.Acknowledged, incident.By("ana")
	over := acked
	over.State, over.ResolvedAt = incident.Resolved, monday
	room := func(of incident.Incident, summed bool) oncall.Room {
		return oncall.Room{Incident: "PLATFORM-1", Team: "platform", Board: "slack", Channel: "C9", Shown: seen(of), Summed: summed}
	}
	tests := []struct {
		name  string
		room  oncall.Room
		in    incident.Incident
		after time.Duration // since the incident was resolved
		set   oncall.RoomSettings
		want  []oncall.Showing
		left  bool // the room is in the book still
	}{
		{"nothing where nothing changed", room(open, false), open, 0, oncall.RoomSettings{}, nil, true},
		{"its topic when somebody leads", room(open, false), acked, 0, oncall.RoomSettings{}, []oncall.Showing{oncall.ShowRoom}, true},
		{"how it went at the end, once", room(acked, false), over, 0, oncall.RoomSettings{}, []oncall.Showing{oncall.ShowRoom, oncall.ShowSummary}, true},
		{"nothing within the hour", room(over, true), over, 59 * time.Minute, oncall.RoomSettings{}, nil, true},
		{"its end after an hour", room(over, true), over, time.Hour, oncall.RoomSettings{}, []oncall.Showing{oncall.ShowArchive}, true},
		{"its end when the team wants", room(over, true), over, 2 * time.Second, oncall.RoomSettings{Archive: time.Second}, []oncall.Showing{oncall.ShowArchive}, true},
		{"nothing where the team keeps it", room(over, true), over, 48 * time.Hour, oncall.RoomSettings{Keep: true}, nil, true},
		{"no more thought where it was kept for a week", room(over, true), over, 7 * 24 * time.Hour, oncall.RoomSettings{Keep: true}, nil, false},
		{"all at once after a long night", room(open, false), over, 2 * time.Hour, oncall.RoomSettings{}, []oncall.Showing{oncall.ShowRoom, oncall.ShowSummary, oncall.ShowArchive}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roster := newRoster(t)
			team := roster.Teams["platform"]
			team.Room = tt.set
			roster.Teams["platform"] = team
			book := oncall.Book{Rooms: []oncall.Room{tt.room}}
			find := func(incident.ID) (incident.Incident, error) { return tt.in, nil }
			change, due, err := Rooms(book, roster, find, monday.Add(tt.after))
			if err != nil || due != (len(tt.want) > 0 || !tt.left) || !slices.Equal(shows(change.Letters), tt.want) {
				t.Errorf("owed %v, %v, %v; want %v", shows(change.Letters), due, err, tt.want)
			}
			if _, left := change.Book.Room("PLATFORM-1"); left != tt.left {
				t.Errorf("in the book: %v, want %v", left, tt.left)
			}
			again, more, _ := Rooms(change.Book, roster, find, monday.Add(tt.after))
			if more {
				t.Errorf("the next pass owes %v", shows(again.Letters))
			}
		})
	}
}

func TestARoomThatCantBeLookedAt(t *testing.T) {
	book := oncall.Book{Rooms: []oncall.Room{{Incident: "PLATFORM-1", Channel: "C9"}, {Incident: "PLATFORM-2", Channel: "C8"}, {Incident: "PLATFORM-3"}}}
	away := errors.New("dial tcp: connection refused")
	change, due, err := Rooms(book, newRoster(t), func(id incident.ID) (incident.Incident, error) {
		if id == "PLATFORM-2" {
			return incident.Incident{}, incident.ErrNotFound
		}
		return incident.Incident{}, away
	}, monday)
	if !errors.Is(err, away) || !due {
		t.Errorf("due %v, %v; want the one that is gone, and the store's error", due, err)
	}
	if _, ok := change.Book.Room("PLATFORM-2"); ok || len(change.Book.Rooms) != 2 {
		t.Errorf("in the book: %+v", change.Book.Rooms)
	}
}

// TestARoomIsArchivedThoughTheProgramDies kills the desk between any two steps.
func TestARoomIsArchivedThoughTheProgramDies(t *testing.T) {
	for step := range 8 {
		w := newWorld(t)
		over := incident.Incident{ID: "PLATFORM-1", State: incident.Resolved, ResolvedAt: monday}
		w.book.Rooms = []oncall.Room{{Incident: "PLATFORM-1", Team: "platform", Board: "slack", Channel: "C9"}}
		n := 0
		w.dies = func(string) bool { n++; return n == step }
		d := w.desk()
		d.Find = func(context.Context, incident.ID) (incident.Incident, error) { return over, nil }
		w.pass(t, d, monday.Add(time.Minute))
		w.pass(t, d, monday.Add(2*time.Hour))
		w.pass(t, d, monday.Add(2*time.Hour+time.Minute))
		got := map[oncall.Showing]int{}
		for _, s := range w.got {
			if s.Letter.Room == "PLATFORM-1" {
				got[s.Letter.Show]++
			}
		}
		if got[oncall.ShowSummary] != 1 || got[oncall.ShowArchive] != 1 {
			t.Errorf("killed at step %d: %v", step, got)
		}
	}
}
