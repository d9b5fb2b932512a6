package commands

import (
	"fmt"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestLooking(t *testing.T) {
	k := newTalk(t)
	for _, words := range []string{
		"who", "who platform", "who all", "who at fri 3am", "who platform at fri 3am", "who platform/techops", "who platform/techops at fri 3am",
		"who platform at 2026-03-08 02:30", "who platform/nothing", "next", "next platform", "next web", "next nowhere",
	} {
		k.says("ben", words)
	}
	k.asks(stranger("next platform"))
	k.is("look")
}

func TestGaps(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "gaps")
	platform := k.desk.roster.Teams["platform"]
	s := platform.Schedules["techops"]
	s.Layers[0].Until = oncall.Wall{Year: 2026, Month: time.January, Day: 23, Hour: 9}
	platform.Schedules["techops"] = s
	k.says("ben", "gaps platform")
	k.says("wes", "gaps platform")
	k.says("ana", "gaps")
	k.says("ana", "take platform/techops from 2026-01-23T14:00:00Z to 2026-02-10T07:00:00Z")
	k.says("ana", "gaps")
	k.says("ben", "gaps web")
	k.says("ben", "gaps nowhere")
	s.Layers[0].Hours = []oncall.Window{{From: 9 * 60, To: 17 * 60}}
	s.Layers[0].Until = oncall.Wall{}
	platform.Schedules["nights"] = s
	k.says("ben", "gaps")
	k.is("gaps")
}

// TestExplaining lets an incident climb, worsen and wait, and asks why each time.
func TestExplaining(t *testing.T) {
	k := newTalk(t)
	platform := k.desk.roster.Teams["platform"]
	policy := platform.Policies[oncall.DefaultPolicy]
	policy.AckTimeout = time.Hour
	platform.Policies[oncall.DefaultPolicy] = policy
	id := k.desk.fire(t, "platform", 1, "Disk full")
	k.says("ben", "explain PLATFORM-1")
	for range 2 {
		k.later(10 * time.Minute)
		k.desk.do(t, 0, incident.Tick{ID: id})
	}
	k.says("ben", "explain platform-1")
	k.desk.do(t, 0, incident.Acked{ID: id, By: incident.By("hal")})
	k.says("ben", "explain PLATFORM-1")
	k.desk.do(t, 0, incident.Slept{ID: id, By: incident.By("hal"), For: time.Hour})
	k.says("ben", "explain PLATFORM-1")
	k.desk.do(t, 0, incident.Closed{ID: id, By: incident.By("hal")})
	r := from("ben", "explain")
	r.Focus = id
	k.asks(r)
	k.says("ben", "explain PLATFORM-9")
	for i := range 40 {
		k.desk.entries = map[incident.ID][]incident.Entry{id: append(k.desk.entries[id], incident.Entry{At: night, Text: fmt.Sprint("line ", i+1)})}
	}
	k.says("ben", "explain PLATFORM-1")
	k.is("explain")
}

func TestExplainingATeam(t *testing.T) {
	k := newTalk(t)
	k.desk.future = Forecast{Policy: "default", Pages: []Foretold{
		{Tier: 1, Person: "ana", Via: oncall.Chat, Why: "schedule techops"},
		{After: 10 * time.Minute, Tier: 2, Person: "hal", Via: oncall.SMS, Why: "named by the policy"},
		{After: 30 * time.Minute, Via: oncall.Channel, Why: "fallback: nobody answered"},
	}, Warnings: []string{"this goes on"}}
	k.says("ben", "explain platform")
	k.says("ben", "explain")
	k.says("ben", "explain all")
	k.says("ben", "explain platfor")
	k.desk.future = Forecast{Policy: "default"}
	k.says("ben", "explain web")
	k.is("explain-team")
}

func TestHelpInFull(t *testing.T) {
	k := newTalk(t)
	k.says("ben", "help")
	for _, words := range []string{"help swap", "help cover", "help me", "help takeover", "help volunteer", "swpa @ben now", "gap"} {
		k.says("ben", words)
	}
	k.is("help")
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
	k.says("ana", "takeover PLATFORM-1")
	k.says("ana", "takeover PLATFORM-9")
	k.says("ana", "takeover")
	k.says("ana", "takeover platform now")
	k.desk.do(t, 0, incident.Slept{ID: "PLATFORM-2", By: incident.By("ben"), For: time.Hour})
	k.says("ana", "takeover PLATFORM-2")
	k.desk.fire(t, "web", 1, "Shop down")
	k.says("wes", "takeover WEB-1")
	k.says("ana", "takeover WEB-1")
	k.says("ana", "leave nowhere")
	k.says("paul", "leave web")
	k.says("wes", "leave platform")
	k.is("takeover")
	if got := k.desk.incidents[first].AckedBy; got != incident.By("ana") {
		t.Errorf("%s is with %v", first, got)
	}
}
