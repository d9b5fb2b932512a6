package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWhatIsOnesOwn(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "me")
	k.says("ana", "me lead 1d")
	k.says("ana", "me lead off")
	k.says("ana", "me lead 31d")
	k.says("ana", "me lead")
	k.says("ana", "me calendars")
	k.says("ana", "me reset")
	k.says("ana", "me reset")
	k.says("ana", "me calendar revoke")
	k.desk.hidden = true
	k.says("ana", "me calendar")
	k.says("hal", "me")
	ben := k.desk.roster.People["ben"]
	ben.Discord, ben.Paging = "2002", []oncall.Step{{Via: oncall.Chat}, {After: 3 * time.Minute, Via: oncall.SMS}, {After: 6 * time.Minute, Via: oncall.Voice, Every: 3 * time.Minute}}
	ben.When = []oncall.PagingWindow{{
		Hours: oncall.Window{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * 60, To: 8 * 60},
		Steps: []oncall.Step{{Via: oncall.Voice, Every: 5 * time.Minute}},
	}}
	k.desk.roster.People["ben"] = ben
	k.says("ben", "me")
	k.says("zoe", "me")
	k.asks(stranger("me"))
	k.is("me")
}

func TestACalendarIsSecretAndRevocable(t *testing.T) {
	d := newDesk(t)
	first := d.run(t, from("ana", "me calendar"))
	secret := d.book.Wishes["ana"].Calendar
	if !first.OK || len(secret) < 20 || first.Lines[0] != "Your shifts: https://oncall.example.com/calendar/"+secret+".ics" {
		t.Fatalf("reply = %s", first)
	}
	if again := d.run(t, from("ana", "me calendar")); again.String() != first.String() {
		t.Errorf("asked again: %s", again)
	}
	d.run(t, from("ana", "me calendar revoke"))
	d.run(t, from("ana", "me calendar"))
	if d.book.Wishes["ana"].Calendar == secret {
		t.Error("the secret is the old one")
	}
	for _, r := range d.rows {
		if r.What != "me calendar" && r.What != "me calendar revoke" {
			t.Errorf("the audit says %q", r.What)
		}
	}
}
