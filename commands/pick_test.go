package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWithoutAnIDNothingIsGuessed(t *testing.T) {
	const both = "Which one? Say it with its id, such as: ack PLATFORM-1\n" +
		"PLATFORM-1 critical, triggered 02:00, paging Ana Ortiz: first\n" +
		"PLATFORM-2 critical, triggered 02:01, paging Ana Ortiz: second"
	tests := []struct {
		name  string
		by    oncall.PersonID
		text  string
		team  oncall.TeamID
		focus incident.ID
		want  incident.ID // empty: nothing is done
		reply string
	}{
		{"that of the thread", "ben", "ack", "platform", "PLATFORM-2", "PLATFORM-2", ""},
		{"an id beats the thread", "ben", "ack platform-1", "platform", "PLATFORM-2", "PLATFORM-1", ""},
		{"the only one that pages the speaker", "wes", "ack", "platform", "", "WEB-1", ""},
		{"the only one of the channel's team", "ben", "ack", "web", "", "", "Only Web's members (Wes Hu) and the admins (Paul Reyes) may ack WEB-1."},
		{"several of the channel's team", "zoe", "ack", "platform", "", "", ""},
		{"none", "ben", "ack", "", "", "", "Which incident? Say: ack ID, for example: ack PLATFORM-42"},
		{"one's own after acknowledging", "hal", "resolve fixed it", "platform", "", "PLATFORM-3", ""},
		{"not one's own to acknowledge again", "hal", "ack", "", "", "", "Which incident? Say: ack ID, for example: ack PLATFORM-42"},
		{"a note in a thread", "ben", "note all is fine", "platform", "PLATFORM-1", "PLATFORM-1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 1, "first")
			d.now = d.now.Add(time.Minute)
			d.fire(t, "platform", 2, "second")
			d.fire(t, "web", 1, "shop")
			d.do(t, 0, incident.Acked{ID: d.fire(t, "platform", 3, "third"), By: incident.By("hal")})
			got := d.run(t, Request{Text: tt.text, By: incident.By(tt.by), Team: tt.team, Focus: tt.focus})
			if tt.reply != "" && got.String() != tt.reply {
				t.Errorf("reply = %s\nwant    %s", got, tt.reply)
			}
			switch {
			case tt.want == "" && len(d.events) > 0:
				t.Errorf("events = %+v, want none", d.events)
			case tt.want != "" && (len(d.events) != 1 || d.events[0].Subject().ID != tt.want):
				t.Errorf("reply = %s, events = %+v, want one of %s", got, d.events, tt.want)
			}
		})
	}
	t.Run("a list to pick from", func(t *testing.T) {
		d := newDesk(t)
		d.fire(t, "platform", 1, "first")
		d.now = d.now.Add(time.Minute)
		d.fire(t, "platform", 2, "second")
		if got := d.run(t, from("ben", "ack")); got.String() != both || got.OK {
			t.Errorf("reply = %s\nwant    %s", got, both)
		}
	})
	t.Run("all that page the speaker", func(t *testing.T) {
		d := newDesk(t)
		d.fire(t, "platform", 1, "first")
		d.fire(t, "platform", 2, "second")
		if got, want := d.run(t, from("ana", "ack all")).String(), "Acknowledged: PLATFORM-1, PLATFORM-2."; got != want {
			t.Errorf("reply = %s\nwant    %s", got, want)
		}
	})
}

func TestPeopleAndTeams(t *testing.T) {
	d := newDesk(t)
	d.roster.People["bea"] = oncall.Person{ID: "bea", Name: "Ana Prado", Discord: "2001"}
	d.roster.People["web"] = oncall.Person{ID: "web", Name: "Webster"}
	at := turn{roster: d.roster}
	for text, want := range map[string]oncall.PersonID{
		"ana": "ana", "ANA": "ana", "@ana": "ana", "ana ortiz": "ana", "<@U0ANA>": "ana", "<@u0ana|whoever>": "ana",
		"<@2001>": "bea", "<@!2001>": "bea", "@webster": "web", "hal": "hal", "Zoe": "zoe",
		"": "", "@": "", "<@>": "", "nobody": "", "gus": "", "<@U0GUS>": "",
	} {
		if got, problem := at.person(text); got != want || (problem == "") != (want != "") {
			t.Errorf("person %q = %q (%s), want %q", text, got, problem, want)
		}
	}
	for text, want := range map[string]oncall.TeamID{
		"platform": "platform", "PLATFORM": "platform", "<#C0WEB|web>": "web", "<#C0WEB>": "web", "": "", "plat": "", "<#C0OTHER>": "",
	} {
		if got, problem := at.team(text); got != want || (problem == "") != (want != "") {
			t.Errorf("team %q = %q (%s), want %q", text, got, problem, want)
		}
	}
	delete(d.roster.People, "ana")
	d.roster.People["bob"] = oncall.Person{ID: "bob", Name: "Ana Blum"}
	if _, problem := at.person("ana"); problem != `"ana" may be any of Ana Prado, Ana Blum.` {
		t.Errorf("problem = %s", problem)
	}
	if _, problem := at.recipient("web"); problem != `"web" is a team and a person; @web is the person, the team is "Web" in full.` {
		t.Errorf("problem = %s", problem)
	}
}
