package incident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestAMessageJoinsTheTimelineOnce(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, fired, nine))
	said := Marked{ID: in.ID, By: By("bo"), Author: By("ana"), Ref: "C0:1.2", Text: "it is the cache", Link: "https://chat.example.com/1"}
	in = must(t)(Decide(in, r, said, nine))
	last := in.Timeline[len(in.Timeline)-1]
	if want := "ana: it is the cache (added by bo, https://chat.example.com/1)"; last.Kind != KindMarked || last.Actor != "ana" || last.Text != want {
		t.Errorf("entry = %+v, want %q by ana", last, want)
	}
	if _, _, err := Decide(in, r, said, nine); !errors.Is(err, ErrMarked) {
		t.Errorf("marked twice: %v, want ErrMarked", err)
	}
	in = must(t)(Decide(in, r, Closed{ID: in.ID, By: By("ana")}, nine))
	said.Ref, said.Link = "C0:1.3", ""
	in = must(t)(Decide(in, r, said, nine))
	if last := in.Timeline[len(in.Timeline)-1]; !strings.HasSuffix(last.Text, "(added by bo)") {
		t.Errorf("entry = %+v after the end", last)
	}
}

func TestTheNewestMarksAreKnownAgain(t *testing.T) {
	r := sample(nil)
	in := must(t)(Decide(Incident{ID: "PLATFORM-1"}, r, fired, nine))
	for i := range keptMarks + 1 {
		in = must(t)(Decide(in, r, Marked{ID: in.ID, Ref: fmt.Sprint(i)}, nine))
	}
	if len(in.Marks) != keptMarks || in.Marks[0] != "1" {
		t.Errorf("%d marks from %s on, want %d from 1 on", len(in.Marks), in.Marks[0], keptMarks)
	}
}

func TestALineThatRepeatsAnotherSaysSo(t *testing.T) {
	page := func(n int) PageID { return PageID(fmt.Sprint("PLATFORM-1/p", n)) }
	in := Incident{ID: "PLATFORM-1", State: Triggered}
	for i, to := range []oncall.PersonID{"ana", "ana", "bo"} {
		in.Pages = append(in.Pages, Page{ID: page(i + 1), To: to, Via: oncall.SMS, Status: PageOnWire})
	}
	tests := []struct {
		name  string
		event Event
		again bool
	}{
		{"the first page", PageSent{Page: page(1), Ref: "1", Receipt: true}, false},
		{"the same way again", PageSent{Page: page(2), Ref: "2", Receipt: true}, true},
		{"somebody else", PageSent{Page: page(3), Ref: "3", Receipt: true}, false},
		{"the first failure", PageFailed{Page: page(1), Reason: "STOP"}, false},
		{"the same failure", PageFailed{Page: page(2), Reason: "STOP"}, true},
		{"somebody else's", PageFailed{Page: page(3), Reason: "STOP"}, false},
	}
	for _, tt := range tests {
		in = must(t)(Decide(in, oncall.Roster{}, tt.event, nine.Add(time.Second)))
		for _, e := range in.Timeline {
			if e.Kind != KindPage && e.Kind != KindFailed {
				continue
			}
			if e.Again != tt.again {
				t.Errorf("%s: %q repeats: %v, want %v", tt.name, e.Text, e.Again, tt.again)
			}
		}
		in.Timeline = nil
	}
	want := []Trial{{To: "ana", Via: oncall.SMS, Sent: 2, Failed: 2, Reason: "STOP"}, {To: "bo", Via: oncall.SMS, Sent: 1, Failed: 1, Reason: "STOP"}}
	if got := in.Trials(); !slices.Equal(got, want) {
		t.Errorf("tried %+v, want %+v", got, want)
	}
	if !in.PagedAt.Equal(nine.Add(time.Second)) {
		t.Errorf("first page at %s", in.PagedAt)
	}
}

func TestWhatNobodyCarriedIsNoTrial(t *testing.T) {
	in := Incident{Pages: []Page{{To: "ana", Via: oncall.Chat, Status: PageWithdrawn}, {Via: oncall.Channel, Status: PageArrived, Ref: "x"}}}
	if got := in.Trials(); len(got) != 1 || got[0].Via != oncall.Channel || got[0].Sent != 1 {
		t.Errorf("tried %+v, want the channel once", got)
	}
}
