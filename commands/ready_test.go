package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestWhoShowsASignBehindWhoMayNotBeReached(t *testing.T) {
	stopped := oncall.Reach{Troubles: []oncall.Trouble{{Kind: oncall.Stopped, Via: oncall.SMS, Phone: "+16175550101", Words: "the phone replied STOP"}}}
	tests := []struct {
		name    string
		say     Request
		reaches map[oncall.PersonID]oncall.Reach
		unread  error
		want    string
		not     string
	}{
		{"on call now", says("hal", "slack", "who platform"), map[oncall.PersonID]oncall.Reach{"ana": stopped}, nil, "Ana Ortiz (⚠ the phone replied STOP)", ""},
		{"one schedule", says("hal", "slack", "who platform/techops"), map[oncall.PersonID]oncall.Reach{"ana": stopped}, nil, "Ana Ortiz (⚠ the phone replied STOP)", ""},
		{"by SMS, without the sign that doubles its length", says("hal", "sms", "who platform"), map[oncall.PersonID]oncall.Reach{"ana": stopped}, nil,
			"Ana Ortiz (warning: the phone replied STOP)", "⚠"},
		{"nothing is wrong", says("hal", "slack", "who platform"), nil, nil, "Ana Ortiz", "⚠"},
		{"what can't be read leaves the answer", says("hal", "slack", "who platform"), map[oncall.PersonID]oncall.Reach{"ana": stopped}, errStore, "Ana Ortiz", "⚠"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := tested(t)
			d.reaches, d.unread = tt.reaches, tt.unread
			reply := d.run(t, tt.say)
			if text := reply.String(); !reply.OK || !strings.Contains(text, tt.want) || tt.not != "" && strings.Contains(text, tt.not) {
				t.Errorf("%s", text)
			}
		})
	}
}

func TestMeSaysHowOneIsReachedAndShowsTheLastTest(t *testing.T) {
	d := tested(t)
	d.reaches = map[oncall.PersonID]oncall.Reach{"ana": {Delivered: map[oncall.Method]time.Time{oncall.SMS: d.now.Add(-3 * time.Hour)}}}
	me := func(wants ...string) {
		t.Helper()
		text := d.run(t, says("ana", "slack", "me")).String()
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
	me("Reach: Slack from the file, phone +1617…01 from the file; delivered: chat never, SMS 3h ago, call never", "Never tested; test me")
	d.run(t, says("ana", "slack", "test me"))
	d.now = d.now.Add(4 * time.Second)
	d.run(t, says("ana", "voice", "here"))
	me("Last test, ", "chat on its way, SMS on its way, call answered with 4 after 4s")
	d.unread = errStore
	me("Reach: can't be looked up at the moment")
}
