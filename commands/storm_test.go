package commands

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
)

// storms opens that many incidents of a team, a second after each other, for whose
// cards the summary of a channel stands.
func (d *desk) storms(t *testing.T, team oncall.TeamID, channel string, n int) {
	t.Helper()
	for i := range n {
		d.now = d.now.Add(time.Second)
		in := d.incidents[d.fire(t, team, int64(i+1), fmt.Sprint("disk ", i+1))]
		in.Cards = []incident.Card{{Board: "slack", Channel: channel, Storm: 1}}
		d.incidents[in.ID] = in
	}
}

// count counts the incidents in a state.
func (d *desk) count(state incident.State) (n int) {
	for _, in := range d.incidents {
		if in.State == state {
			n++
		}
	}
	return n
}

func TestWordsAboutAStorm(t *testing.T) {
	const (
		acked = "Acknowledged: PLATFORM-1, PLATFORM-2, PLATFORM-3."
		three = "3 open incidents of the storm:\n" +
			"PLATFORM-1 critical, triggered 02:00, paging Ana Ortiz: disk 1\n" +
			"PLATFORM-2 critical, triggered 02:00, paging Ana Ortiz: disk 2\n" +
			"PLATFORM-3 critical, triggered 02:00, paging Ana Ortiz: disk 3"
		none = "No incident of a storm is left to ack."
	)
	tests := []struct {
		name  string
		by    oncall.PersonID
		team  oncall.TeamID // of the channel it is said in
		words string
		ok    bool
		want  string
		done  int
	}{
		{"that of the channel", "ben", "platform", "ack storm", true, acked, 3},
		{"named", "ben", "", "ack storm C0PLATFORM", true, acked, 3},
		{"by a button in the channel of another team", "zoe", "web", "ack storm C0PLATFORM", true, acked, 3},
		{"in any letter case", "ben", "platform", "Ack Storm!", true, acked, 3},
		{"resolved", "ben", "platform", "resolve storm", true, "Resolved: PLATFORM-1, PLATFORM-2, PLATFORM-3.", 3},
		{"listed", "ben", "platform", "list storm", true, three, 0},
		{"listed by a button", "ben", "web", "list storm C0PLATFORM", true, three, 0},
		{"a channel without one", "ben", "web", "ack storm", false, none, 0},
		{"no channel at all", "ben", "", "ack storm", false, none, 0},
		{"a word that takes one incident", "ben", "platform", "snooze storm 1h", false, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.storms(t, "platform", "C0PLATFORM", 3)
			d.fire(t, "platform", 9, "no storm")
			got := d.run(t, Request{Text: tt.words, By: incident.By(tt.by), Source: "slack", Team: tt.team})
			if tt.want != "" && got.String() != tt.want || got.OK != tt.ok || got.Count != tt.done {
				t.Errorf("reply = %v %d %s\nwant %v %d %s", got.OK, got.Count, got, tt.ok, tt.done, tt.want)
			}
			if len(d.events) != tt.done || d.incidents["PLATFORM-9"].State != incident.Triggered {
				t.Errorf("%d events, want %d; PLATFORM-9 is %s", len(d.events), tt.done, d.incidents["PLATFORM-9"].State)
			}
		})
	}
}

func TestWhatIsDoneAlreadyIsLeftOutOfAStorm(t *testing.T) {
	d := newDesk(t)
	d.storms(t, "platform", "C0PLATFORM", 4)
	d.do(t, 0, incident.Acked{ID: "PLATFORM-1", By: incident.By("hal")})
	d.do(t, 0, incident.Closed{ID: "PLATFORM-2", By: incident.By("hal")})
	if got, want := d.run(t, from("ben", "ack storm")).String(), "Acknowledged: PLATFORM-3, PLATFORM-4."; got != want {
		t.Errorf("reply = %s, want %s", got, want)
	}
	if in := d.incidents["PLATFORM-1"]; in.AckedBy != incident.By("hal") {
		t.Errorf("PLATFORM-1 is with %v now", in.AckedBy)
	}
	if got := d.run(t, from("ben", "ack storm")); got.OK || got.Text != "No incident of a storm is left to ack." {
		t.Errorf("reply = %s", got)
	}
	if got, want := d.run(t, from("ben", "resolve storm")).String(), "Resolved: PLATFORM-1, PLATFORM-3, PLATFORM-4."; got != want {
		t.Errorf("reply = %s, want %s", got, want)
	}
}

