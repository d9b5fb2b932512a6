package oncall_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestLadder(t *testing.T) {
	const m = time.Minute
	var (
		chat  = oncall.Step{Via: oncall.Chat}
		sms   = oncall.Step{After: 3 * m, Via: oncall.SMS}
		voice = oncall.Step{After: 6 * m, Via: oncall.Voice, Every: 3 * m}
		wake  = oncall.Step{Via: oncall.Voice, Every: 5 * m}
		own   = []oncall.Step{chat, sms, voice}
	)
	// Saturdays and Sundays, 22:00 to 08:00 in Madrid.
	nights := oncall.PagingWindow{
		Hours: oncall.Window{Days: []time.Weekday{time.Saturday, time.Sunday}, From: 22 * 60, To: 8 * 60},
		Steps: []oncall.Step{wake},
	}
	ana := oncall.Person{ID: "ana", Slack: "U0ANA", Phone: "+16175550101", Zone: zone(t, "Europe/Madrid"), Paging: own, When: []oncall.PagingWindow{nights, {Steps: own}}}
	phone := oncall.Person{ID: "hal", Phone: "+16175550108"}
	both := oncall.Person{ID: "ben", Discord: "2002", Phone: "+16175550102"}
	gone := ana
	gone.Inactive = true
	calls := oncall.Person{ID: "wes", Slack: "U0WES", Phone: "+16175550104", Paging: []oncall.Step{wake}}
	texts := phone
	texts.Paging = []oncall.Step{sms, voice}
	const noon = "2026-03-07T12:00:00Z"
	tests := []struct {
		name    string
		person  oncall.Person
		at      string
		urgency oncall.Urgency
		force   bool
		want    []oncall.Step
	}{
		{"her own policy", ana, noon, oncall.High, false, own},
		{"a window replaces it", ana, "2026-03-07T21:00:00Z", oncall.High, false, []oncall.Step{wake}},
		{"in her own zone", ana, "2026-03-07T20:59:59Z", oncall.High, false, own},
		{"past midnight", ana, "2026-03-09T06:59:59Z", oncall.High, false, []oncall.Step{wake}},
		{"until the morning after", ana, "2026-03-09T07:00:00Z", oncall.High, false, own},
		{"in summer the morning is an hour earlier", ana, "2026-03-30T06:00:00Z", oncall.High, false, own},
		{"the second before", ana, "2026-03-30T05:59:59Z", oncall.High, false, []oncall.Step{wake}},
		{"windows are passed over", ana, "2026-03-07T21:00:00Z", oncall.High, true, own},
		{"low urgency keeps the chat", ana, noon, oncall.Low, false, []oncall.Step{chat}},
		{"low urgency where the policy only calls", calls, noon, oncall.Low, false, []oncall.Step{chat}},
		{"low urgency without chat is one SMS, on its own time", texts, noon, oncall.Low, false, []oncall.Step{sms}},
		{"no urgency", ana, noon, oncall.None, false, nil},
		{"somebody who left", gone, noon, oncall.High, false, nil},
		{"default with chat and phone", both, noon, oncall.High, false, []oncall.Step{chat, {After: 2 * m, Via: oncall.SMS}, {After: 5 * m, Via: oncall.Voice, Every: 5 * m}}},
		{"default with a phone alone", phone, noon, oncall.High, false, []oncall.Step{{Via: oncall.SMS}, {After: 2 * m, Via: oncall.Voice, Every: 5 * m}}},
		{"low default with a phone alone", phone, noon, oncall.Low, false, []oncall.Step{{Via: oncall.SMS}}},
		{"default with chat alone", oncall.Person{Slack: "U0"}, noon, oncall.High, false, []oncall.Step{{Via: oncall.Chat, Every: 5 * m}}},
		{"nothing to reach them by", oncall.Person{ID: "eve"}, noon, oncall.High, false, nil},
		{"nor quietly", oncall.Person{ID: "eve"}, noon, oncall.Low, false, nil},
		{"steps are taken at their word", oncall.Person{ID: "eve", Paging: own}, noon, oncall.High, false, own},
		{"quietly too", oncall.Person{ID: "eve", Paging: own}, noon, oncall.Low, false, []oncall.Step{chat}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.person.Ladder(at(t, tt.at), tt.urgency, tt.force); !slices.Equal(got, tt.want) {
				t.Errorf("ladder %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSends(t *testing.T) {
	tests := []struct {
		name string
		step oncall.Step
		want int
	}{
		{"once", oncall.Step{Via: oncall.Chat}, 1},
		{"times without every counts for nothing", oncall.Step{Times: 5}, 1},
		{"twelve where nothing is said", oncall.Step{Every: time.Minute}, 12},
		{"as often as is said", oncall.Step{Every: time.Minute, Times: 3}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.step.Sends(); got != tt.want {
				t.Errorf("sent %d times, want %d", got, tt.want)
			}
		})
	}
}

func TestPhoneIsMaskedWhereverItIsWritten(t *testing.T) {
	var log strings.Builder
	p := oncall.Phone("+16175550101")
	slog.New(slog.NewTextHandler(&log, nil)).Info("texted", "to", p)
	for _, s := range []string{fmt.Sprint(p), fmt.Sprintf("%v %s", p, p), log.String()} {
		if strings.Contains(s, "555") || !strings.Contains(s, "+1617…01") {
			t.Errorf("written as %q", s)
		}
	}
	if got := oncall.Phone("+1617").String(); got != "…" {
		t.Errorf("a short one is written as %q", got)
	}
	if got := oncall.Phone("").String(); got != "" {
		t.Errorf("none is written as %q", got)
	}
}

func TestLouder(t *testing.T) {
	order := []oncall.Urgency{oncall.None, oncall.Low, oncall.High}
	for i, a := range order {
		for j, b := range order {
			if got := a.Louder(b); got != (i > j) {
				t.Errorf("%s louder than %s: %v", a, b, got)
			}
		}
	}
}
