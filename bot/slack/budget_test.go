package slack_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// TestThreadsLeaveRoomForCards shows several incidents at the same moment: all have
// their card, and the threads of the later ones follow.
func TestThreadsLeaveRoomForCards(t *testing.T) {
	w := newWorld(t)
	var waiting []incident.Scene
	for i := range 4 {
		s := scene(disk(), "")
		s.Incident.ID = incident.ID(fmt.Sprint("PLATFORM-", i+1))
		s.News = []incident.Entry{{At: nine, Kind: incident.KindTier, Text: "tier 1"}}
		showing, err := w.client.Show(t.Context(), s)
		if err != nil || showing.Ref == "" || (showing.Told == 1) != (i == 0) {
			t.Errorf("showing %d = %+v, %v, want a card, and a thread for the first alone", i+1, showing, err)
		}
		if s.Card.Ref, s.Card.Shown = showing.Ref, s.Incident.Revision; showing.Told == 0 {
			waiting = append(waiting, s)
		}
	}
	for i, s := range waiting {
		_, err := w.client.Show(t.Context(), s)
		if f := fault(t, err); f.Retry < 3*time.Second || f.Retry > 15*time.Second {
			t.Errorf("thread %d may come back after %s", i+1, f.Retry)
		}
	}
	for i, s := range waiting {
		w.wind(5 * time.Second)
		if showing, err := w.client.Show(t.Context(), s); err != nil || showing.Told != 1 {
			t.Errorf("later thread %d = %+v, %v, want the line told", i+1, showing, err)
		}
	}
}

// TestACardThatAPersonChangedIsDrawnFirst has machines change more cards than Slack
// bears: what a person did finds room all the same, and so does a page.
func TestACardThatAPersonChangedIsDrawnFirst(t *testing.T) {
	w := newWorld(t)
	showing, err := w.client.Show(t.Context(), scene(disk(), ""))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for range 30 {
		_, err := w.client.Show(t.Context(), scene(disk(), showing.Ref))
		if err == nil {
			continue
		}
		if f := fault(t, err); f.Retry <= 0 || f.Retry > 15*time.Second {
			t.Errorf("sent away for %s", f.Retry)
		}
		refused++
	}
	if n := len(w.CallsTo("chat.update")); n != 15 || refused != 15 {
		t.Errorf("%d updates and %d sent away, want 15 of each", n, refused)
	}
	s := scene(acknowledged(), showing.Ref)
	s.Card.Hurried = true
	for range 5 {
		if _, err := w.client.Show(t.Context(), s); err != nil {
			t.Errorf("what a person did waits for machines: %v", err)
		}
	}
	if _, _, err := w.client.Page(t.Context(), notice(disk())); err != nil {
		t.Errorf("a page waits for cards: %v", err)
	}
}