// Of web, whose members alone may, everybody who is paged has to acknowledge, and Wes
// never does.
func TestManyIncidents(t *testing.T) {
	const (
		every   = "Acknowledged: 63 incidents, one after the other within seconds."
		refusal = "Only Web's members (Wes Hu) and the admins (Paul Reyes) may ack WEB-1."
	)
	sms := func(slots map[int]incident.ID) Request {
		return Request{Text: "04", By: incident.By("ana"), Source: "sms", Slots: slots}
	}
	tests := []struct {
		name string
		r    Request
		want string
	}{
		{"everything is the speaker's", from("paul", "ack storm C0PLATFORM"), every},
		{"some are not", from("zoe", "ack storm C0PLATFORM"), "Acknowledged: 60 incidents, one after the other within seconds.\n3 more are not yours: " + refusal},
		{"all that page the speaker", from("ana", "ack all"), every},
		{"by a call", Request{Text: "ack all", By: incident.By("ana"), Source: "voice"}, every},
		{"by SMS, few with a number", sms(map[int]incident.ID{1: "PLATFORM-3", 2: "WEB-1"}), every},
		{"by SMS, none with a number", sms(map[int]incident.ID{}), every},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.storms(t, "web", "C0PLATFORM", 3)
			d.storms(t, "platform", "C0PLATFORM", 60)
			if got := d.run(t, tt.r); got.String() != tt.want || !got.OK {
				t.Errorf("reply = %v %s\nwant true %s", got.OK, got, tt.want)
			}
			for _, in := range d.incidents {
				if in.Team == "platform" && in.State != incident.Acknowledged {
					t.Errorf("%s is %s", in.ID, in.State)
				}
			}
			if in := d.incidents["WEB-1"]; strings.Contains(tt.want, "not yours") == in.Partial {
				t.Errorf("WEB-1 is %+v", in)
			}
		})
	}
	t.Run("none is the speaker's", func(t *testing.T) {
		d := newDesk(t)
		d.storms(t, "web", "C0WEB", 60)
		if got := d.run(t, from("zoe", "ack storm C0WEB")); got.OK || got.String() != refusal || len(d.events) != 0 {
			t.Errorf("reply = %v %s, %d events", got.OK, got, len(d.events))
		}
	})
	t.Run("behind the answer", func(t *testing.T) {
		d := newDesk(t)
		d.storms(t, "platform", "C0PLATFORM", 60)
		var behind []func()
		got := New(patient{d, &behind}, func() time.Time { return d.now }).Run(t.Context(), from("ben", "resolve storm"))
		if !got.OK || len(d.events) != 0 || len(behind) != 1 {
			t.Fatalf("reply = %s, %d events before it", got, len(d.events))
		}
		behind[0]()
		if n := d.count(incident.Resolved); n != 60 {
			t.Errorf("%d incidents are resolved, want 60", n)
		}
	})
}

// patient is a desk that does later what is to be done later.
type patient struct {
	*desk
	behind *[]func()
}

func (p patient) Later(do func(context.Context)) {
	*p.behind = append(*p.behind, func() { do(context.Background()) })
}

// haunted is a desk that has seen an incident which was never saved.
type haunted struct{ *desk }

func (h haunted) Stormy(ctx context.Context, channel string) ([]incident.Glimpse, error) {
	all, err := h.desk.Stormy(ctx, channel)
	return append([]incident.Glimpse{{ID: "PLATFORM-0", State: incident.Triggered}}, all...), err
}

func TestAnIncidentThatWasNeverSavedIsNoneOfAStorm(t *testing.T) {
	for _, n := range []int{0, 2, 60} {
		d := newDesk(t)
		d.storms(t, "platform", "C0PLATFORM", n)
		got := New(haunted{d}, func() time.Time { return d.now }).Run(t.Context(), from("ben", "ack storm"))
		if got.OK != (n > 0) || got.Err != nil || got.Count != n || d.count(incident.Acknowledged) != n {
			t.Errorf("of %d: %v %d %s", n, got.OK, got.Count, got)
		}
	}
}

func TestALongListHoldsTheNewest(t *testing.T) {
	d := newDesk(t)
	d.storms(t, "platform", "C0PLATFORM", 60)
	d.storms(t, "web", "C0WEB", 10) // newer than all of platform's
	tests := []struct {
		words, head, first, last string
		lines                    int
	}{
		{"list platform", "60 open incidents of Platform, the newest 50:", "PLATFORM-60", "PLATFORM-11", 50},
		{"list all", "70 open incidents, the newest 50:", "WEB-10", "PLATFORM-21", 50},
		{"list storm", "60 open incidents of the storm, the newest 50:", "PLATFORM-60", "PLATFORM-11", 50},
		{"list web", "10 open incidents of Web:", "WEB-1", "WEB-10", 10},
	}
	for _, tt := range tests {
		got := d.run(t, from("ben", tt.words))
		if got.Text != tt.head || len(got.Lines) != tt.lines {
			t.Errorf("%s: %d lines below %q, want %d below %q", tt.words, len(got.Lines), got.Text, tt.lines, tt.head)
			continue
		}
		if first, last := got.Lines[0], got.Lines[tt.lines-1]; !strings.HasPrefix(first, tt.first+" ") || !strings.HasPrefix(last, tt.last+" ") {
			t.Errorf("%s: from %q to %q, want from %s to %s", tt.words, first, last, tt.first, tt.last)
		}
	}
	if got := d.run(t, from("ben", "ack")); len(got.Lines) != mostChoices+1 {
		t.Errorf("%d incidents to pick from: %s", len(got.Lines), got)
	}
}
