package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestARoomIsAskedForOnce(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full on db1")
	const asked = "A room for PLATFORM-1 is being opened. Its thread says where in a moment."
	for range 2 {
		if got := d.run(t, from("ben", "room PLATFORM-1")); !got.OK || got.String() != asked {
			t.Errorf("reply = %+v", got)
		}
	}
	want := oncall.Letter{Key: "room PLATFORM-1", Team: "platform", Room: "PLATFORM-1", Show: oncall.ShowRoom}
	if len(d.letters) != 1 || d.letters[0].Key != want.Key || d.letters[0].Show != want.Show || d.letters[0].Room != want.Room {
		t.Errorf("letters = %+v, want one %+v", d.letters, want)
	}
	if r, ok := d.book.Room("PLATFORM-1"); !ok || r.By != "ben" || r.Board != "slack" {
		t.Errorf("in the book: %+v", d.book.Rooms)
	}
	if len(d.rows) != 1 || d.rows[0].What != "room of PLATFORM-1" || d.rows[0].By != "ben" {
		t.Errorf("audit = %+v", d.rows)
	}
	d.do(t, time.Minute, incident.RoomOpened{ID: id, Room: incident.Room{Board: "slack", Channel: "C9", Name: "platform-1-disk", Link: "https://slack.com/C9"}})
	if got := d.run(t, from("ben", "room PLATFORM-1")); !got.OK || got.String() != "PLATFORM-1 has a room: #platform-1-disk. https://slack.com/C9" {
		t.Errorf("asked where it is: %+v", got)
	}
}

func TestARoomThatNobodyGets(t *testing.T) {
	tests := []struct {
		name string
		team oncall.TeamID
		by   Request
		set  func(*testing.T, *desk)
		want string
	}{
		{"a guest asks", "platform", Request{Text: "room PLATFORM-1", By: incident.Actor{Name: "gert"}, Guest: true, Source: "slack", Team: "platform"}, nil, "Guests, people of other organisations and bots may look"},
		{"a stranger asks elsewhere", "platform", Request{Text: "room PLATFORM-1", By: incident.Actor{Name: "stan"}, Source: "slack"}, nil, "may open a room for PLATFORM-1"},
		{"of a team that keeps to itself", "web", from("ben", "room WEB-1"), nil, "Only Web's members (Wes Hu)"},
		{"it is over", "platform", from("ben", "room PLATFORM-1"), func(t *testing.T, d *desk) {
			d.do(t, time.Minute, incident.Closed{ID: "PLATFORM-1", By: incident.By("ben")})
		}, "is resolved: nobody needs a room"},
		{"of a team without a chat", "platform", from("ben", "room PLATFORM-1"), func(_ *testing.T, d *desk) {
			team := d.roster.Teams["platform"]
			team.SlackChannel = ""
			d.roster.Teams["platform"] = team
		}, "Team Platform has no channel in a chat"},
		{"of nothing", "platform", from("ben", "room PLATFORM-7"), nil, "There is no incident PLATFORM-7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, tt.team, 1, "Disk full on db1")
			if tt.set != nil {
				tt.set(t, d)
			}
			if got := d.run(t, tt.by); got.OK || !strings.Contains(got.String(), tt.want) {
				t.Errorf("reply = %+v, want a refusal with %q", got, tt.want)
			}
			if len(d.letters) > 0 || len(d.book.Rooms) > 0 {
				t.Errorf("something is opened: %+v", d.letters)
			}
		})
	}
}

func TestARoomIsOpenedWhereItIsAskedFor(t *testing.T) {
	both := oncall.Team{ID: "platform", SlackChannel: "C0", DiscordChannel: "3001"}
	tests := []struct {
		name   string
		source string
		team   oncall.Team
		want   string
	}{
		{"in Discord", "discord", both, "discord"},
		{"in Slack", "slack", both, "slack"},
		{"by SMS: in the first", "sms", both, "slack"},
		{"in Slack, of a team that is in Discord alone", "slack", oncall.Team{DiscordChannel: "3001"}, "discord"},
		{"of a team without a chat", "slack", oncall.Team{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			turn := turn{Request: Request{Source: tt.source}, roster: oncall.Roster{Teams: map[oncall.TeamID]oncall.Team{"platform": tt.team}}}
			if got := turn.board("platform"); got != tt.want {
				t.Errorf("board = %q, want %q", got, tt.want)
			}
		})
	}
}

// told is a desk whose platform has stakeholders and one incident.
func told(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	team := d.roster.Teams["platform"]
	team.Stakeholders.Slack = "C0BOSS"
	d.roster.Teams["platform"] = team
	d.fire(t, "platform", 1, "Disk full on db1")
	return d
}

