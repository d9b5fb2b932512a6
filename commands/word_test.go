package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestEveryWord(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		state incident.State // of PLATFORM-1 afterwards
		ok    bool
		want  string // the whole reply
	}{
		{"nothing said asks who", "", incident.Triggered, true,
			"On call for Platform now:\nplatform/techops: Ana Ortiz until Mon 12 Jan 09:00 EST, then Ben Li, Hal Byrne"},
		{"who of a team and time", "who Platform at 2026-01-12T09:00", incident.Triggered, true,
			"On call for Platform at Mon 12 Jan 09:00 EST:\nplatform/techops: Ben Li, Hal Byrne until Mon 19 Jan 09:00 EST, then Ana Ortiz"},
		{"who of a team without schedules", "who web", incident.Triggered, true, "On call for Web now:\nweb: no schedule"},
		{"who of an unknown team", "who platfrm", incident.Triggered, false,
			"There is no team \"platfrm\". Did you mean platform? Say: who [team] [at TIME], for example: who platform at 18:00"},
		{"who at an unclear time", "who at 5", incident.Triggered, false,
			"\"5\" may be the morning or the evening. Say 5am or 5pm. Say: who [team] [at TIME], for example: who platform at 18:00"},
		{"list of the channel's team", "list", incident.Triggered, true,
			"1 open incident of Platform:\nPLATFORM-1 critical, triggered 02:00, paging Ana Ortiz: Disk full on db1"},
		{"list of another team", "list web", incident.Triggered, true, "No open incidents of Web."},
		{"ack in any case, with emoji and blanks around", " 👍 Ack platform-1. 🎉 ", incident.Acknowledged, true,
			"PLATFORM-1 acknowledged. Others' pages have stopped."},
		{"ack by its long name", "acknowledge PLATFORM-1", incident.Acknowledged, true, "PLATFORM-1 acknowledged. Others' pages have stopped."},
		{"ack of what does not exist", "ack PLATFORM-9", incident.Triggered, false,
			"There is no incident PLATFORM-9. \"list\" shows the open ones."},
		{"ack of something else", "ack everything", incident.Triggered, false,
			"\"everything\" is no incident. Say: ack ID, for example: ack PLATFORM-42"},
		{"ack of two at once", "ack PLATFORM-1 PLATFORM-2", incident.Triggered, false,
			"Only one incident at a time, without \"PLATFORM-2\". Say: ack ID, for example: ack PLATFORM-42"},
		{"unack of what nobody has", "unack PLATFORM-1", incident.Triggered, false, "PLATFORM-1 is not acknowledged."},
		{"resolve", "resolve PLATFORM-1", incident.Resolved, true, "PLATFORM-1 resolved. Nobody is paged for it any more."},
		{"resolve with a note", "close platform-1 disk replaced 🎉", incident.Resolved, true, "PLATFORM-1 resolved. Nobody is paged for it any more."},
		{"escalate", "escalate PLATFORM-1", incident.Triggered, true, "PLATFORM-1 escalated. Now paged: Hal Byrne."},
		{"snooze", "snooze PLATFORM-1 1h", incident.Snoozed, true, "PLATFORM-1 snoozed until 03:00. \"unack PLATFORM-1\" ends it."},
		{"snooze for a while", "snooze PLATFORM-1 for 1 d", incident.Snoozed, true, "PLATFORM-1 snoozed until Mon 12 Jan 02:00. \"unack PLATFORM-1\" ends it."},
		{"snooze of the only one", "snooze 90m", incident.Snoozed, true, "PLATFORM-1 snoozed until 03:30. \"unack PLATFORM-1\" ends it."},
		{"snooze without end", "snooze PLATFORM-1", incident.Triggered, false,
			"For how long? Say: snooze ID DURATION, for example: snooze PLATFORM-42 1h"},
		{"snooze for a year", "snooze PLATFORM-1 52w", incident.Triggered, false,
			"A snooze ends after 30 days at the latest. Say: snooze ID DURATION, for example: snooze PLATFORM-42 1h"},
		{"snooze for nothing", "snooze PLATFORM-1 0s", incident.Triggered, false,
			"A snooze takes a second at least. Say: snooze ID DURATION, for example: snooze PLATFORM-42 1h"},
		{"snooze for words", "snooze PLATFORM-1 a bit", incident.Triggered, false,
			"\"a bit\" is no duration. Say: snooze ID DURATION, for example: snooze PLATFORM-42 1h"},
		{"note", "note PLATFORM-1 looking", incident.Triggered, true, "Noted on PLATFORM-1."},
		{"note that begins like an id of nobody", "note RFC-3339 is broken", incident.Triggered, true, "Noted on PLATFORM-1."},
		{"note without words", "note PLATFORM-1", incident.Triggered, false,
			"What should the note say? Say: note ID text, for example: note PLATFORM-42 the disk is on its way"},
		{"reassign to a team", "reassign PLATFORM-1 web", incident.Triggered, true, "PLATFORM-1 is now with team Web. Now paged: Wes Hu, Ana Ortiz."},
		{"reassign to a handle", "reassign PLATFORM-1 @hal", incident.Triggered, true, "PLATFORM-1 is now with Hal Byrne. Now paged: Hal Byrne."},
		{"reassign to a mention", "reassign PLATFORM-1 <@U0BEN|ben>", incident.Triggered, true, "PLATFORM-1 is now with Ben Li. Now paged: Ben Li."},
		{"reassign to a name", "reassign hal byrne", incident.Triggered, true, "PLATFORM-1 is now with Hal Byrne. Now paged: Hal Byrne."},
		{"reassign to nobody", "reassign PLATFORM-1", incident.Triggered, false,
			"To whom? Say: reassign ID TEAM|policy:NAME|@person, for example: reassign PLATFORM-42 @ana"},
		{"reassign to somebody who has left", "reassign PLATFORM-1 <@U0GUS>", incident.Triggered, false,
			"That person isn't in Earshot's configuration. Say: reassign ID TEAM|policy:NAME|@person, for example: reassign PLATFORM-42 @ana"},
		{"add", "add PLATFORM-1 @ben", incident.Triggered, true, "Ben Li is paged for PLATFORM-1 too."},
		{"add a wrong name", "add PLATFORM-1 @bem", incident.Triggered, false,
			"There is no person \"bem\". Did you mean ben? Say: add ID @person, for example: add PLATFORM-42 @ana"},
		{"add nobody", "add PLATFORM-1", incident.Triggered, false,
			"Whom? Say: add ID @person, for example: add PLATFORM-42 @ana"},
		{"help with a word", "help ack", incident.Triggered, true,
			"ack ID: take an incident on; everybody else's pages stop. For example: ack PLATFORM-42"},
		{"help with a wrong word", "help akc", incident.Triggered, false, "There is no word \"akc\". Did you mean \"ack\"? For example: help ack"},
		{"a wrong word", "akc PLATFORM-1", incident.Triggered, false, "There is no word \"akc\". Did you mean \"ack\"? For example: ack PLATFORM-42"},
		{"half a word", "esc PLATFORM-1", incident.Triggered, false,
			"There is no word \"esc\". Did you mean \"escalate\"? For example: escalate PLATFORM-42"},
		{"no word at all", "xylophone", incident.Triggered, false, "There is no word \"xylophone\". \"help\" lists the words."},
		{"a key is none in chat", "14", incident.Triggered, false, "There is no word \"14\". \"help\" lists the words."},
	}
	said := map[string]bool{}
	for _, tt := range tests {
		first, _ := cutWord(tt.text)
		if w, ok := find(first); ok && tt.ok {
			said[w.name] = true
		}
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			id := d.fire(t, "platform", 1, "Disk full on db1")
			got := d.run(t, from("ben", tt.text))
			if got.String() != tt.want || got.OK != tt.ok {
				t.Errorf("reply = %v %s\nwant %v %s", got.OK, got, tt.ok, tt.want)
			}
			if state := d.incidents[id].State; state != tt.state {
				t.Errorf("state = %s, want %s", state, tt.state)
			}
			if !tt.ok && len(d.events) > 0 {
				t.Errorf("events = %v though nothing was understood", d.events)
			}
		})
	}
	for _, w := range words() {
		if !said[w.name] && w.name != "unack" && !w.duty { // its success: TestAnswersAreTruthful
			t.Errorf("no row says %q with success", w.name)
		}
	}
}

