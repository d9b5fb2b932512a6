package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestMaintenance(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "maintenance platform for 2h database upgrade")
	id := k.desk.fire(t, "platform", 1, "Disk full")
	if in := k.desk.incidents[id]; in.Started || in.HeldBy != "1" {
		t.Errorf("it is not held back: %+v", in)
	}
	k.says("ben", "list")
	k.says("ben", "explain platform")
	k.says("ben", "explain PLATFORM-1")
	k.says("ana", "Maintenance for 90m")
	k.says("paul", "maintenance platform integration Prometheus until fri 18:00 - because new Disks")
	k.says("hal", "maintenance platform route 2 from tomorrow 9:00 to tomorrow 10:00: \"eu moves\"")
	k.says("hal", "maintenance tomorrow 9am-5pm")
	k.says("wes", "maintenance list")
	k.says("hal", "maintenance list web")
	k.says("hal", "maintenance list")
	k.later(10 * time.Minute)
	k.says("ana", "maintenance end 1")
	k.says("ana", "maintenance end 1")
	k.says("ben", "maintenance end #1")
	k.says("ben", "maintenance end 4")
	k.says("ben", "maintenance end 4")
	k.later(6 * time.Hour)
	k.says("ben", "maintenance end 2")
	k.says("ben", "maintenance list all")
	k.says("ben", "audit platform")
	k.is("maintenance")
}

func TestMaintenanceAcrossAClockChange(t *testing.T) {
	k := newTalk(t)
	k.desk.now = time.Date(2026, time.March, 7, 17, 0, 0, 0, time.UTC)
	k.says("ben", "maintenance platform from 2026-03-08 01:00 to 2026-03-08 04:00 two hours")
	k.says("ben", "maintenance platform until 2026-03-08 02:30 at no time")
	k.says("ana", "maintenance platform 2026-03-28 20:00 for 12h on another clock")
	k.is("maintenance-clock-change")
}

func TestMaintenanceThatIsRefused(t *testing.T) {
	k := newTalk(t)
	for _, words := range []string{
		"maintenance", "maintenance platform", "maintenance platfrm for 2h", "maintenance platform database upgrade",
		"maintenance platform for 31d", "maintenance platform for 31d new disks", "maintenance platform from 2026-01-01T09:00 to 2026-01-02T09:00",
		"maintenance platform for 2 disks", "maintenance platform until 5 disks", "maintenance platform until fri", "maintenance platform for 0s",
		"maintenance platform integration prometeus for 2h", "maintenance platform integration nagios for 2h", "maintenance platform integration",
		"maintenance platform route 9 for 2h", "maintenance platform route", "maintenance platform route 2", "maintenance web for 2h",
		"maintenance end", "maintenance end 99", "maintenance list platfrm", "maint platform for 2h",
	} {
		k.says("ben", words)
	}
	k.asks(stranger("maintenance platform for 2h"))
	k.says("wes", "maintenance platform for 2h")
	k.says("gus", "maintenance platform for 2h")
	if b := k.desk.book; len(b.Maintenance) > 0 || len(k.desk.rows) > 0 || len(k.desk.letters) > 0 {
		t.Errorf("a refusal left something behind: %+v", b)
	}
	k.says("paul", "maintenance web for 2h")
	k.says("ben", "maintenance end 1")
	k.asks(stranger("maintenance end 1"))
	k.is("maintenance-refused")
}

// TestAnEndThatComesTwice has somebody else end it between the reading and the writing.
func TestAnEndThatComesTwice(t *testing.T) {
	d := newDesk(t)
	d.run(t, from("ben", "maintenance platform for 2h"))
	d.now = d.now.Add(time.Minute)
	d.rival = func() {
		if got := d.run(t, from("hal", "maintenance end 1")); !got.OK {
			t.Fatalf("the rival: %s", got)
		}
	}
	got := d.run(t, from("ben", "maintenance end 1"))
	if want := "Maintenance 1 of Platform was ended already by Hal Byrne (02:01)."; got.OK || got.Text != want {
		t.Errorf("reply = %v %s\nwant %s", got.OK, got, want)
	}
	if m := d.book.Maintenance[0]; m.EndedBy != "hal" || !m.End.Equal(d.now) || len(d.rows) != 2 {
		t.Errorf("the book has %+v, rows %+v", m, d.rows)
	}
}

func TestWhereASpanEndsAndItsReasonBegins(t *testing.T) {
	tests := []struct {
		name, words string
		start, end  string // empty: refused
		reason      string
	}{
		{"a length", "for 2h", "02:00", "04:00", ""},
		{"a length and a reason", "for 2h disks", "02:00", "04:00", "disks"},
		{"a length of two words", "for 2 hours Disks", "02:00", "04:00", "Disks"},
		{"a bare length", "90m disks", "02:00", "03:30", "disks"},
		{"a moment", "until 9am: DB 9.2", "02:00", "09:00", "DB 9.2"},
		{"two moments", "from 3am to 4am to move db1 to db2", "03:00", "04:00", "to move db1 to db2"},
		{"a moment and a length", "3am for 2h for the disks", "03:00", "05:00", "for the disks"},
		{"a reason that could be a time", "for 2h 5 disks", "02:00", "04:00", "5 disks"},
		{"a dash between", "for 2h – disks", "02:00", "04:00", "disks"},
		{"a reason alone", "new disks", "", "", ""},
		{"nothing", "", "", "", ""},
	}
	d := newDesk(t)
	zone := d.roster.Zone
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			span, reason, problem := cutSpan(tt.words, d.now, zone)
			if (problem == "") != (tt.start != "") {
				t.Fatalf("problem %q", problem)
			}
			if problem != "" {
				return
			}
			start, end := span.Start.In(zone).Format("15:04"), span.End.In(zone).Format("15:04")
			if start != tt.start || end != tt.end || reason != tt.reason {
				t.Errorf("%s - %s %q, want %s - %s %q", start, end, reason, tt.start, tt.end, tt.reason)
			}
		})
	}
}

func TestS19WhoMaySetMaintenance(t *testing.T) {
	people := []struct {
		by  oncall.PersonID
		may bool
	}{{"ana", true}, {"hal", true}, {"paul", true}, {"wes", false}, {"gus", false}, {"", false}}
	for _, p := range people {
		for _, words := range []string{"maintenance platform for 2h", "maintenance end 1"} {
			t.Run(string(p.by)+" "+words, func(t *testing.T) {
				d := newDesk(t)
				d.run(t, from("ben", "maintenance platform for 1h"))
				rows := len(d.rows)
				got := d.run(t, Request{Text: words, By: incident.Actor{Person: p.by, Name: "somebody"}, Source: "slack", Team: "platform"})
				if got.OK != p.may || (len(d.rows) > rows) != p.may {
					t.Errorf("reply = %v %s, want %v", got.OK, got, p.may)
				}
			})
		}
	}
}