func TestStakeholdersAreTold(t *testing.T) {
	d := told(t)
	r := from("ben", "identified next 30m a <disk> is full")
	r.Text, r.Focus = "status "+r.Text, "PLATFORM-1"
	if got := d.run(t, r); !got.OK || got.String() != "Stakeholders are told of PLATFORM-1: identified: a <disk> is full; next update in 30m." {
		t.Fatalf("reply = %+v", got)
	}
	if len(d.letters) != 2 {
		t.Fatalf("letters = %+v, want the newest and a line of history", d.letters)
	}
	newest, history := d.letters[0], d.letters[1]
	if newest.Key != "status PLATFORM-1" || !newest.Stakeholders || newest.Text != "PLATFORM-1 Disk full on db1: identified" ||
		!slices.Equal(newest.Lines, []string{"a <disk> is full", "Next update by Sun 11 Jan 02:30 EST", "Sun 11 Jan 02:00 EST, Ben Li"}) {
		t.Errorf("newest = %+v", newest)
	}
	if history.Key != "" || history.Under != newest.Key || !history.Stakeholders || history.Text != "Sun 11 Jan 02:00 EST, Ben Li: identified: a <disk> is full; next update in 30m" {
		t.Errorf("history = %+v", history)
	}
	last := d.incidents["PLATFORM-1"].Timeline
	if e := last[len(last)-1]; e.Kind != incident.KindStatus || e.Actor != "ben" || e.Text != "identified: a <disk> is full; next update in 30m" {
		t.Errorf("timeline ends with %+v", e)
	}
}

func TestWhatAStatusSays(t *testing.T) {
	over := incident.Incident{State: incident.Resolved}
	open := incident.Incident{State: incident.Triggered}
	tests := []struct {
		name, text string
		in         incident.Incident
		want       string
	}{
		{"words alone", "we look at it", open, "investigating: we look at it"},
		{"of what is over", "all is well", over, "resolved: all is well"},
		{"with a phase in any case", "Monitoring: it holds", open, "monitoring: it holds"},
		{"with the next update", "next 1h we wait", open, "investigating: we wait; next update in 1h"},
		{"a week that is no length", "next week we rest", open, "investigating: next week we rest"},
		{"of several lines", "identified\na disk\n  is full", open, "identified: a disk is full"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problem := readUpdate(tt.text, tt.in)
			if got.String() != tt.want || problem != "" {
				t.Errorf("read %q, %q; want %q", got, problem, tt.want)
			}
		})
	}
}

func TestAStatusThatNobodyIsTold(t *testing.T) {
	t.Run("without words a form asks for them", func(t *testing.T) {
		d := told(t)
		got := d.run(t, from("ben", "status PLATFORM-1 identified"))
		if got.OK || got.Form == nil || got.Form.Words != "status PLATFORM-1 {phase} {next} {text}" || got.Form.Fields[1].Value != "identified" {
			t.Errorf("reply = %+v", got)
		}
	})
	t.Run("what is filled in is read back", func(t *testing.T) {
		d := told(t)
		r := from("ben", "status PLATFORM-1 monitoring  it holds")
		r.Form = true
		if got := d.run(t, r); !got.OK || !strings.Contains(got.Text, "monitoring: it holds") {
			t.Errorf("reply = %+v", got)
		}
	})
	t.Run("the next update is too far off", func(t *testing.T) {
		d := told(t)
		r := from("ben", "status PLATFORM-1 next 30d we wait")
		r.Form = true
		if got := d.run(t, r); got.OK || got.Field != "next" || len(d.letters) > 0 {
			t.Errorf("reply = %+v", got)
		}
	})
	t.Run("the team has no stakeholders", func(t *testing.T) {
		d := newDesk(t)
		d.fire(t, "platform", 1, "Disk full on db1")
		if got := d.run(t, from("ben", "status PLATFORM-1 a disk is full")); got.OK || !strings.Contains(got.Text, "has no channel for stakeholders") {
			t.Errorf("reply = %+v", got)
		}
	})
	t.Run("a stranger from elsewhere", func(t *testing.T) {
		d := told(t)
		got := d.run(t, Request{Text: "status PLATFORM-1 hello", By: incident.Actor{Name: "stan"}, Source: "slack"})
		if got.OK || len(d.letters) > 0 {
			t.Errorf("reply = %+v, letters %+v", got, d.letters)
		}
	})
	t.Run("the store is away", func(t *testing.T) {
		d := told(t)
		d.broken = errStore
		if got := d.run(t, from("ben", "status PLATFORM-1 hello")); got.OK || got.Err == nil {
			t.Errorf("reply = %+v", got)
		}
	})
}
