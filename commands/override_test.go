package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestOverrides(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "override platform/techops @paul for 2h")
	k.says("ana", "override platform @hal instead of @ana from today 18:00 to tomorrow 8:00")
	k.says("hal", "override @ben and @hal tomorrow 8:00 - tomorrow 10:00")
	k.says("paul", "override techops @zoe for 1h")
	k.says("paul", "override platform @zoe fri 18:00 - sat 9:00")
	k.says("ben", "override list")
	k.says("ben", "who")
	k.says("ben", "override cancel 2")
	k.says("ben", "override cancel 99")
	k.says("paul", "undo 9")
	k.later(11 * time.Minute)
	k.says("paul", "undo 7")
	k.says("paul", "override cancel 8")
	k.says("ben", "audit platform")
	k.is("override")
}

// TestOverridesAcrossAClockChange is made on the night on which the clocks jump.
func TestOverridesAcrossAClockChange(t *testing.T) {
	k := newTalk(t)
	k.desk.now = time.Date(2026, time.March, 7, 17, 0, 0, 0, time.UTC)
	k.says("ben", "override platform @paul from 2026-03-08 02:30 to 2026-03-08 09:00")
	k.says("ben", "override platform @paul from 2026-03-08 01:00 to 2026-03-08 04:00")
	k.says("ana", "override platform @paul from 2026-03-28 20:00 for 12h")
	k.is("override-clock-change")
}

func TestOverridesThatAreRefused(t *testing.T) {
	k := newTalk(t)
	for _, words := range []string{
		"override platform/techops @nobody for 2h", "override platform/techops @bem for 2h", "override platform/techops ben",
		"override platfrm @ben for 2h", "override platform/techop @ben for 2h", "override web @ben for 2h",
		"override platform @ben from 2026-01-01T09:00 to 2026-01-02T09:00", "override platform @ben from 2026-02-02 9:00 to 2026-02-01 9:00",
		"override platform @ben for 31d", "override platform @ben for 5", "override platform @ben until 5", "override platform @gus for 2h",
		"override platform @ana for 2h", "override platform @hal instead of @ben for 2h", "override platform @ben",
	} {
		k.says("ben", words)
	}
	k.asks(stranger("override platform @ben for 2h"))
	k.says("wes", "override platform @ben for 2h")
	if len(k.desk.book.Bookings) > 0 || len(k.desk.rows) > 0 || len(k.desk.letters) > 0 {
		t.Errorf("a refusal left something behind: %+v", k.desk.book)
	}
	k.is("override-refused")
}

func TestTaking(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "take platform for 2h")
	k.says("hal", "take for 30m")
	k.says("paul", "take platform/techops until fri 18:00")
	k.says("ben", "take")
	k.says("ben", "take platform")
	k.says("wes", "take platform for 2h")
	k.asks(stranger("take platform for 2h"))
	k.says("ben", "take fri 18:00")
	k.says("ben", "take 5")
	k.says("ben", "take platfrm for 2h")
	k.says("hal", "take tomorrow 9am-5pm")
	k.asks(Request{Text: "Take for 2 hours", By: incident.By("ben"), Source: "sms", Slots: map[int]incident.ID{}})
	k.is("take")
}

func TestAFormThatIsFilledInWronglySaysWhere(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "override")
	k.says("ben", "override platform")
	for _, words := range []string{
		"override platform/techops @paul from 2026-01-12T10:00:00Z to 2026-01-12T09:00:00Z",
		"override platform/techops @paul from 2026-01-01T10:00:00Z to 2026-01-02T09:00:00Z",
		"override platform/techops @nobody from 2026-01-12T10:00:00Z to 2026-01-12T11:00:00Z",
		"override platform/techops @paul from 2026-01-12T10:00:00Z to 2026-03-12T11:00:00Z",
		"override platform/nothing @paul from 2026-01-12T10:00:00Z to 2026-01-12T11:00:00Z",
		"take platform/techops from 2026-01-12T10:00:00Z to 2026-01-12T09:00:00Z",
		"take platform/techops from 2026-01-10T10:00:00Z to 2026-01-10T11:00:00Z",
		"take platform/nothing from 2026-01-12T10:00:00Z to 2026-01-12T11:00:00Z",
		"override platform/techops @paul from 2026-01-12T10:00:00Z to 2026-01-12T11:00:00Z",
	} {
		r := from("ben", words)
		r.Form = true
		k.asks(r)
	}
	k.is("override-form")
}

// TestAChangeIsDecidedAnewWhenSomebodyElseWasFaster lets a rival take the shift
// between the reading and the writing.
func TestAChangeIsDecidedAnewWhenSomebodyElseWasFaster(t *testing.T) {
	d := newDesk(t)
	d.rival = func() {
		if got := d.run(t, from("hal", "take platform for 2h")); !got.OK {
			t.Fatalf("the rival: %s", got)
		}
	}
	got := d.run(t, from("ben", "take platform for 2h"))
	if !got.OK || !strings.Contains(got.Text, "Ben Li instead of Hal Byrne") {
		t.Errorf("reply = %s, want it to say what really changes", got)
	}
	if len(d.book.Bookings) != 2 || len(d.rows) != 2 {
		t.Errorf("%d bookings, %d rows; want both people's", len(d.book.Bookings), len(d.rows))
	}
}

func TestS19WhoMayChangeSchedules(t *testing.T) {
	people := []struct {
		by  oncall.PersonID
		may bool
	}{{"ana", true}, {"hal", true}, {"paul", true}, {"wes", false}, {"gus", false}, {"", false}}
	for _, p := range people {
		for _, words := range []string{"override platform @ben for 2h", "take platform for 3h", "override cancel 2"} {
			t.Run(string(p.by)+" "+words, func(t *testing.T) {
				d := newDesk(t)
				if got := d.run(t, from("ben", "override platform @paul for 1h")); !got.OK {
					t.Fatal(got)
				}
				got := d.run(t, Request{Text: words, By: incident.Actor{Person: p.by, Name: "somebody"}, Source: "slack", Team: "platform"})
				if got.OK != p.may {
					t.Errorf("reply = %v %s, want %v", got.OK, got, p.may)
				}
				if !got.OK && (len(d.rows) != 1 || len(d.book.Bookings) != 1) {
					t.Errorf("a refusal changed the book: %+v", d.book)
				}
			})
		}
	}
}
