package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestPageByHand(t *testing.T) {
	future := Forecast{Pages: []Foretold{
		{Person: "ana", Via: oncall.Chat, Tier: 1}, {After: 2 * time.Minute, Person: "ana", Via: oncall.SMS, Tier: 1}, {After: 10 * time.Minute, Via: oncall.Channel},
	}}
	const preview = "A page for Platform would reach Ana Ortiz by chat after 0s, then Ana Ortiz by SMS after 2m, then the channel after 10m."
	tests := []struct {
		name   string
		said   Request
		want   string // the reply begins so
		team   oncall.TeamID
		person oncall.PersonID
		ok     bool
	}{
		{"a team", from("ben", "page platform checkout answers 500"), "PLATFORM-1 raised for Platform. Now paged: Ana Ortiz.", "platform", "", true},
		{"a team by its channel", from("ben", "page <#C0PLATFORM|platform> checkout answers 500"), "PLATFORM-1 raised for Platform.", "platform", "", true},
		{"a person", from("ben", "page @hal checkout answers 500"), "PLATFORM-1 raised for Platform. Now paged: Hal Byrne.", "platform", "hal", true},
		{"a person of two teams, said in one of them", Request{Text: "page <@U0WES> shop is slow", By: incident.By("ben"), Team: "web"}, "WEB-1 raised for Web. Now paged: Wes Hu.", "web", "wes", true},
		{"somebody unknown, who needs no account", Request{Text: "page platform the lift is stuck", By: incident.Actor{Name: "Mallory"}}, "PLATFORM-1 raised", "platform", "", true},
		{"by SMS", Request{Text: "PAGE platform it smells of smoke", By: incident.By("hal"), Source: "sms", Slots: map[int]incident.ID{}}, "PLATFORM-1 raised", "platform", "", true},
		{"a guest may not", Request{Text: "page platform hello", By: incident.Actor{Name: "Guest"}, Guest: true}, "Guests, people of other organisations and bots may look", "", "", false},
		{"nobody of that name", from("ben", "page @bem help"), "There is no person \"bem\". Did you mean ben?", "", "", false},
		{"no team of that name", from("ben", "page plattform help"), "There is no team \"plattform\". Did you mean platform?", "", "", false},
		{"without a message it says who would be paged", from("ben", "page platform"), "What is wrong? Say: page @person|TEAM message, for example: page platform checkout answers 500\n" + preview, "", "", false},
		{"nothing at all", from("ben", "page"), "Whom, and what is wrong?", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.future = future
			got := d.run(t, tt.said)
			if !strings.HasPrefix(got.String(), tt.want) || got.OK != tt.ok {
				t.Fatalf("reply = %v %s\nwant    %s", got.OK, got, tt.want)
			}
			if !tt.ok {
				if len(d.incidents) > 0 {
					t.Errorf("incidents = %v, though nothing was raised", d.incidents)
				}
				return
			}
			in := d.incidents[got.Incident]
			if in.Team != tt.team || in.Person != tt.person || in.Severity != incident.Critical {
				t.Errorf("raised %s %q for %s, person %q", in.Severity, in.Title, in.Team, in.Person)
			}
			if first := in.Timeline[0]; first.Actor != tt.said.By.Key() {
				t.Errorf("opened by %v, want %v", first.Actor, tt.said.By)
			}
		})
	}
}

func TestTheFormOfAPageByHandSaysWhoWouldBePaged(t *testing.T) {
	d := newDesk(t)
	d.future = Forecast{Pages: []Foretold{{Person: "hal", Via: oncall.SMS}}}
	got := d.run(t, from("ben", "page @hal"))
	if got.Form == nil || got.Form.Words != "page {whom} {message}" || got.Form.Fields[0].Value != "@hal" {
		t.Fatalf("form = %+v", got.Form)
	}
	if want := "A page for Hal Byrne would reach Hal Byrne by SMS after 0s."; got.Form.Note != want {
		t.Errorf("note = %q, want %q", got.Form.Note, want)
	}
}

func TestTwoPagesByHandAreTwoIncidents(t *testing.T) {
	d := newDesk(t)
	for range 2 {
		if got := d.run(t, from("ben", "page platform checkout answers 500")); !got.OK {
			t.Fatal(got)
		}
	}
	keys := map[incident.Key]bool{}
	for _, in := range d.incidents {
		keys[in.Key] = true
	}
	if len(keys) != 2 {
		t.Errorf("keys = %v, want two", keys)
	}
}

func TestS21GuestsLookAtMost(t *testing.T) {
	looks := map[string]bool{"who": true, "list": true, "heartbeats": true, "next": true, "gaps": true, "explain": true, "report": true, "help": true}
	for _, w := range words() {
		d := newDesk(t)
		d.fire(t, "platform", 1, "Disk full")
		got := d.run(t, Request{Text: w.example, By: incident.By("ben"), Guest: true, Team: "platform"})
		if refused := strings.HasPrefix(got.Text, "Guests, "); refused == looks[w.name] {
			t.Errorf("%q of a guest is answered with %s", w.example, got)
		}
		if !looks[w.name] && len(d.events)+len(d.rows) > 0 {
			t.Errorf("%q of a guest changed something", w.example)
		}
	}
}
