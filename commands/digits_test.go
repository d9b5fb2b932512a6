package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestKeysOfAPhone(t *testing.T) {
	want := map[string]string{"4": "ack", "5": "escalate", "6": "resolve", "*": Repeat}
	for _, key := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#", "", "44", "a"} {
		verb, ok := Key(key)
		if verb != want[key] || ok != (want[key] != "") {
			t.Errorf("key %q is %q, %v, want %q", key, verb, ok, want[key])
		}
		if _, known := find(verb); ok && verb != Repeat && !known {
			t.Errorf("key %q says %q, which is no word", key, verb)
		}
	}
}

func TestRepliesBySMS(t *testing.T) {
	one := map[int]incident.ID{1: "PLATFORM-1"}
	two := map[int]incident.ID{1: "PLATFORM-1", 3: "WEB-1"}
	const (
		first   = "PLATFORM-1 Disk full on db1. Reply 14 ack, 16 resolve, 15 escalate"
		second  = "WEB-1 Shop down. Reply 34 ack, 36 resolve, 35 escalate"
		listing = "\n" + first + "\n" + second
		done    = "PLATFORM-1 acknowledged. Others' pages have stopped."
	)
	tests := []struct {
		name  string
		text  string
		slots map[int]incident.ID
		ok    bool
		want  string
	}{
		{"a bare key where one is open", "4", one, true, done},
		{"a bare key where several are", "4", two, false, "Which one? Open:" + listing},
		{"a bare key where nothing is open", "4", map[int]incident.ID{}, false, "You have no open incidents."},
		{"number and key", "14", two, true, done},
		{"blanks and emoji around", " 👍 14 🎉\n", two, true, done},
		{"keycap emoji", "1️⃣4️⃣", two, true, done},
		{"a full stop", "14.", two, true, done},
		{"resolve by key", "16", two, true, "PLATFORM-1 resolved. Nobody is paged for it any more."},
		{"escalate by key", "15", two, true, "PLATFORM-1 escalated. Now paged: Hal Byrne."},
		{"all of them", "04", two, true, "Acknowledged: PLATFORM-1, WEB-1."},
		{"all where one is open", "04", one, true, done},
		{"all where nothing is", "04", map[int]incident.ID{}, false, "You have no incidents to ack."},
		{"resolve all", "06", two, true, "Resolved: PLATFORM-1, WEB-1."},
		{"a number nobody has", "24", two, false, "You have no incident 2. Open:" + listing},
		{"a number beyond all numbers", "99999999999999999999994", two, false, "You have no incident 9999999…. Open:" + listing},
		{"a wrong key", "17", two, false, "There is no word \"17\". \"help\" lists the words. Open:" + listing},
		{"no number begins with 0", "014", two, false, "There is no word \"014\". \"help\" lists the words. Open:" + listing},
		{"two zeros are none", "004", two, false, "There is no word \"004\". \"help\" lists the words. Open:" + listing},
		{"a word where one is open", "ACK", one, true, done},
		{"a word where several are", "ack", two, false, "Which one? Open:" + listing},
		{"a word and a number", "ack 1", two, true, done},
		{"a word and a number nobody has", "ack 2", two, false, "You have no incident 2. Open:" + listing},
		{"a word and all", "Ack all!", two, true, "Acknowledged: PLATFORM-1, WEB-1."},
		{"a word and an id", "ack platform-1", two, true, done},
		{"resolve with number and note", "resolve 1 disk replaced", two, true, "PLATFORM-1 resolved. Nobody is paged for it any more."},
		{"a star lists", "*", two, true, "Open:" + listing},
		{"nothing lists", "  ", two, true, "Open:" + listing},
		{"list lists", "list", two, true, "Open:" + listing},
		{"looking works too", "who platform", two, true, "On call for Platform now:\nplatform/techops: Ana Ortiz until Mon 12 Jan 09:00 EST, then Ben Li, Hal Byrne"},
		{"a wrong word", "akc 1", two, false, "There is no word \"akc\". Did you mean \"ack\"? For example: ack PLATFORM-42 Open:" + listing},
		{"thanks", "thank you so much", map[int]incident.ID{}, false, "There is no word \"thank\". \"help\" lists the words. You have no open incidents."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.fire(t, "platform", 1, "Disk full on db1")
			d.now = d.now.Add(time.Minute)
			d.roster.Teams["web"] = d.roster.Teams["platform"]
			d.fire(t, "web", 1, "Shop down")
			got := d.run(t, Request{Text: tt.text, By: incident.By("hal"), Source: "sms", Slots: tt.slots})
			if got.String() != tt.want || got.OK != tt.ok {
				t.Errorf("reply = %v %s\nwant %v %s", got.OK, got, tt.ok, tt.want)
			}
		})
	}
}

func TestAListBySMSSaysWhatIsDoneAlready(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full on db1")
	d.do(t, 0, incident.Acked{ID: id, By: incident.By("hal")})
	got := d.run(t, Request{Text: "*", By: incident.By("hal"), Slots: map[int]incident.ID{1: id}})
	if want := "Open:\nPLATFORM-1 Disk full on db1 (acknowledged). Reply 16 resolve"; got.String() != want {
		t.Errorf("reply = %s\nwant    %s", got, want)
	}
	got = d.run(t, Request{Text: "04", By: incident.By("hal"), Slots: map[int]incident.ID{1: id}})
	if want := "You have no incidents to ack."; got.String() != want {
		t.Errorf("reply = %s\nwant    %s", got, want)
	}
}

func TestAKeyOfACallNamesItsPage(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full on db1")
	d.run(t, Request{Verb: "ack", Incident: id, By: incident.By("ana"), Source: "voice", Page: "PLATFORM-1/p2"})
	want := incident.Acked{ID: id, By: incident.By("ana"), Page: "PLATFORM-1/p2"}
	if len(d.events) != 1 || d.events[0] != want {
		t.Errorf("events = %+v, want %+v", d.events, want)
	}
}
