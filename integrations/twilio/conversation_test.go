package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/incident"
	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// anyTime stands for a time of day in what is said.
var anyTime = regexp.MustCompile(`\b\d\d:\d\d\b`)

// by has an incident taken by somebody before Hal's reply is here.
func by(person oncall.PersonID, state incident.State) func(*stage) {
	return func(s *stage) {
		s.desk.settle("PLATFORM-42", func(in *incident.Incident) {
			in.State, in.AckedBy, in.ResolvedBy = state, incident.By(person), incident.By(person)
			in.AckedAt, in.ResolvedAt = time.Now(), time.Now()
		})
	}
}

func TestEverySMSOfAConversation(t *testing.T) {
	away := func(s *stage) { s.desk.breaks(errors.New("store away")) }
	others := func(s *stage) {
		s.desk.settle("PLATFORM-42", func(in *incident.Incident) { in.Runs = []incident.Run{{Person: "hal"}, {Person: "ana"}} })
	}
	one, two := []incident.ID{"PLATFORM-42"}, []incident.ID{"PLATFORM-42", "WEB-8"}
	three := append(two, "WEB-7")
	tests := []struct {
		name   string
		open   []incident.ID
		before func(*stage)
		texts  []string
	}{
		{"acknowledged", one, nil, []string{"14", "14"}},
		{"others were paged too", one, others, []string{"ack"}},
		{"acknowledged by somebody else", one, by("ana", incident.Acknowledged), []string{"14"}},
		{"resolved by somebody else", one, by("ana", incident.Resolved), []string{"14", "4"}},
		{"resolved", one, nil, []string{"16"}},
		{"escalated", one, nil, []string{"15"}},
		{"which one", two, nil, []string{"4"}},
		{"which one of many", three, nil, []string{"4"}},
		{"all", two, nil, []string{"04", "04"}},
		{"a number nobody has", one, nil, []string{"94"}},
		{"a wrong word", one, nil, []string{"akc"}},
		{"a thumb", one, nil, []string{"👍"}},
		{"an id nobody has", one, nil, []string{"ack PLATFORM-99"}},
		{"nothing is open", nil, nil, []string{"4", "*", "ack all"}},
		{"help", nil, nil, []string{"help"}},
		{"who", nil, nil, []string{"who"}},
		{"a stranger has the phone", one, nil, []string{"WRONG"}},
		{"the store is away", one, away, []string{"14"}},
	}
	var got strings.Builder
	for _, tt := range tests {
		s := newStage(t)
		s.taken(t, tt.open...)
		if tt.before != nil {
			tt.before(s)
		}
		fmt.Fprintf(&got, "# %s\n", tt.name)
		for _, text := range tt.texts {
			fmt.Fprintf(&got, "< %s\n> %s\n", text, anyTime.ReplaceAllString(s.answers(t, hal, text), "02:14"))
		}
		fmt.Fprintln(&got)
	}
	golden(t, "conversation.golden", got.String())
}

func TestEveryWordOfACall(t *testing.T) {
	tests := []struct {
		name   string
		page   incident.PageID
		before func(*stage)
		keys   string
	}{
		{"acknowledged", "PLATFORM-42/p3", nil, "4"},
		{"resolved", "PLATFORM-42/p3", nil, "6"},
		{"escalated", "PLATFORM-42/p3", nil, "5"},
		{"repeated", "PLATFORM-42/p3", nil, "*4"},
		{"no key", "PLATFORM-42/p3", nil, ""},
		{"wrong keys", "PLATFORM-42/p3", nil, "781"},
		{"a stranger", "PLATFORM-42/p3", nil, "93"},
		{"a stranger, or a pocket", "PLATFORM-42/p3", nil, "9"},
		{"both", "PLATFORM-42/p4", nil, "4"},
		{"acknowledged by somebody else", "PLATFORM-42/p3", by("ana", incident.Acknowledged), ""},
		{"a storm", "PLATFORM-42/p4", func(s *stage) { s.storms(10) }, "4"},
	}
	var got strings.Builder
	for _, tt := range tests {
		s := newStage(t)
		if tt.before != nil {
			tt.before(s)
		}
		c := s.call(t, twiliofake.Presses(tt.keys), tt.page, "PLATFORM-42")
		fmt.Fprintf(&got, "# %s: %s\n%s\n\n", tt.name, tt.keys, strings.Join(c.Spoken, "\n"))
	}
	golden(t, "spoken.golden", anyTime.ReplaceAllString(got.String(), "02:14"))
}

// TestS28OnlyAPlainNumberIsSomebodys has what looks like Hal's number come by other
// media, or by no number at all.
func TestS28OnlyAPlainNumberIsSomebodys(t *testing.T) {
	for _, from := range []string{"whatsapp:" + hal, "sip:" + hal + "@evil.example", hal + "x", " " + hal, "16175550108", "anonymous", ""} {
		t.Run(from, func(t *testing.T) {
			s := newStage(t)
			s.desk.slots["hal"] = map[int]incident.ID{1: "PLATFORM-42"}
			form := s.fake.Phone(hal).ReplyForm("14")
			form.Set("From", from)
			status, body, err := s.fake.Post(public+"/twilio/sms", form)
			if err != nil || status != http.StatusNoContent || len(s.desk.did()) > 0 {
				t.Errorf("status %d, %v: %s; did %v", status, err, body, s.desk.did())
			}
		})
	}
}
