package commands

import (
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestSwaps(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "swap @ben next")
	k.says("hal", "accept 1")
	k.says("ben", "who")
	k.says("ben", "accept 1")
	k.says("ben", "accept 1")
	k.says("ben", "next")
	k.says("ana", "undo 2")
	k.says("ana", "swap @paul now for nothing")
	k.says("paul", "decline 5")
	k.says("ana", "swap @ben 11:00 - 13:00 for nothing on platform/techops")
	k.says("ana", "withdraw 6")
	k.says("ben", "accept 6")
	k.is("swap")
}

func TestSwapsThatAreRefused(t *testing.T) {
	k := newTalk(t)
	for _, words := range []string{
		"swap", "swap @ana now", "swap @ben", "swap @nobody now", "swap @ben tue", "swap @ben 2030-01-01", "swap @zoe now",
		"swap @ben now on platform/techop", "swap @paul next", "accept 9", "accept", "withdraw 9",
	} {
		k.says("ana", words)
	}
	k.says("wes", "swap @ben now")
	k.asks(stranger("swap @ben now"))
	k.is("swap-refused")
}

// TestASwapOfWhatHasChangedHands lets the shift go before the yes.
func TestASwapOfWhatHasChangedHands(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "swap @ben now for nothing")
	k.says("paul", "override platform @hal for 1h")
	k.says("ben", "accept 1")
	k.later(25 * time.Hour)
	k.says("ben", "accept 1")
	k.is("swap-late")
}

func TestCovering(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "cover")
	k.says("ana", "cover now")
	k.says("ana", "volunteer 1")
	k.says("wes", "volunteer 1")
	k.asks(stranger("volunteer 1"))
	k.says("hal", "volunteer 1")
	k.says("ben", "volunteer 1")
	k.says("hal", "cover now")
	k.says("hal", "cover cancel 4")
	k.says("ana", "cover fri")
	k.is("cover")
}

// TestShiftsAcrossAClockChange speaks of a shift in which the clocks jump.
func TestShiftsAcrossAClockChange(t *testing.T) {
	k := newTalk(t)
	k.desk.now = time.Date(2026, time.March, 6, 17, 0, 0, 0, time.UTC)
	k.says("ana", "next")
	k.says("ana", "swap @ben sun 01:00 - sun 04:00 for nothing")
	k.says("ben", "accept 1")
	k.is("swap-clock-change")
}

func TestLooking(t *testing.T) {
	k := newTalk(t)
	k.desk.entries = map[incident.ID][]incident.Entry{"PLATFORM-1": {
		{At: night, Kind: incident.KindOpened, Text: "opened by prometheus"},
		{At: night, Kind: incident.KindTier, Text: "tier 1 of 3 is paged: ana (schedule techops)"},
	}}
	k.desk.fire(t, "platform", 1, "Disk full")
	k.desk.future = Forecast{Policy: "default", Pages: []Foretold{
		{Tier: 1, Person: "ana", Via: oncall.Chat, Why: "schedule techops"},
		{After: 10 * time.Minute, Tier: 2, Person: "hal", Via: oncall.SMS, Why: "named by the policy"},
		{After: 30 * time.Minute, Via: oncall.Channel, Why: "fallback: nobody answered"},
	}, Warnings: []string{"this goes on"}}
	gap := k.desk.roster.Teams["platform"].Schedules["techops"]
	gap.Layers[0].Until = oncall.Wall{Year: 2026, Month: time.January, Day: 23, Hour: 9}
	k.desk.roster.Teams["platform"].Schedules["techops"] = gap
	for _, words := range []string{
		"gaps", "gaps platform", "gaps web", "gaps nowhere", "explain PLATFORM-1", "explain PLATFORM-9", "explain platform", "explain",
		"who platform/techops", "who platform/techops at fri 3am", "who platform at 2026-03-08 02:30", "next platform", "who platform/nothing",
	} {
		k.says("ben", words)
	}
	k.says("wes", "gaps platform")
	k.is("look")
}

func TestWhatIsOnesOwn(t *testing.T) {
	k := newTalk(t)
	k.says("ana", "me")
	k.says("ana", "me lead 1d")
	k.says("ana", "me lead off")
	k.says("ana", "me lead 31d")
	k.says("ana", "me lead")
	k.says("ana", "me calendars")
	k.says("ana", "me reset")
	k.says("hal", "me")
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

func TestTakingOverAtAHandoff(t *testing.T) {
	k := newTalk(t)
	first := k.desk.fire(t, "platform", 1, "Disk full")
	k.desk.fire(t, "platform", 2, "Slow")
	k.desk.do(t, 0, incident.Acked{ID: first, By: incident.By("ana")})
	k.says("ben", "leave platform")
	k.says("ben", "takeover platform")
	k.says("ben", "takeover platform")
	k.says("ana", "takeover PLATFORM-1")
	k.says("ana", "takeover PLATFORM-9")
	k.says("wes", "leave platform")
	k.is("takeover")
	if got := k.desk.incidents[first].AckedBy; got != incident.By("ana") {
		t.Errorf("%s is with %v", first, got)
	}
}
