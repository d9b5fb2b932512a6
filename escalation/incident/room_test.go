package incident

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestARoomShowsTheIncidentUntilItIsClosed(t *testing.T) {
	now := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	roster := oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": {ID: "platform", SlackChannel: "C0PLATFORM"}}}
	opened := RoomOpened{ID: "PLATFORM-1", By: By("ana"), Room: Room{Board: "slack", Channel: "C0ROOM", Name: "platform-1-disk"}}
	in := Incident{ID: "PLATFORM-1"}
	do := func(ev Event) {
		t.Helper()
		next, _, err := Decide(in, roster, ev, now)
		if err != nil {
			t.Fatalf("%T: %v", ev, err)
		}
		in = next
	}
	says := func(kind, text string, times int) {
		t.Helper()
		n := 0
		for _, e := range in.Timeline {
			if e.Kind == kind && strings.Contains(e.Text, text) {
				n++
			}
		}
		if n != times {
			t.Errorf("%d lines say %q, want %d: %+v", n, text, times, in.Timeline)
		}
	}
	if _, _, err := Decide(in, roster, opened, now); !errors.Is(err, ErrNotFound) {
		t.Errorf("a room of nothing: %v", err)
	}
	do(AlertFired{Key: Key{Dedup: "k"}, Alert: Alert{Title: "Disk", Severity: Critical}, Route: Route{Team: "platform"}})
	do(RoomRefused{ID: in.ID, Why: "Slack: missing_scope"})
	says(KindRoom, "no room: Slack: missing_scope", 1)
	do(opened)
	do(opened)
	says(KindRoom, "room: #platform-1-disk", 1)
	inRoom := func(e Effect) bool { return e.Kind == ShowCard && e.Channel == "C0ROOM" }
	if !slices.ContainsFunc(in.Owed(), inRoom) || len(in.Cards) != 2 {
		t.Errorf("no card is owed to the room: %+v", in.Owed())
	}
	if !in.Cards[1].Asked {
		t.Error("a storm's summary may stand for the card in the room")
	}
	do(StatusTold{ID: in.ID, By: By("ana"), Text: "investigating: we look"})
	says(KindStatus, "investigating: we look", 1)
	do(RoomClosed{ID: in.ID})
	if in.Room != (Room{}) || len(in.Cards) != 1 {
		t.Errorf("an open incident whose room somebody closed has %+v, %+v", in.Room, in.Cards)
	}
	do(opened)
	says(KindRoom, "room: #platform-1-disk", 2)
	do(Closed{ID: in.ID, By: By("ana")})
	do(StatusTold{ID: in.ID, By: By("ana"), Text: "resolved: it is over"})
	do(RoomClosed{ID: in.ID})
	do(RoomClosed{ID: in.ID})
	says(KindRoom, "closed", 2)
	if in.Room.Name != "platform-1-disk" {
		t.Errorf("what is over forgets its room: %+v", in.Room)
	}
	if slices.ContainsFunc(in.Owed(), inRoom) || len(in.Cards) != 1 {
		t.Errorf("an archived room is still owed a card: %+v", in.Owed())
	}
}

func TestARoomIsNotWhereTheNextIncidentStands(t *testing.T) {
	now := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	last := Incident{
		ID: "PLATFORM-1", State: Resolved, ResolvedAt: now, Root: now, Room: Room{Board: "slack", Channel: "C0ROOM"},
		Cards: []Card{{Board: "slack", Channel: "C0PLATFORM", Ref: "C0PLATFORM:1.0"}, {Board: "slack", Channel: "C0ROOM", Ref: "C0ROOM:1.0"}},
	}
	got := After("PLATFORM-2", last, now)
	if len(got.Cards) != 1 || got.Cards[0].Channel != "C0PLATFORM" {
		t.Errorf("cards = %+v, want the team's alone", got.Cards)
	}
}
