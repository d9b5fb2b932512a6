package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
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
		{"quotes", "\u201814\u2019", two, true, done},
		{"a blank within", "1 4", two, true, done},
		{"with its word", "14 Acknowledge", two, true, done},
		{"with the word of another key", "14 resolve", two, false, "Nothing is changed: please reply 14 alone. Open:" + listing},
		{"with thanks", "14 thank you", two, false, "Nothing is changed: please reply 14 alone. Open:" + listing},
		{"two at once", "14 36", two, false, "Nothing is changed: please reply 14 alone. Open:" + listing},
		{"a sentence that begins with a key", "4 days ago it was the same", one, false, "Nothing is changed: please reply 4 alone. Open:\n" + first},
		{"digits of a Japanese keyboard", "１４", two, true, done},
		{"digits of an Arabic keyboard", "١٤", two, true, done},
		{"digits of a Persian keyboard", "۱۴", two, true, done},
		{"digits of a Hindi keyboard", "१४", two, true, done},
		{"a number in quotes", "ack '1'", two, true, done},
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
		{"a wrong word", "akc 1", two, false, "There is no word \"akc\". Did you mean \"ack\"? For example: ack PLATFORM-42. Open:" + listing},
		{"what help proposes: a snooze", "snooze 1 1h", two, true, "PLATFORM-1 snoozed until 03:01. \"unack PLATFORM-1\" ends it."},
		{"what help proposes: a note", "note 1 the disk is on its way", two, true, "Noted on PLATFORM-1."},
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

// TestTitlesOfOtherScriptsLeaveRoomForTheDigits has titles with which a message holds
// less than half of what it does else: what can be replied matters more.
func TestTitlesOfOtherScriptsLeaveRoomForTheDigits(t *testing.T) {
	const russian = "Диск переполнен на сервере базы данных, запись скоро остановится"
	tests := []struct {
		name  string
		first string
		want  string
	}{
		{"of one", russian, "Which one? To ack, reply 04 for all, or:\n14 PLATFORM-1\n24 PLATFORM-2 Shop down"},
		{"of none", "Disk is full on db1.prod.example.com: 98% of /var", "Which one? Open:\n" +
			"PLATFORM-1 Disk is full on db1.prod.example.com: 9… Reply 14 ack, 16 resolve, 15 escalate\n" +
			"PLATFORM-2 Shop down. Reply 24 ack, 26 resolve, 25 escalate"},
		{"accents and emoji can be left out", "🔥 Conexión perdida", "Which one? Open:\n" +
			"PLATFORM-1 🔥 Conexión perdida. Reply 14 ack, 16 resolve, 15 escalate\n" +
			"PLATFORM-2 Shop down. Reply 24 ack, 26 resolve, 25 escalate"},
		{"typographic marks cost nothing", "“Disk” — full…", "Which one? Open:\n" +
			"PLATFORM-1 “Disk” — full… Reply 14 ack, 16 resolve, 15 escalate\n" +
			"PLATFORM-2 Shop down. Reply 24 ack, 26 resolve, 25 escalate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			slots := map[int]incident.ID{1: d.fire(t, "platform", 1, tt.first), 2: d.fire(t, "platform", 2, "Shop down")}
			if got := d.run(t, Request{Text: "4", By: incident.By("hal"), Source: "sms", Slots: slots}); got.String() != tt.want {
				t.Errorf("reply = %s\nwant    %s", got, tt.want)
			}
		})
	}
}

func TestAnIncidentIsExplainedByItsNumber(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "platform", 1, "Disk full on db1")
	got := d.run(t, Request{Text: "explain 3", By: incident.By("hal"), Source: "sms", Slots: map[int]incident.ID{3: id}})
	if got.Incident != id || !got.OK {
		t.Errorf("reply = %s", got)
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

func TestRepliesToWhatHasEndedBySMS(t *testing.T) {
	d := newDesk(t)
	old := d.fire(t, "platform", 42, "Disk full on db1")
	d.fire(t, "platform", 43, "Queue is stuck")
	d.do(t, time.Minute, incident.Closed{ID: old, By: incident.By("ana")})
	const truth = "PLATFORM-42 is already resolved by Ana Ortiz (02:01)."
	const open = "PLATFORM-43 acknowledged. Others' pages have stopped."
	tests := []struct {
		name string
		text string
		want string
	}{
		{"its number", "14", truth},
		{"its number and a word", "resolve 1", truth},
		{"its id", "ack PLATFORM-42", truth},
		{"nobody's number", "34", "You have no incident 3. Open:\nPLATFORM-43 Queue is stuck. Reply 24 ack, 26 resolve, 25 escalate"},
		{"what is open", "4", open},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := d.run(t, Request{
				Text: tt.text, By: incident.By("hal"), Source: "sms",
				Slots: map[int]incident.ID{2: "PLATFORM-43"}, Ended: map[int]incident.ID{1: old},
			})
			if got.String() != tt.want {
				t.Errorf("reply = %s\nwant    %s", got, tt.want)
			}
		})
	}
}

func TestAnAcknowledgementOfAllBySMSSaysWhoIsMissing(t *testing.T) {
	d := newDesk(t)
	id := d.fire(t, "web", 1, "Shop down")
	ack := func(person oncall.PersonID, want string) {
		t.Helper()
		got := d.run(t, Request{Text: "14", By: incident.By(person), Slots: map[int]incident.ID{1: id}})
		if got.Text != want {
			t.Errorf("%s is answered %q, want %q", person, got.Text, want)
		}
	}
	ack("wes", "WEB-1: your acknowledgement is noted. Everybody who was paged has to; still missing: Ana Ortiz.")
	ack("ana", "WEB-1 acknowledged.")
}

func TestManyIncidentsAreListedInShortBySMS(t *testing.T) {
	d := newDesk(t)
	slots := map[int]incident.ID{}
	for n, title := range []string{"Disk full on db1", "Replication lag exceeds thirty seconds", "Queue is stuck"} {
		slots[n+1] = d.fire(t, "platform", int64(n+1), title)
	}
	d.do(t, 0, incident.Acked{ID: slots[3], By: incident.By("hal")})
	got := d.run(t, Request{Text: "4", By: incident.By("hal"), Slots: slots})
	want := "Which one? To ack, reply 04 for all, or:\n14 PLATFORM-1 Disk full on db1\n24 PLATFORM-2 Replication lag exc…\nPLATFORM-3 (acknowledged)"
	if got.String() != want {
		t.Errorf("reply = %s\nwant    %s", got, want)
	}
}

func TestHelpBySMSFitsIntoTwoMessages(t *testing.T) {
	d := newDesk(t)
	got := d.run(t, Request{Text: "Help", By: incident.By("hal"), Slots: map[int]incident.ID{}})
	if !got.OK || !got.Looked || len(got.Lines) > 0 || len(got.Text) > 306 {
		t.Errorf("%d characters: %+v", len(got.Text), got)
	}
}

func TestF62WhoDisownsAPhone(t *testing.T) {
	for text, want := range map[string]bool{
		"WRONG": true, "wrong.": true, "'Wrong number!'": true, "🙄 wrong   number": true,
		"": false, "wrong code": false, "what is wrong": false, "wrongly": false, "14": false,
	} {
		if got := Disowns(text); got != want {
			t.Errorf("Disowns(%q) = %v", text, got)
		}
	}
}