func TestHelpListsEveryWord(t *testing.T) {
	got := newDesk(t).run(t, from("ben", "help"))
	for _, w := range words() {
		if listed := strings.Contains(got.String(), "\n"+w.usage+": "+w.help); listed == w.hidden {
			t.Errorf("help says nothing of %q", w.name)
		}
		if first, _ := cutWord(w.example); first != w.name {
			t.Errorf("the example of %q is %q", w.name, w.example)
		}
		if first, _ := cutWord(w.usage); first != w.name {
			t.Errorf("the usage of %q is %q", w.name, w.usage)
		}
	}
}

func TestAnswersAreTruthful(t *testing.T) {
	const id = incident.ID("PLATFORM-1")
	acked := incident.Acked{ID: id, By: incident.By("ana")}
	tests := []struct {
		name  string
		first incident.Event // a minute after it opened
		by    Request
		want  string
	}{
		{"a second ack is told who has it", acked, from("ben", "ack PLATFORM-1"), "PLATFORM-1 is already acknowledged by Ana Ortiz (02:01)."},
		{"times are on the speaker's clock", acked, from("ana", "ack PLATFORM-1"), "PLATFORM-1 is already acknowledged by you (08:01)."},
		{"too late", incident.Closed{ID: id, By: incident.By("ana")}, from("ben", "ack PLATFORM-1"), "PLATFORM-1 is already resolved by Ana Ortiz (02:01)."},
		{"resolved by a machine", incident.Closed{ID: id, By: incident.Actor{Name: "prometheus"}}, from("ben", "resolve PLATFORM-1"), "PLATFORM-1 is already resolved by prometheus (02:01)."},
		{"given back", acked, from("ben", "unack PLATFORM-1"), "PLATFORM-1 given back. Now paged: Ana Ortiz."},
		{"snooze ended", incident.Slept{ID: id, By: incident.By("ana"), For: time.Hour}, from("ben", "unack PLATFORM-1"), "PLATFORM-1 woken from its snooze. Now paged: Ana Ortiz."},
		{"a second press of escalate", incident.Escalated{ID: id, By: incident.By("ana")}, from("ben", "escalate PLATFORM-1"), "PLATFORM-1 was escalated just now. Now paged: Hal Byrne."},
		{"added to what is acknowledged", acked, from("ben", "add PLATFORM-1 @hal"), "PLATFORM-1 is acknowledged, nobody is paged for it: unack or escalate it first."},
		{"a button", nil, Request{Verb: "ack", Incident: id, By: incident.By("ana"), Source: "slack"}, "PLATFORM-1 acknowledged."},
		{"a menu", nil, Request{Verb: "snooze", Incident: id, Arg: "30m", By: incident.By("hal"), Source: "slack"}, "PLATFORM-1 snoozed until 02:31. \"unack PLATFORM-1\" ends it."},
		{"a button of something unknown", nil, Request{Verb: "explode", Incident: id, By: incident.By("ana")}, "There is no word \"explode\". \"help\" lists the words."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 1, "Disk full on db1")
			d.now = d.now.Add(time.Minute)
			if tt.first != nil {
				d.do(t, 0, tt.first)
			}
			if got := d.run(t, tt.by); got.String() != tt.want {
				t.Errorf("reply = %s\nwant    %s", got, tt.want)
			}
		})
	}
}

func TestEverybodyHasToAcknowledge(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "web", 1, "Shop down")
	say := func(person Request, want string) {
		t.Helper()
		if got := d.run(t, person); got.String() != want {
			t.Errorf("reply = %s\nwant    %s", got, want)
		}
	}
	say(from("wes", "ack"), "WEB-1: your acknowledgement is noted. Everybody who was paged has to; still missing: Ana Ortiz.")
	say(from("ana", "ack"), "WEB-1 acknowledged.")
}

func TestAStoreThatIsAwayIsNoPromise(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 1, "Disk full")
	d.broken = errStore
	got := d.run(t, from("ben", "ack PLATFORM-1"))
	if got.OK || got.Err == nil || strings.Contains(got.String(), "dial") {
		t.Errorf("reply = %+v, want a refusal that keeps the cause to the log", got)
	}
	if got := d.run(t, from("ben", "list")); got.OK || got.Err == nil {
		t.Errorf("reply = %+v, want a refusal", got)
	}
}
