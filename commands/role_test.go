package commands

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// A role is somebody who speaks, and where.
type role struct {
	letter string
	name   string
	by     incident.Actor
	said   oncall.TeamID // in the channel of
	guest  bool
}

// unkept are words that need no row in the audit: they only look, ask for a code or a
// file, or say that somebody is there.
var unkept = map[string]bool{"audit": true, "writeup": true, "phone": true, "here": true, "leave": true}

var speakers = []role{
	{"m", "a member", incident.By("ben"), "platform", false},
	{"q", "a member who was asked", incident.By("ana"), "", false},
	{"a", "an admin", incident.By("paul"), "", false},
	{"o", "a member of another team", incident.By("wes"), "web", false},
	{"s", "a stranger in the team's channel", incident.Actor{Name: "mallory"}, "platform", false},
	{"e", "a stranger elsewhere", incident.Actor{Name: "mallory"}, "", false},
	{"g", "a guest in the team's channel", incident.Actor{Name: "mallory"}, "platform", true},
}

// TestS18AndS19AndS58EveryWordHasARowThatSaysWhoMay says each word of the registry in every
// role. A word without a row fails, and so does one that changes something and leaves
// nothing in the audit.
func TestS18AndS19AndS58EveryWordHasARowThatSaysWhoMay(t *testing.T) {
	rows := map[string]struct {
		before string // what Ben says first
		text   string
		may    string // the letters of those for whom it is done
	}{
		"who": {"", "who", "mqaoseg"}, "list": {"", "list", "mqaoseg"}, "help": {"", "help", "mqaoseg"},
		"heartbeats": {"", "heartbeats", "mqaoseg"}, "gaps": {"", "gaps", "mqaoseg"}, "explain": {"", "explain PLATFORM-1", "mqaoseg"},
		"report": {"", "report", "mqaoseg"}, "next": {"", "next platform", "mqaoseg"},
		"audit": {"", "audit", "mqaose"}, "writeup": {"", "writeup PLATFORM-1", "mqaose"}, "page": {"", "page platform it burns", "mqaose"},
		"ack": {"", "ack PLATFORM-1", "mqaos"}, "unack": {"ack PLATFORM-1", "unack PLATFORM-1", "mqaos"},
		"takeover": {"", "takeover PLATFORM-1", "mqaos"}, "resolve": {"", "resolve PLATFORM-1", "mqaos"}, "escalate": {"", "escalate PLATFORM-1", "mqaos"},
		"snooze": {"", "snooze PLATFORM-1 1h", "mqaos"}, "reassign": {"", "reassign PLATFORM-1 @hal", "mqaos"}, "add": {"", "add PLATFORM-1 @hal", "mqaos"},
		"note": {"", "note PLATFORM-1 words", "mqaos"}, "mark": {"", "mark PLATFORM-1", "mqaos"}, "room": {"", "room PLATFORM-1", "mqaos"},
		"status":   {"", "status PLATFORM-1 a disk is full", "mqaos"},
		"override": {"", "override platform @hal for 2h", "mqa"}, "take": {"override platform @hal for 2h", "take platform for 3h", "mqa"},
		"leave": {"", "leave platform", "mqa"}, "maintenance": {"", "maintenance platform for 2h", "mqa"}, "undo": {"override platform @hal for 2h", "undo 1", "mqa"},
		"swap": {"", "swap @paul 1 for nothing", "mq"}, "cover": {"", "cover 1", "mq"},
		"accept": {"swap @ana 1 for nothing", "accept 1", "q"}, "decline": {"swap @ana 1 for nothing", "decline 1", "q"},
		"volunteer": {"cover 1", "volunteer 1", "qa"}, "withdraw": {"swap @ana 1 for nothing", "withdraw 1", "mqa"},
		"me": {"", "me lead 2h", "mqao"}, "phone": {"", "phone +16175550199", "mqao"}, "verify": {"", "verify 123456", "mqao"},
		"test": {"", "test me", "mqao"}, "here": {"", "here", "mqao"},
	}
	for _, w := range words() {
		row, ok := rows[w.name]
		if !ok {
			t.Errorf("no row says who may %q", w.name)
		}
		for _, r := range speakers {
			t.Run(w.name+" by "+r.name, func(t *testing.T) {
				d := newDesk(t)
				team := d.roster.Teams["platform"]
				team.Stakeholders.Slack = "C0BOSSES"
				d.roster.Teams["platform"] = team
				if r.by.Person != "" {
					d.codes.sent = map[oncall.PersonID]sentCode{r.by.Person: {phone: "+16175550198", via: oncall.SMS, left: 5}}
				}
				d.fire(t, "platform", 1, "Disk full")
				if row.before != "" {
					if got := d.run(t, from("ben", row.before)); !got.OK {
						t.Fatal(got)
					}
				}
				events, kept, letters := len(d.events), len(d.rows)+len(d.recorded), len(d.letters)
				got := d.run(t, Request{Text: row.text, By: r.by, Source: "slack", Team: r.said, Guest: r.guest, Mark: &Mark{Ref: "C0:1.2", Text: "look"}})
				if want := strings.Contains(row.may, r.letter); got.OK != want {
					t.Errorf("reply = %v %s, want %v", got.OK, got, want)
				}
				if !got.OK && (len(d.events) > events || len(d.letters) > letters) {
					t.Errorf("refused, and done all the same: %+v %+v", d.events, d.letters)
				}
				if left := len(d.rows) + len(d.recorded) - kept; got.OK && !w.looks && left != 1 && !unkept[w.name] {
					t.Errorf("%d rows in the audit, want one", left)
				}
			})
		}
	}
}
