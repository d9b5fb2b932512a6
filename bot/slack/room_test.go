package slack_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// asked is the room of an incident, asked for by ben.
func asked(w *world, in incident.Incident) bot.Room {
	return bot.RoomOf(oncall.Room{Incident: string(in.ID), By: "ben", Made: w.now(), Account: "slack U0EVE"}, in, roster, w.now())
}

func channel(t *testing.T, w *world, id string) slackfake.Channel {
	t.Helper()
	all := w.Channels()
	i := slices.IndexFunc(all, func(c slackfake.Channel) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no channel %s", id)
	}
	return all[i]
}

// opened is an incident whose room is open and shows its card.
func opened(t *testing.T, w *world) incident.Incident {
	t.Helper()
	in := acknowledged()
	card := show(t, w, scene(in, "")).Ref
	in.Cards = []incident.Card{{Board: "slack", Channel: "C0PLATFORM", Ref: card}}
	room, err := w.client.OpenRoom(t.Context(), asked(w, in))
	if err != nil {
		t.Fatal(err)
	}
	in.Room = room
	s := scene(in, "")
	s.Card.Channel = room.Channel
	in.Cards = append(in.Cards, incident.Card{Board: "slack", Channel: room.Channel, Ref: show(t, w, s).Ref})
	return in
}

func show(t *testing.T, w *world, s incident.Scene) incident.Showing {
	t.Helper()
	showing, err := w.client.Show(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return showing
}

func TestARoomIsFurnished(t *testing.T) {
	w := newWorld(t)
	w.AddUser("U0EVE", "Eve", "UTC")
	in := opened(t, w)
	for range 2 { // all of it may be done again
		if err := w.client.FurnishRoom(t.Context(), asked(w, in)); err != nil {
			t.Fatal(err)
		}
	}
	c := channel(t, w, in.Room.Channel)
	if c.Name != "platform-42-disk-full-on-db1" || in.Room.Name != c.Name || c.Private {
		t.Errorf("channel = %+v, room = %+v", c, in.Room)
	}
	if !slices.Equal(c.Members, []string{"U0ANA", "U0BEN", "U0EVE"}) {
		t.Errorf("in it: %v, want who has it, who asked and the stranger who did", c.Members)
	}
	if c.Topic != "CRITICAL: Disk full on db1 · led by Ana Ortiz" || !strings.Contains(c.Purpose, "PLATFORM-42") || !strings.Contains(c.Purpose, in.Room.Thread) {
		t.Errorf("topic = %q, purpose = %q", c.Topic, c.Purpose)
	}
	if !strings.HasPrefix(in.Room.Thread, "https://fake.slack.com/archives/C0PLATFORM/p") {
		t.Errorf("thread = %q", in.Room.Thread)
	}
	m := w.Messages(in.Room.Channel)[0]
	if !m.Pinned || !strings.Contains(m.Words(), in.Room.Thread) {
		t.Errorf("pinned %v: %s", m.Pinned, m.Words())
	}
	if n := len(w.CallsTo("conversations.setTopic")) + len(w.CallsTo("conversations.setPurpose")); n != 2 {
		t.Errorf("%d edits of what it says it is for, want 2", n)
	}
}

func TestARoomThatWasOpenedBeforeIsFound(t *testing.T) {
	w := newWorld(t)
	in := acknowledged()
	first, err := w.client.OpenRoom(t.Context(), asked(w, in))
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.client.OpenRoom(t.Context(), asked(w, in))
	if err != nil || again.Channel != first.Channel || again.Name != first.Name {
		t.Errorf("opened again as %+v, %v; want %+v", again, err, first)
	}
}

func TestANameThatIsTaken(t *testing.T) {
	w := newWorld(t)
	in := acknowledged()
	const name = "platform-42-disk-full-on-db1"
	w.AddChannel("C0OTHER", name)
	room, err := w.client.OpenRoom(t.Context(), asked(w, in))
	if err != nil || room.Name != name+"-2" {
		t.Errorf("room = %+v, %v; want another name", room, err)
	}
	for _, more := range []string{"-2", "-3", "-4", "-5"} {
		w.AddChannel("C0OTHER"+more[1:], name+more)
	}
	w.wind(time.Hour) // what was made before is not ours
	_, err = w.client.OpenRoom(t.Context(), asked(w, in))
	if f := fault(t, err); !strings.Contains(f.Reason, "every name for it is taken") || f.Admin == "" {
		t.Errorf("fault = %+v", f)
	}
}

func TestRoomsThatCantBeHad(t *testing.T) {
	tests := []struct {
		name   string
		method string
		code   string
		reason string // of the fault; empty: it is done all the same
		admin  bool
	}{
		{"no scope to open one", "conversations.create", "missing_scope", "Slack: missing_scope", true},
		{"the workspace forbids it", "conversations.create", "restricted_action", "Slack: restricted_action", true},
		{"Slack is out of order", "conversations.create", "internal_error", "Slack: internal_error", false},
		{"nobody may be invited", "conversations.invite", "missing_scope", "", false},
		{"no topic may be set", "conversations.setTopic", "missing_scope", "", false},
		{"nothing may be pinned", "pins.add", "missing_scope", "", false},
		{"they are in it already", "conversations.invite", "already_in_channel", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			var err error
			fail := func() {
				w.Fault(func(method string, _ url.Values) *slackfake.Response {
					if method == tt.method {
						return slackfake.Refusal(tt.code)
					}
					return nil
				})
			}
			if tt.method == "conversations.create" {
				fail()
				_, err = w.client.OpenRoom(t.Context(), asked(w, acknowledged()))
			} else {
				in := opened(t, w)
				fail()
				err = w.client.FurnishRoom(t.Context(), asked(w, in))
			}
			if tt.reason == "" {
				if err != nil {
					t.Errorf("error = %v", err)
				}
				return
			}
			if f := fault(t, err); f.Reason != tt.reason || (f.Admin != "") != tt.admin || f.Retry <= 0 {
				t.Errorf("fault = %+v", f)
			}
		})
	}
}

