package commands

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// open are the words for everybody; every other has to stand in the table below.
var open = map[string]bool{"who": true, "list": true, "help": true}

// rests are what makes each word complete; a word without one fails the test.
var rests = map[string]string{
	"ack": "", "unack": "", "resolve": "", "escalate": "", "takeover": "", "snooze": "1h", "note": "words", "reassign": "@hal", "add": "@zoe", "mark": "",
}

func TestS18WhoMayDoWhat(t *testing.T) {
	stranger := incident.Actor{Name: "mallory"}
	roles := []struct {
		name    string
		by      incident.Actor
		said    oncall.TeamID // in the channel of
		anyTeam bool          // may act on PLATFORM-1
		closed  bool          // may act on WEB-1, whose team wants members only
	}{
		{"a member in a direct message", incident.By("wes"), "", true, true},
		{"somebody of another team, in its own channel", incident.By("zoe"), "platform", true, false},
		{"somebody of another team, in the channel", incident.By("zoe"), "web", true, false},
		{"somebody of another team whom it pages", incident.By("ana"), "", true, true},
		{"an admin", incident.By("paul"), "", true, true},
		{"a stranger in platform's channel", stranger, "platform", true, false},
		{"a stranger in web's channel", stranger, "web", false, false},
		{"a stranger elsewhere", stranger, "", false, false},
		{"somebody who has left, elsewhere", incident.By("gus"), "", false, false},
		{"somebody unknown, elsewhere", incident.By("nemo"), "", false, false},
	}
	for _, w := range words() {
		if w.duty && !w.changes {
			continue // TestS19WhoMayChangeSchedules
		}
		if open[w.name] == w.changes {
			t.Errorf("%q is for everybody: %v, but changes: %v", w.name, open[w.name], w.changes)
		}
		rest, ok := rests[w.name]
		if !ok && w.changes {
			t.Errorf("no row says who may %q", w.name)
		}
		for _, role := range roles {
			for _, id := range []incident.ID{"PLATFORM-1", "WEB-1"} {
				t.Run(w.name+" "+string(id)+" by "+role.name, func(t *testing.T) {
					d := newDesk(t)
					d.fire(t, "platform", 1, "Disk full")
					d.fire(t, "web", 1, "Shop down")
					if w.name == "unack" {
						d.do(t, 0, incident.Acked{ID: id, By: incident.Actor{Name: "nagios"}})
					}
					text := strings.TrimSpace(w.name + " " + string(id) + " " + rest)
					if !w.changes {
						text = w.name
					}
					got := d.run(t, Request{Text: text, By: role.by, Team: role.said, Mark: &Mark{Ref: "C0:1.2", Text: "look"}})
					want := !w.changes || id == "PLATFORM-1" && role.anyTeam || id == "WEB-1" && role.closed
					if got.OK != want {
						t.Errorf("reply = %v %s, want %v", got.OK, got, want)
					}
					if changed := len(d.events) > 0; changed != (want && w.changes) {
						t.Errorf("%d events reached the core", len(d.events))
					}
				})
			}
		}
	}
}

func TestARefusalSaysWhoCan(t *testing.T) {
	d := newDesk(t)
	d.fire(t, "platform", 1, "Disk full")
	d.fire(t, "web", 1, "Shop down")
	for text, want := range map[string]string{
		"ack PLATFORM-1": "Only people in Earshot's configuration, and everybody in Platform's channel, may ack PLATFORM-1. Platform's members (Ana Ortiz, Ben Li, Hal Byrne) can.",
		"ack WEB-1":      "Only Web's members (Wes Hu) and the admins (Paul Reyes) may ack WEB-1.",
	} {
		got := d.run(t, Request{Text: text, By: incident.Actor{Name: "mallory"}})
		if got.String() != want {
			t.Errorf("reply = %s\nwant    %s", got, want)
		}
	}
}

func TestAStrangerMayActWhereTheCardIs(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "web", 1, "Shop down")
	d.do(t, 0, incident.Reassigned{ID: id, By: incident.By("paul"), Team: "platform"})
	got := d.run(t, Request{Text: "ack WEB-1", By: incident.Actor{Name: "mallory"}, Team: "web"})
	if !got.OK {
		t.Errorf("reply = %s, want it done: web's channel still shows the card", got)
	}
}
