package discord

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func (s *stage) room(in incident.Incident) bot.Room {
	return bot.RoomOf(oncall.Room{Incident: string(in.ID), By: "ben", Made: time.Now(), Account: "discord 2009"}, in, s.desk.roster, time.Now())
}

// opened is an incident whose room is open and shows its card.
func (s *stage) opened(t *testing.T) incident.Incident {
	t.Helper()
	in := state("acknowledged")
	show := func(sc incident.Scene) string {
		t.Helper()
		showing, err := s.client.Show(t.Context(), sc)
		if err != nil {
			t.Fatal(err)
		}
		return showing.Ref
	}
	in.Cards = []incident.Card{{Board: "discord", Channel: platform, Ref: show(s.scene(in, ""))}}
	room, err := s.client.OpenRoom(t.Context(), s.room(in))
	if err != nil {
		t.Fatal(err)
	}
	in.Room = room
	inside := s.scene(in, "")
	inside.Card.Channel = room.Channel
	in.Cards = append(in.Cards, incident.Card{Board: "discord", Channel: room.Channel, Ref: show(inside)})
	return in
}

func (s *stage) channel(t *testing.T, id string) discordfake.Channel {
	t.Helper()
	all := s.Channels(s.Options().Guild)
	i := slices.IndexFunc(all, func(c discordfake.Channel) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no channel %s", id)
	}
	return all[i]
}

func TestARoomInDiscord(t *testing.T) {
	s := newStage(t, false)
	in := s.opened(t)
	for range 2 { // all of it may be done again
		if err := s.client.FurnishRoom(t.Context(), s.room(in)); err != nil {
			t.Fatal(err)
		}
	}
	again, err := s.client.OpenRoom(t.Context(), s.room(in))
	if err != nil || again.Channel != in.Room.Channel {
		t.Errorf("opened again as %+v, %v", again, err)
	}
	c := s.channel(t, in.Room.Channel)
	if !strings.HasPrefix(c.Name, "platform-42-") || !strings.Contains(c.Topic, "led by ") || !strings.Contains(c.Topic, "PLATFORM-42") {
		t.Errorf("channel = %+v", c)
	}
	calls := 0
	for _, m := range s.Messages(in.Room.Channel) {
		if strings.Contains(m.Content, "<@2002>") && strings.Contains(m.Content, "<@2009>") {
			calls++
		}
	}
	if calls != 1 {
		t.Errorf("ben and the stranger are called %d times, want once", calls)
	}
	for range 2 {
		if err := s.client.CloseRoom(t.Context(), in.Room.Channel); err != nil {
			t.Fatal(err)
		}
	}
	if o := s.channel(t, in.Room.Channel).Overwrites; len(o) != 1 || o[0].ID != s.Options().Guild || o[0].Deny == "0" {
		t.Errorf("the closed room has %+v", o)
	}
	in.Room.Channel = "3999"
	if f := fault(t, s.client.FurnishRoom(t.Context(), s.room(in))); !f.Gone {
		t.Errorf("a room that is gone: %+v", f)
	}
	if err := s.client.CloseRoom(t.Context(), "3999"); err != nil {
		t.Errorf("a room that is gone: %v", err)
	}
}

func TestARoomThatDiscordRefuses(t *testing.T) {
	s := newStage(t, false)
	s.Deny(discordfake.ManageChannels)
	_, err := s.client.OpenRoom(t.Context(), s.room(state("triggered")))
	if f := fault(t, err); !strings.Contains(f.Admin, "lacks a permission") {
		t.Errorf("fault = %+v", f)
	}
}

func TestStakeholdersInDiscord(t *testing.T) {
	s := newStage(t, false)
	s.AddChannel("3009", "boss", discordfake.Text, false)
	roster := s.desk.roster
	team := roster.Teams["platform"]
	team.Stakeholders.Discord = "3009"
	roster.Teams = map[oncall.TeamID]oncall.Team{"platform": team, "quiet": {ID: "quiet"}}
	newest := oncall.Sending{ID: "key status PLATFORM-42", Letter: oncall.Letter{Key: "status PLATFORM-42", Team: "platform", Stakeholders: true, Text: "newest @everyone"}}
	ref, err := s.client.Deliver(t.Context(), newest, roster)
	if err != nil {
		t.Fatal(err)
	}
	under := oncall.Sending{ID: "7.1", Letter: oncall.Letter{Under: "status PLATFORM-42", Team: "platform", Stakeholders: true, Text: "history"}}
	if _, err := s.client.Deliver(t.Context(), under, roster); fault(t, err).Retry <= 0 {
		t.Errorf("below nothing: %v", err)
	}
	under.Ref = ref
	for range 2 { // the second is the first, by its nonce
		if _, err := s.client.Deliver(t.Context(), under, roster); err != nil {
			t.Fatal(err)
		}
	}
	at, _, _ := parseRef(ref)
	told := 0
	for _, m := range s.Messages(at.id) {
		if m.Content == "history" {
			told++
		}
	}
	if len(s.Messages("3009")) == 0 || told != 1 {
		t.Errorf("the history is told %d times below %+v", told, s.Messages("3009"))
	}
	if _, err := s.client.Deliver(t.Context(), oncall.Sending{Letter: oncall.Letter{Team: "quiet", Stakeholders: true}}, roster); fault(t, err).Retry != 0 {
		t.Errorf("of a team that has none: %v", err)
	}
}

func TestWordsInARoomMeanItsIncident(t *testing.T) {
	roster := oncall.Roster{Rooms: []oncall.Room{{Incident: "PLATFORM-42", Team: "platform", Board: "discord", Channel: "3010"}}}
	tests := []struct {
		name     string
		focus    incident.ID
		channels []string
		want     incident.ID
		team     oncall.TeamID
	}{
		{"in the room", "", []string{"3010", ""}, "PLATFORM-42", "platform"},
		{"in a thread of the room", "", []string{"3011", "3010"}, "PLATFORM-42", "platform"},
		{"below another card", "WEB-1", []string{"3010"}, "WEB-1", "platform"},
		{"elsewhere", "", []string{"3001"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := within(tt.focus, roster, tt.channels...); got != tt.want {
				t.Errorf("meant = %q, want %q", got, tt.want)
			}
			if got := teamOf(roster, tt.channels...); got != tt.team {
				t.Errorf("team = %q, want %q", got, tt.team)
			}
		})
	}
}