func TestARoomWithoutItsCardIsLookedAtAgain(t *testing.T) {
	w := newWorld(t)
	in := opened(t, w)
	in.Cards[1].Ref = ""
	if f := fault(t, w.client.FurnishRoom(t.Context(), asked(w, in))); f.Retry <= 0 || f.Admin != "" {
		t.Errorf("fault = %+v", f)
	}
}

func TestARoomThatSomebodyArchivedIsGone(t *testing.T) {
	w := newWorld(t)
	in := opened(t, w)
	w.ChangeChannel(in.Room.Channel, func(c *slackfake.Channel) { c.Archived = true })
	if f := fault(t, w.client.FurnishRoom(t.Context(), asked(w, in))); !f.Gone || f.Admin != "" {
		t.Errorf("fault = %+v", f)
	}
}

func TestAClosedRoomIsShownNothing(t *testing.T) {
	w := newWorld(t)
	in := opened(t, w)
	for range 2 {
		if err := w.client.CloseRoom(t.Context(), in.Room.Channel); err != nil {
			t.Fatal(err)
		}
	}
	if !channel(t, w, in.Room.Channel).Archived {
		t.Error("the room is not archived")
	}
	in.Revision++
	s := scene(in, in.Cards[1].Ref)
	s.Card.Channel, s.News = in.Room.Channel, []incident.Entry{{At: nine, Kind: incident.KindNote, Text: "late"}}
	if showing := show(t, w, s); showing.Told != 1 || showing.Ref != in.Cards[1].Ref {
		t.Errorf("showing = %+v, want it taken for shown", showing)
	}
}

func TestLettersToRoomsAndStakeholders(t *testing.T) {
	w := newWorld(t)
	w.AddChannel("C0BOSS", "boss")
	w.AddChannel("C0ROOM", "platform-42")
	big := roster
	team := big.Teams["platform"]
	team.Stakeholders.Slack = "C0BOSS"
	big.Teams = map[oncall.TeamID]oncall.Team{"platform": team, "quiet": {ID: "quiet"}}
	big.Rooms = []oncall.Room{{Incident: "PLATFORM-42", Board: "slack", Channel: "C0ROOM"}}
	tell := func(s oncall.Sending) (string, error) { return w.client.Deliver(t.Context(), s, big) }
	if _, err := tell(sending(oncall.Letter{Team: "platform", Room: "PLATFORM-42", Text: "Summary"})); err != nil || len(w.Messages("C0ROOM")) != 1 {
		t.Errorf("in the room: %v, %v", w.Messages("C0ROOM"), err)
	}
	ref, err := tell(sending(oncall.Letter{Key: "status", Team: "platform", Stakeholders: true, Text: "newest"}))
	if err != nil {
		t.Fatal(err)
	}
	under := sending(oncall.Letter{Under: "status", Team: "platform", Stakeholders: true, Text: "history <!channel>"})
	if _, err := tell(under); fault(t, err).Retry <= 0 {
		t.Errorf("below nothing: %v", err)
	}
	under.Ref = ref
	for range 2 { // the second time it is found
		if _, err := tell(under); err != nil {
			t.Fatal(err)
		}
		under.Doubtful = true
	}
	all := w.Messages("C0BOSS")
	if len(all) != 2 || all[1].ThreadTS != all[0].TS || !strings.Contains(all[1].Words(), "history &lt;!channel&gt;") {
		t.Errorf("stakeholders see %+v", all)
	}
	for _, l := range []oncall.Letter{{Team: "quiet", Stakeholders: true}, {Team: "platform", Room: "PLATFORM-7"}} {
		if _, err := tell(sending(l)); fault(t, err).Retry != 0 {
			t.Errorf("%+v: %v", l, err)
		}
	}
}
