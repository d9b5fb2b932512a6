package acceptance

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestAHandoffIsToldOnce runs two programs over a handoff and kills one of them
// before it: the channel and both people are told once, and the user group and the
// topic follow.
func TestAHandoffIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(turning(), "announce: {usergroup: S0PLATFORM, topic: true, pin: true}"))
	w.slack.AddUsergroup("S0PLATFORM", "platform-oncall", slackIDs["paul"])
	other := freeAddress(t)
	doomed := w.start()
	w.start("EARSHOT_LISTEN=" + other)
	members := func() []string {
		for _, g := range w.slack.Usergroups() {
			if g.ID == "S0PLATFORM" {
				return g.Members
			}
		}
		return nil
	}
	id := w.send(triggered("Queue is stuck", ""))
	w.act(id, "acknowledge", "ana")
	w.reach(other)
	w.addr = other
	doomed.kill()
	handoff := w.message(platform, "Ben Adeyemi", "Ana Ortiz", id)
	w.message(w.slack.DM(slackIDs["ben"]), "platform/techops", id)
	until(t, "the group is ben alone", func() bool { return slices.Equal(members(), []string{slackIDs["ben"]}) })
	until(t, "the topic names ben", func() bool {
		for _, c := range w.slack.Channels() {
			if c.ID == platform {
				return strings.Contains(c.Topic, "Ben Adeyemi")
			}
		}
		return false
	})
	until(t, "a pinned message names ben", func() bool {
		for _, m := range w.slack.Messages(platform) {
			if m.Pinned && strings.Contains(m.Words(), "Ben Adeyemi") {
				return true
			}
		}
		return false
	})
	w.press("ben", handoff, "Take all")
	until(t, "ben has the incident", func() bool { return w.incident(id).by() == "ben" })
	w.message(platform, "Ben Adeyemi", "Ana Ortiz", "Take all") // still one
}

// TestACalendarIsAPersonsOwn makes its address, reads it and revokes it.
func TestACalendarIsAPersonsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	words := w.say("ana", "me calendar").Words()
	_, rest, ok := strings.Cut(words, publicURL+"/calendar/")
	if !ok {
		t.Fatalf("no address in %q", words)
	}
	token, _, _ := strings.Cut(rest, ".ics")
	read := func() answer {
		a, err := ask(t, http.MethodGet, w.base()+"/calendar/"+token+".ics", "")
		if err != nil {
			t.Fatalf("read the calendar: %v", err)
		}
		return a
	}
	if a := read(); a.status != http.StatusOK || !strings.Contains(a.body, "BEGIN:VEVENT") || strings.Contains(a.body, numbers["ana"]) {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	w.say("ana", "me calendar revoke")
	if a := read(); a.status != http.StatusNotFound {
		t.Errorf("a revoked calendar answers %d", a.status)
	}
}

// TestAPersonIsToldBeforeTheirShift wishes to be told early.
func TestAPersonIsToldBeforeTheirShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, rota(anas(), ""))
	w.start()
	w.hears("ben", "me lead 20d", "20d")
	w.message(w.slack.DM(slackIDs["ben"]), "You come on call", "platform/techops")
	w.hears("dina", "gaps platform", "No")
	w.hears("dina", "explain platform", "Hal Byrne", "Ana Ortiz")
}
