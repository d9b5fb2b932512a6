package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/bot"
	"github.com/earshot-oncall/earshot/bot/bottest"
	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestRoomNames(t *testing.T) {
	tests := []struct{ name, title, want string }{
		{"plain", "Disk full on db1", "platform-42-disk-full-on-db1"},
		{"signs and capitals", "  <!channel> DISK: 97 % (/var)!  ", "platform-42-channel-disk-97-var"},
		{"another alphabet", "Диск заполнен 🔥", "platform-42"},
		{"nothing", "", "platform-42"},
		{"long", strings.Repeat("disk ", 40), "platform-42-" + strings.Repeat("disk-", 12) + "disk"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := bottest.Full()
			in.Title = tt.title
			if got := bot.RoomName(in); got != tt.want || len(got) > 80 {
				t.Errorf("name = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhoBelongsInARoom(t *testing.T) {
	roster := bottest.Crew
	roster.People = map[oncall.PersonID]oncall.Person{"ana": {ID: "ana"}, "hal": {ID: "hal"}, "ben": {ID: "ben"}, "gus": {ID: "gus", Inactive: true}}
	in := incident.Incident{Team: "platform", AckedBy: incident.By("ana"), Paged: map[oncall.PersonID]int{"hal": 2, "gus": 1}}
	got := bot.RoomOf(oncall.Room{By: "ben"}, in, roster, bottest.Nine).People
	if want := []oncall.PersonID{"ana", "ben", "hal"}; !slices.Equal(got, want) {
		t.Errorf("invited: %v, want %v", got, want)
	}
	if got := bot.RoomOf(oncall.Room{By: "ben", Invited: []oncall.PersonID{"ana", "ben"}}, in, roster, bottest.Nine).People; !slices.Equal(got, []oncall.PersonID{"hal"}) {
		t.Errorf("invited again: %v, want hal alone", got)
	}
}

func TestARoomsTopicSaysWhoLeads(t *testing.T) {
	in := bottest.Full()
	of := func(in incident.Incident) string {
		return bot.RoomOf(oncall.Room{}, in, bottest.Crew, bottest.Nine).Topic(80)
	}
	acked, over := in, in
	acked.State, acked.AckedBy = incident.Acknowledged, incident.By("ana")
	over.State, over.ResolvedBy = incident.Resolved, incident.Actor{Name: "prometheus"}
	for _, tt := range []struct {
		in   incident.Incident
		want string
	}{
		{in, "CRITICAL: Disk full on db1 · nobody leads yet"},
		{acked, "CRITICAL: Disk full on db1 · led by Ana Ortiz"},
		{over, "CRITICAL: Disk full on db1 · resolved by prometheus"},
	} {
		if got := of(tt.in); got != tt.want {
			t.Errorf("topic = %q, want %q", got, tt.want)
		}
	}
	in.Title = strings.Repeat("disk ", 100)
	if got := of(in); len([]rune(got)) > 80 {
		t.Errorf("topic of %d characters", len([]rune(got)))
	}
}

func TestTheCardInTheRoom(t *testing.T) {
	roster := bottest.Crew
	team := roster.Teams["platform"]
	team.Call, team.Stakeholders.Slack = "https://meet.example.com/{id}?t=1", "C0BOSS"
	roster.Teams = map[oncall.TeamID]oncall.Team{"platform": team}
	in := bottest.Full()
	in.Room = incident.Room{Board: "slack", Channel: "C9", Name: "platform-42", Link: "https://slack.com/C9", Thread: "https://slack.com/C0/p1"}
	hrefs := func(c bot.Card) (all []string) {
		for _, l := range c.Links {
			all = append(all, l.Href)
		}
		return all
	}
	verbs := func(c bot.Card) (all []string) {
		for _, b := range slices.Concat(c.Buttons, c.Menu) {
			all = append(all, b.Verb)
		}
		return all
	}
	inside := bot.Present(incident.Scene{Incident: in, Roster: roster, Card: incident.Card{Board: "slack", Channel: "C9"}}, bottest.Nine)
	outside := bot.Present(incident.Scene{Incident: in, Roster: roster, Card: incident.Card{Board: "slack", Channel: "C0PLATFORM"}}, bottest.Nine)
	const call, runbook = "https://meet.example.com/platform-42?t=1", "https://runbooks.example.com/disk?a=1&b=2"
	if got := hrefs(inside); !slices.Equal(got, []string{call, in.Room.Thread, runbook}) {
		t.Errorf("links in the room: %v", got)
	}
	if got := hrefs(outside); !slices.Equal(got, []string{call, in.Room.Link, runbook}) {
		t.Errorf("links outside: %v", got)
	}
	last := inside.Buttons[len(inside.Buttons)-1]
	if last.Verb != "status" || slices.ContainsFunc(outside.Buttons, func(b bot.Button) bool { return b.Verb == "status" }) || !slices.Contains(verbs(outside), "status") {
		t.Errorf("verbs in the room %v, outside %v", verbs(inside), verbs(outside))
	}
	t.Run("S36 an address that is none is not shown", func(t *testing.T) {
		team.Call = "javascript:alert(1)"
		roster.Teams["platform"] = team
		if got := hrefs(bot.View(in, roster, bottest.Nine)); slices.Contains(got, team.Call) {
			t.Errorf("links: %v", got)
		}
	})
	t.Run("what is over has no call", func(t *testing.T) {
		team.Call = "https://meet.example.com/x"
		roster.Teams["platform"] = team
		in.State, in.ResolvedAt = incident.Resolved, bottest.Nine.Add(time.Hour)
		if got := hrefs(bot.View(in, roster, bottest.Nine)); slices.Contains(got, team.Call) {
			t.Errorf("links: %v", got)
		}
	})
}

func TestTheStoryTellsOfRoomsAndUpdates(t *testing.T) {
	news := []incident.Entry{
		{At: bottest.Nine, Kind: incident.KindRoom, Actor: "ana", Text: "room: #platform-42-disk"},
		{At: bottest.Nine, Kind: incident.KindStatus, Actor: "ana", Text: "identified: a disk by hal"},
	}
	notes := bot.Story(bottest.Full(), bottest.Crew, news)
	if len(notes) != 1 || len(notes[0].Lines) != 2 {
		t.Fatalf("notes = %+v", notes)
	}
	for i, want := range []string{"room: #platform-42-disk", "Ana Ortiz told stakeholders: identified: a disk by hal"} {
		if got := notes[0].Lines[i].Plain(time.UTC); !strings.HasSuffix(got, want) {
			t.Errorf("line %d = %q, want %q", i, got, want)
		}
	}
}
